#include "qti_material.hpp"

#include "base/file.hpp"
#include "qti/value/text.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <map>

namespace bench {

namespace json = boost::json;
namespace fs = std::filesystem;
using namespace proktor::qti;

namespace {

constexpr std::size_t file_max_bytes = 16 * 1024 * 1024;

std::string read(fs::path const& path) {
  auto bytes = proktor::read_file(path, file_max_bytes);
  return bytes ? std::move(*bytes) : std::string();
}

// Items and their programs, by file, so that each is read and compiled once.
class Library {
 public:
  std::shared_ptr<ItemProgram const> program(fs::path const& path) {
    auto const known = programs_.find(path);
    if (known != programs_.end()) return known->second;
    auto result = read_item(read(path), path.string());
    auto compiled = result.item ? compile(*result.item, path) : ItemProgram::Compiled{};
    if (compiled.program == nullptr) std::fprintf(stderr, "not run: %s\n", path.c_str());
    return programs_.emplace(path, std::move(compiled.program)).first->second;
  }

 private:
  std::map<fs::path, std::shared_ptr<ItemProgram const>> programs_;
};

json::array material_entries() {
  auto const folder = material();
  auto const text = folder.empty() ? std::string() : read(folder / "expected.json");
  if (text.empty()) return {};
  json::array chosen;
  auto const document = json::parse(text);
  for (auto const& entry : document.at("cases").as_array()) {
    auto const& fields = entry.as_object();
    if (fields.at("kind") == "item" && !fields.contains("flags")) chosen.push_back(entry);
  }
  return chosen;
}

json::object correct_responses(ItemProgram const& program, Item const& item) {
  json::object responses;
  for (auto const& declaration : item.responses) {
    auto const* known = program.declaration(declaration.identifier);
    if (known != nullptr && !known->correct.is_null())
      responses[declaration.identifier] = to_json(known->correct);
  }
  return responses;
}

}  // namespace

fs::path material() {
  auto const* set = std::getenv("PROKTOR_QTI_MATERIAL");
  fs::path const folder = set != nullptr ? fs::path(set) : fs::path(PROKTOR_SOURCE_DIR) / "../shared/qti";
  return fs::exists(folder / "expected.json") ? folder : fs::path();
}

std::vector<Document> demo_items() {
  std::vector<Document> items;
  for (auto const& entry :
       fs::recursive_directory_iterator(fs::path(PROKTOR_SOURCE_DIR) / "provisioning/demo")) {
    auto const& path = entry.path();
    if (path.extension() == ".xml" && path.parent_path().filename() == "items")
      items.push_back({path, read(path)});
  }
  std::ranges::sort(items, {}, &Document::path);
  return items;
}

std::vector<Document> material_items() {
  std::map<fs::path, bool> seen;
  std::vector<Document> items;
  for (auto const& entry : material_entries()) {
    auto path = material() / std::string(entry.at("item").as_string());
    if (seen.emplace(path, true).second) items.push_back({path, read(path)});
  }
  return items;
}

std::vector<ScoringCase> material_cases() {
  Library library;
  std::vector<ScoringCase> cases;
  for (auto const& entry : material_entries()) {
    auto program = library.program(material() / std::string(entry.at("item").as_string()));
    if (program == nullptr) continue;
    cases.push_back(
        {std::string(entry.at("id").as_string()), std::move(program), entry.at("responses").as_object()});
  }
  return cases;
}

std::vector<ScoringCase> demo_cases() {
  std::vector<ScoringCase> cases;
  for (auto const& document : demo_items()) {
    auto const result = read_item(document.bytes, document.path.string());
    if (!result.item) continue;
    auto compiled = compile(*result.item, document.path);
    if (compiled.program == nullptr) continue;
    auto responses = correct_responses(*compiled.program, *result.item);
    cases.push_back({document.path.stem().string(), std::move(compiled.program), std::move(responses)});
  }
  return cases;
}

ItemProgram::Compiled compile(Item const& item, fs::path const& path) {
  return ItemProgram::compile(item, [&](std::string_view name) -> std::optional<std::string> {
    auto const file = fs::path(name).is_absolute() ? fs::path(name) : path.parent_path() / name;
    auto bytes = proktor::read_file(file, file_max_bytes);
    if (!bytes) return std::nullopt;
    return std::move(*bytes);
  });
}

}  // namespace bench
