#pragma once
// The page docs/qti-conformance.md: the standard's list (standard.txt) joined with what the code says of
// itself.

#include <array>
#include <filesystem>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace conformance {

struct State {
  std::string_view word;
  std::string_view meaning;
};

constexpr std::array<State, 7> states{{
    {"run", "the engine does what the standard says"},
    {"shown", "goes into the delivery view, is bound and checked"},
    {"bound", "bound, checked and scored; the pupil's page has no control for it, and an import says so"},
    {"checked", "read and checked; nothing follows from it"},
    {"read", "read and kept for results and reports"},
    {"unused", "accepted; nothing is done with it"},
    {"refused", "the item or test is refused with a coded finding"},
}};

struct Element {
  std::string name;
  std::vector<std::string> attributes;
  std::string state;
  std::string note;
};

struct Group {
  std::string title;
  std::vector<Element> elements;
};

std::vector<Group> read_standard(std::filesystem::path const& root);

// Every string literal of the engine's sources, and its parts between spaces.
std::set<std::string, std::less<>> words_of_code(std::filesystem::path const& folder);

std::string write_page(std::filesystem::path const& root);

}  // namespace conformance
