#pragma once
// What the routing of a test reads: from the rules of its parts back through outcome processing to the
// questions it asks about items. Static; any thread. For the panel check, and for the route to tell that
// nothing follows.

#include "qti/navigation/test_program.hpp"
#include "qti/navigation/test_state.hpp"

#include <set>
#include <string>
#include <vector>

namespace proktor::qti {

// One question about items: a test expression, or a variable of an item.
struct Question {
  XmlNode const* node = nullptr;
  Expression ask;
  bool adds_up = false;         // only its sum or count matters; else every single value
  std::set<std::size_t> items;  // places it asks about
  std::set<std::size_t> parts;  // theirs
  bool everything = false;      // all items of the test
};

struct Reads {
  std::vector<std::size_t> questions;  // places in RoutingReads::questions
  bool all_known = true;               // false: it also asks for durations, or hides in an included file
};

struct RoutingReads {
  std::vector<Question> questions;
  std::vector<Reads> parts;  // of each part's own pre-conditions
  Reads any;                 // of all pre-conditions and branch rules of parts
};

RoutingReads routing_reads(TestProgram const& program);

}  // namespace proktor::qti
