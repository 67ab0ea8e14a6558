#pragma once
// What can be said of a compiled test before anybody takes it: targets that are not there or lie behind,
// items that nobody can reach, names in expressions that mean nothing. Any thread. Routing of stages is
// panel.hpp's.

#include "qti/navigation/test_program.hpp"

namespace proktor::qti {

void check_test(Reader& reader, TestProgram const& program);

// Calls f for a node and every element below it.
void visit_elements(XmlNode const& node, std::function<void(XmlNode const&)> const& f);

// The rules and processing of a test that hold expressions, with the file each stands in.
struct RuleSource {
  XmlNode const* node = nullptr;
  std::string const* file = nullptr;
};
std::vector<RuleSource> rule_sources(Test const& test);

}  // namespace proktor::qti
