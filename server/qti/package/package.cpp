#include "qti/package/package.hpp"

#include "base/crypto.hpp"
#include "qti/delivery/order.hpp"
#include "qti/package/layout.hpp"
#include "qti/package/media.hpp"
#include "qti/package/members.hpp"
#include "qti/package/scoring_entries.hpp"
#include "qti/package/zip_file.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <set>

namespace proktor::qti {
namespace {

namespace json = boost::json;

Error refuse(std::string detail) {
  return fail(Errc::package_invalid, std::move(detail));
}

Result<json::object> parse_object(std::string const& content, std::string const& path) {
  json::parse_options options;
  options.max_depth = package_json_depth_max;
  json::error_code error;
  auto value = json::parse(content, error, {}, options);
  if (error || !value.is_object()) return refuse(path + " is not a JSON object");
  return std::move(value.as_object());
}

class PackageReader {
 public:
  PackageReader(Files files, std::string_view format) : files_(std::move(files)), format_(format) {}

  Result<Package> read() {
    for (auto const step : {&PackageReader::read_manifest, &PackageReader::check_entries,
                            &PackageReader::read_entries, &PackageReader::check_references}) {
      if (auto done = (this->*step)(); !done) return done.error();
    }
    return std::move(package_);
  }

 private:
  Result<void> read_manifest() {
    auto const found = files_.find(package_manifest_path);
    if (found == files_.end()) return refuse("no manifest.json: not a .paket");
    auto manifest = parse_object(found->second, found->first);
    if (!manifest) return manifest.error();
    manifest_ = std::move(*manifest);
    Members members{manifest_};
    if (members.text("format") != format_) return refuse("manifest.json: unknown format");
    package_.id = members.text("id");
    package_.title = members.text("title");
    package_.version = members.text("version");
    package_.serial = members.number("serial");
    package_.mark = members.text("mark");
    package_.created = members.text("created");
    auto const results = members.text("results");
    for (auto const known : {ResultsFor::proctor, ResultsFor::pupil}) {
      if (results == name(known)) package_.results = known;
    }
    if (members.bad.empty() && results != name(package_.results)) return refuse("manifest.json: results");
    for (auto const& value : members.list("tests")) {
      if (!value.is_object()) return refuse("manifest.json: tests");
      Members test{value.as_object()};
      package_.tests.push_back(
          {test.text("id"), test.text("title"), test.number("items"), test.number("duration_ms")});
      package_.tests.back().routed = value.as_object().contains("routed");
      if (!test.bad.empty()) return refuse("manifest.json: tests: " + test.bad);
    }
    if (!members.bad.empty()) return refuse("manifest.json: " + members.bad);
    if (package_.mark == "GLADI" || package_.mark == "UTAMA") {
      return fail(Errc::package_sealed_unsupported, package_.mark);
    }
    if (package_.mark != "LATIHAN" && package_.mark != "SIMULASI") return refuse("manifest.json: mark");
    return {};
  }

  // Every file is listed with its size and hash, and every listed file is there.
  Result<void> check_entries() {
    std::size_t listed = 0;
    Members members{manifest_};
    for (auto const& value : members.list("entries")) {
      if (!value.is_object()) return refuse("manifest.json: entries");
      Members entry{value.as_object()};
      auto const path = entry.text("path");
      auto const bytes = entry.number("bytes");
      auto const digest = entry.text("sha256");
      if (!entry.bad.empty()) return refuse("manifest.json: entries: " + entry.bad);
      auto const file = files_.find(path);
      if (path == package_manifest_path || file == files_.end()) return refuse("not in the package: " + path);
      if (!seen_.insert(path).second) return refuse("listed twice: " + path);
      if (file->second.size() != bytes) return refuse("wrong size: " + path);
      if (hex(sha256(file->second)) != digest) return refuse("wrong hash: " + path);
      ++listed;
    }
    if (!members.bad.empty()) return refuse("manifest.json: " + members.bad);
    if (listed + 1 != files_.size()) return refuse("the package holds files that its manifest does not list");
    return {};
  }

  Result<void> read_entries() {
    for (auto& [path, content] : files_) {
      if (path == package_manifest_path) continue;
      auto const kind = entry_kind(path);
      if (kind == EntryKind::unknown) return refuse("unknown entry: " + path);
      auto done = kind == EntryKind::asset ? read_asset(path, std::move(content))
                  : kind == EntryKind::scoring_item || kind == EntryKind::scoring_test
                      ? read_scoring(kind, path, content)
                      : read_json(kind, path, content);
      if (!done) return done;
    }
    return {};
  }

  Result<void> read_asset(std::string const& path, std::string content) {
    auto const dot = path.rfind('.');
    auto const extension =
        dot == std::string::npos ? std::string_view{} : std::string_view(path).substr(dot + 1);
    auto const media = media_type_of(content);
    auto digest = hex(sha256(content));
    if (media.type.empty() || media.extension != extension ||
        path != "assets/" + digest + "." + std::string(extension)) {
      return refuse("asset that is not what its name says: " + path);
    }
    if (extension == "svg" && !svg_danger(content, path).empty()) return refuse("unsafe drawing: " + path);
    package_.entries.assets.emplace(path, DeliveryAsset{digest, std::string(media.type), content.size()});
    package_.assets.emplace(
        std::move(digest),
        PackageAsset{std::make_shared<std::string const>(std::move(content)), std::string(media.type)});
    return {};
  }

