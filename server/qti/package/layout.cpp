#include "qti/package/layout.hpp"

namespace proktor::qti {
namespace {

constexpr std::string_view hex_digits = "0123456789ABCDEF";

std::string_view folder_of(EntryKind kind) {
  switch (kind) {
    case EntryKind::test:
      return "tests/";
    case EntryKind::item:
      return "items/";
    case EntryKind::stimulus:
      return "stimuli/";
    case EntryKind::asset:
      return "assets/";
    case EntryKind::scoring_item:
      return "scoring/items/";
    case EntryKind::scoring_test:
      return "scoring/tests/";
    case EntryKind::unknown:
      break;
  }
  return {};
}

bool is_plain(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '-';
}

}  // namespace

std::string entry_path(EntryKind kind, std::string_view identifier) {
  std::string path{folder_of(kind)};
  for (char const c : identifier) {
    if (is_plain(c)) {
      path.push_back(c);
      continue;
    }
    auto const byte = static_cast<unsigned char>(c);
    path.push_back('%');
    path.push_back(hex_digits[byte >> 4U]);
    path.push_back(hex_digits[byte & 15U]);
  }
  return path.append(kind == EntryKind::scoring_item || kind == EntryKind::scoring_test ? ".xml" : ".json");
}

EntryKind entry_kind(std::string_view path) {
  for (auto const kind : {EntryKind::test, EntryKind::item, EntryKind::stimulus, EntryKind::asset,
                          EntryKind::scoring_item, EntryKind::scoring_test}) {
    if (path.starts_with(folder_of(kind))) return kind;
  }
  return EntryKind::unknown;
}

bool is_stored(std::string_view path) {
  return entry_kind(path) == EntryKind::asset && !path.ends_with(".svg");
}

}  // namespace proktor::qti
