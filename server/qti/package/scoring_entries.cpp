#include "qti/package/scoring_entries.hpp"

#include "qti/package/layout.hpp"

#include <algorithm>
#include <utility>

namespace proktor::qti {
namespace {

constexpr std::string_view folder_of_tests_sibling = "../";

Error refuse(std::string_view path, std::string_view why) {
  return fail(Errc::package_invalid, std::string(path) + ": " + std::string(why));
}

Error refuse(std::string_view path, Findings const& findings) {
  auto const found = std::ranges::find(findings, Severity::error, &Finding::severity);
  return refuse(path, found == findings.end() ? "no program" : to_text(*found));
}

}  // namespace

Result<std::shared_ptr<ItemProgram const>> read_scoring_item(std::string_view path,
                                                             std::string_view document) {
  auto const item = read_item(document, path);
  if (!item.item) return refuse(path, item.findings);
  auto compiled = ItemProgram::compile(*item.item, FileSource{});
  if (compiled.program == nullptr) return refuse(path, compiled.findings);
  if (entry_path(EntryKind::scoring_item, item.item->identifier) != path) {
    return refuse(path, "entry under another name");
  }
  return std::move(compiled.program);
}

Result<std::shared_ptr<TestProgram const>> read_scoring_test(std::string_view path, std::string_view document,
                                                             ScoringPrograms const& items) {
  auto test = read_test(document, path);
  if (!test.test || has_errors(test.findings)) return refuse(path, test.findings);
  auto const identifier = test.test->identifier;
  if (entry_path(EntryKind::scoring_test, identifier) != path)
    return refuse(path, "entry under another name");
  auto const program_of = [&](ItemRef const& ref) {
    std::string_view href = ref.href;
    if (!href.starts_with(folder_of_tests_sibling)) return std::shared_ptr<ItemProgram const>();
    href.remove_prefix(folder_of_tests_sibling.size());
    auto const found = items.find("scoring/" + std::string(href));
    return found == items.end() ? nullptr : found->second;
  };
  auto compiled = TestProgram::compile(std::move(*test.test), program_of, FileSource{});
  if (compiled.program == nullptr) return refuse(path, compiled.findings);
  for (auto const& item : compiled.program->items()) {
    if (item.program == nullptr) return refuse(path, "no scoring entry for " + item.identifier);
  }
  for (auto const& part : compiled.program->parts()) {
    if (part.routes_inside) return refuse(path, "rules inside the part " + part.identifier);
  }
  return std::move(compiled.program);
}

}  // namespace proktor::qti
