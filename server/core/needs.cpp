#include "core/needs.hpp"

#include "qti/model/catalog.hpp"

#include <algorithm>
#include <string>
#include <vector>

namespace proktor::core {
namespace {

// What changes the task itself (simpler words, a translation, reading aloud to who can read) is given only by name.
struct Group {
  std::vector<std::string_view> words;  // letters alone
  std::vector<std::string_view> supports;
};
std::vector<Group> const groups{
    {{"tunarungu"}, {"transcript", "sign-language"}},
    {{"tunanetra"}, {"spoken", "long-description", "audio-description"}},
    {{"tunagrahita", "kesulitanbelajar", "disleksia", "downsyndrome", "autis"},
     {"glossary-on-screen", "illustrated-glossary", "linguistic-guidance"}},
};

void add(std::string const& need, qti::Supports& out) {
  auto const first = need.find_first_not_of(' ');
  if (first == std::string::npos) return;
  auto const name = std::string_view(need).substr(first, need.find_last_not_of(' ') - first + 1);
  if (qti::is_displayable_support(name)) out.emplace(name);
  std::string letters;
  std::ranges::copy_if(need, std::back_inserter(letters), [](char c) { return c >= 'a' && c <= 'z'; });
  for (auto const& group : groups) {
    bool const meant = std::ranges::any_of(group.words, [&](auto word) { return letters.find(word) != letters.npos; });
    if (meant) out.insert(group.supports.begin(), group.supports.end());
  }
}

}  // namespace

qti::Supports supports_of(std::string_view needs) {
  qti::Supports out;
  std::string need;
  for (char const c : needs) {
    if (std::string_view(";,|/").find(c) == std::string_view::npos) {
      need.push_back(c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c);
      continue;
    }
    add(need, out);
    need.clear();
  }
  add(need, out);
  return out;
}

}  // namespace proktor::core
