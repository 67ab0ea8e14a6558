#pragma once
// One trial: the damaged journal is opened by the real writer, read as the server reads it, written to, closed and
// verified; the outcome is held against what was acknowledged. Runs in a process of its own, which may die or hang.

#include "tests/fault/flip/shapes.hpp"

#include <functional>
#include <string>

namespace proktor::fault {

enum class Outcome {
  refused,    // not opened, with a code; no file was changed
  stopped,    // the process ended itself before anything was acknowledged
  healed,     // all is there, and an alarm says that something was not
  told_lost,  // the write-ahead log was hurt while the copy ended earlier: an alarm says how many are missing
  behind,     // what was served first is right; the verifier tells what is wrong
  later,      // something served first was wrong; the verifier tells it
  no_effect,  // all is there, projections too, and the verifier finds nothing
  violated,
};

struct Verdict {
  Outcome outcome = Outcome::violated;
  std::string why;  // a code, a finding, or what was violated
};

Verdict judge(Shape const& shape, std::filesystem::path const& damaged);

// `run` in a process of its own: what kills it, or keeps it, is a verdict too.
Verdict judge_apart(std::function<Verdict()> const& run);

}  // namespace proktor::fault
