#pragma once
// An assessment test: parts, nested sections, references to items, selection and ordering.
// Rules that would change which item comes next (pre-condition, branch rule, adaptive selection) are named as
// errors. Any thread. Does not order anything (delivery_view.hpp does, from the seed) and does not open
// files.

#include "qti/model/finding.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

namespace proktor::qti {

struct ItemRef {
  std::string identifier;
  std::string href;
  bool fixed = false;
  bool required = false;
  int line = 0;
};

struct Section;
struct SectionRef {
  std::string identifier;
  std::string href;
  int line = 0;
};

using SectionChild = std::variant<ItemRef, SectionRef, Section>;

struct Section {
  std::string identifier;
  std::string title;
  bool visible = true;
  bool fixed = false;
  bool required = false;
  bool keep_together = true;
  bool shuffle = false;
  std::optional<std::uint32_t> select;
  std::vector<SectionChild> children;
  int line = 0;
};

struct TestPart {
  std::string identifier;
  bool linear = false;
  bool simultaneous = false;
  std::vector<SectionChild> sections;
};

struct Test {
  std::string identifier;
  std::string title;
  std::string file;
  std::uint64_t duration_ms = 0;  // max-time of the test; 0: none given
  std::vector<TestPart> parts;
};

struct TestResult {
  std::optional<Test> test;
  Findings findings;
};

struct SectionResult {
  std::optional<Section> section;
  Findings findings;
};

TestResult read_test(std::string_view bytes, std::string_view file);
// A section in a file of its own.
SectionResult read_section(std::string_view bytes, std::string_view file);

}  // namespace proktor::qti
