#include "qti/scoring/item_program.hpp"

#include <algorithm>
#include <array>
#include <iterator>

namespace proktor::qti {
namespace {

// Errors of the item reader that forbid showing the item, but say nothing about its score.
constexpr std::array<std::string_view, 4> page_only{"no-body", "element-not-playable", "missing-source", "xinclude"};

}  // namespace

ItemProgram::Compiled compile_item(std::string_view bytes, std::string_view file, FileSource const& files) {
  auto read = read_item(bytes, file);
  for (auto& finding : read.findings) {
    bool const harmless = std::ranges::find(page_only, finding.code) != page_only.end();
    if (finding.severity == Severity::error && harmless) finding.severity = Severity::warning;
  }
  if (!read.item) return {nullptr, std::move(read.findings)};
  bool const readable = read.playable();
  auto compiled = ItemProgram::compile(*read.item, files);
  std::ranges::move(compiled.findings, std::back_inserter(read.findings));
  return {readable ? std::move(compiled.program) : nullptr, std::move(read.findings)};
}

}  // namespace proktor::qti
