#pragma once
// Where the shared QTI material lies, if it is there, and how the tests score with it.

#include "qti/scoring/item_session.hpp"

#include <boost/json/object.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>
#include <string>

namespace proktor::qti::material {

inline std::filesystem::path folder() {
  auto const* given = std::getenv("PROKTOR_QTI_MATERIAL");
  return given != nullptr ? std::filesystem::path(given)
                          : std::filesystem::path(PROKTOR_SOURCE_DIR) / ".." / "shared" / "qti";
}

inline std::optional<std::string> read(std::filesystem::path const& path) {
  std::ifstream file(path, std::ios::binary);
  if (!file) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(file), {});
}

inline ItemProgram::Compiled compile(std::filesystem::path const& path) {
  auto const bytes = read(path);
  if (!bytes) return {};
  return compile_item(*bytes, path.string(), [](std::string_view name) { return read(std::string(name)); });
}

inline std::string first_error(Findings const& findings) {
  for (auto const& finding : findings) {
    if (finding.severity == Severity::error) return to_text(finding);
  }
  return {};
}

}  // namespace proktor::qti::material