  // In order of path, so items are there before tests.
  Result<void> read_scoring(EntryKind kind, std::string const& path, std::string const& content) {
    if (kind == EntryKind::scoring_item) {
      auto program = read_scoring_item(path, content);
      if (!program) return program.error();
      package_.entries.programs.emplace((*program)->identifier(), *program);
      item_programs_.emplace(path, std::move(*program));
      return {};
    }
    auto program = read_scoring_test(path, content, item_programs_);
    if (!program) return program.error();
    auto const found = std::ranges::find(package_.tests, (*program)->identifier(), &PackageTest::id);
    if (found == package_.tests.end()) return refuse("scoring of no test: " + path);
    found->program = std::move(*program);
    return {};
  }

  Result<void> read_json(EntryKind kind, std::string const& path, std::string const& content) {
    auto entry = parse_object(content, path);
    if (!entry) return entry.error();
    auto const checked = kind == EntryKind::item   ? check_item_entry(*entry)
                         : kind == EntryKind::test ? check_test_entry(*entry)
                                                   : check_stimulus_entry(*entry);
    if (!checked) return checked;
    std::string id{entry->at("id").as_string()};
    if (entry_path(kind, id) != path) return refuse("entry under another name: " + path);
    auto& entries = kind == EntryKind::item   ? package_.entries.items
                    : kind == EntryKind::test ? package_.entries.tests
                                              : package_.entries.stimuli;
    entries.emplace(std::move(id), std::move(*entry));
    return {};
  }

  // Everything that is referred to is there, so that instantiating cannot fail later, with pupils waiting.
  Result<void> check_references() {
    if (package_.tests.size() != package_.entries.tests.size()) return refuse("tests and manifest differ");
    for (auto const& test : package_.tests) {
      auto const found = package_.entries.tests.find(test.id);
      if (found == package_.entries.tests.end()) return refuse("no test " + test.id);
      auto const items = order_items(found->second, 1).size();
      if (test.routed ? test.items == 0 || test.items > items : test.items != items)
        return refuse("wrong count of items in " + test.id);
      if (auto done = check_program(test, found->second.at("parts").as_array()); !done) return done;
    }
    for (auto& test : package_.tests) {
      auto const& entry = package_.entries.tests.find(test.id)->second;
      if (auto done = check_children(entry.at("parts").as_array(), test); !done) return done;
    }
    for (auto const& [id, item] : package_.entries.items) {
      auto const view = instantiate_item(package_.entries, id, 1);
      if (!view) return view.error();
    }
    return {};
  }

  // What routes and scores must be there, and must be of the same test as what is delivered.
  Result<void> check_program(PackageTest const& test, json::array const& parts) {
    bool const needed = test.routed || package_.results != ResultsFor::nobody || format_ == scoring_format;
    if (test.program == nullptr) {
      return needed ? Result<void>(refuse("no scoring entry for the test " + test.id)) : Result<void>();
    }
    if (test.program->is_routed() != test.routed) return refuse("manifest.json: routed of " + test.id);
    if (!is_same_test(parts, *test.program)) return refuse("delivery and scoring differ in " + test.id);
    return {};
  }

  Result<void> check_children(json::array const& list, PackageTest& test) {
    for (auto const& value : list) {
      auto const& child = value.as_object();
      if (auto const* item = child.if_contains("item")) {
        std::string id{item->as_string()};
        auto const found = package_.entries.items.find(id);
        if (found == package_.entries.items.end()) return refuse("no item " + id);
        collect_assets(found->second, test);
        for (auto const& name : found->second.at("stimuli").as_array()) {
          auto const stimulus = package_.entries.stimuli.find(std::string(name.as_string()));
          if (stimulus != package_.entries.stimuli.end()) collect_assets(stimulus->second, test);
        }
      } else if (auto done = check_children(child.at("children").as_array(), test); !done) {
        return done;
      }
    }
    return {};
  }

  // Every string that is the path of an asset counts: showing one too many is less harm than one too few.
  void collect_assets(json::value const& value, PackageTest& test) {
    if (auto const* text = value.if_string()) {
      auto const found = package_.entries.assets.find(std::string_view(*text));
      if (found != package_.entries.assets.end()) test.assets.insert(found->second.sha256);
    } else if (auto const* list = value.if_array()) {
      for (auto const& part : *list) collect_assets(part, test);
    } else if (auto const* object = value.if_object()) {
      for (auto const& [name, part] : *object) collect_assets(part, test);
    }
  }

  Files files_;
  std::string_view format_;
  json::object manifest_;
  std::set<std::string> seen_;
  ScoringPrograms item_programs_;
  Package package_;
};

Result<Package> read(std::string_view bytes, std::string_view format) {
  auto files = unzip(bytes);
  if (!files) return files.error();
  auto package = PackageReader(std::move(*files), format).read();
  if (package) package->sha256 = hex(sha256(bytes));
  return package;
}

}  // namespace

std::string_view name(ResultsFor results) {
  if (results == ResultsFor::nobody) return "none";
  return results == ResultsFor::proctor ? "proctor" : "pupil";
}

PackageTest const* Package::test(std::string_view test_id) const {
  auto const found = std::ranges::find(tests, test_id, &PackageTest::id);
  return found == tests.end() ? nullptr : &*found;
}

std::shared_ptr<ItemProgram const> Package::program(std::string_view item_id) const {
  auto const found = entries.programs.find(item_id);
  return found == entries.programs.end() ? nullptr : found->second;
}

Result<Package> read_package(std::string_view bytes) {
  return read(bytes, package_format);
}

Result<Package> read_scoring_package(std::string_view bytes) {
  return read(bytes, scoring_format);
}

}  // namespace proktor::qti
