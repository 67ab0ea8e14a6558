#pragma once
// What is wrong in an event directory: every finding with file, line, field, a stable code and the Indonesian
// sentence that says what to do. Kept in one list so that a person repairs all of it at once. Values only;
// one thread.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::importing {

enum class FindingCode : std::uint8_t {
#define PROKTOR_FINDING(name, sentence) name,
#include "provisioning/import/finding_list.inc"
#undef PROKTOR_FINDING
};

std::string_view id_of(FindingCode code);
std::string_view sentence_of(FindingCode code);

constexpr std::size_t findings_max = 200;  // a file of the wrong kind need not list every cell

struct Finding {
  FindingCode code{};
  std::string file{};      // name inside the event directory
  std::uint64_t line = 0;  // from 1; 0: the file as a whole
  std::string field{};     // "sitting.starts_at", "nisn"
  std::string detail{};    // the id or value at fault; never a password
};

class Findings {
 public:
  void add(Finding finding);  // past findings_max only counted
  std::vector<Finding> const& list() const { return list_; }
  std::size_t count() const { return count_; }
  bool empty() const { return count_ == 0; }

 private:
  std::vector<Finding> list_;
  std::size_t count_ = 0;
};

// "participants.csv:7: nisn: NISN harus 10 angka. … (81234)": one line for a terminal, control characters
// escaped.
std::string line_of(Finding const& finding);

}  // namespace proktor::importing
