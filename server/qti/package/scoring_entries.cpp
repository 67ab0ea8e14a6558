#include "qti/package/scoring_entries.hpp"

#include "qti/package/layout.hpp"

#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <map>
#include <string>
#include <utility>

namespace proktor::qti {
namespace {

namespace json = boost::json;

constexpr std::string_view folder_of_tests_sibling = "../";

Error refuse(std::string_view path, std::string_view why) {
  return fail(Errc::package_invalid, std::string(path) + ": " + std::string(why));
}

Error refuse(std::string_view path, Findings const& findings) {
  auto const found = std::ranges::find(findings, Severity::error, &Finding::severity);
  return refuse(path, found == findings.end() ? "no program" : to_text(*found));
}

// Of the parts of a test entry: reference to item.
void collect_items(json::array const& list, std::map<std::string, std::string>& items) {
  for (auto const& value : list) {
    auto const& child = value.as_object();
    if (auto const* item = child.if_contains("item")) {
      items.emplace(child.at("ref").as_string(), item->as_string());
    } else {
      collect_items(child.at("children").as_array(), items);
    }
  }
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

bool is_same_test(json::array const& parts, TestProgram const& program) {
  std::map<std::string, std::string> items;
  collect_items(parts, items);
  auto const& scored = program.items();
  bool const same_items =
      items.size() == scored.size() && std::ranges::all_of(scored, [&](CompiledItem const& item) {
        auto const found = items.find(item.identifier);
        return found != items.end() && found->second == item.program->identifier();
      });
  bool const same_parts = std::ranges::equal(
      parts, program.parts(), [](json::value const& part, CompiledPart const& scored_part) {
        return std::string_view(part.at("part").as_string()) == scored_part.identifier;
      });
  return same_items && same_parts;
}

}  // namespace proktor::qti
