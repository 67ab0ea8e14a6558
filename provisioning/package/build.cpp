#include "provisioning/package/build.hpp"

#include "base/crypto.hpp"
#include "provisioning/package/scoring_document.hpp"
#include "qti/delivery/delivery_entry.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/delivery/order.hpp"
#include "qti/package/layout.hpp"
#include "qti/package/package.hpp"

#include <boost/json/array.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <optional>
#include <utility>

namespace proktor::package {
namespace {

namespace json = boost::json;

constexpr std::uint64_t count_seed = 1;  // any seed selects as many items as any other

// Gathers the entries of one package; every item, stimulus and asset once.
class Builder {
 public:
  Builder(Import const& content, BuildSettings const& settings)
      : content_(content),
        settings_(settings),
        scores_all_(settings.for_scoring || settings.results != qti::ResultsFor::nobody),
        documents_(content) {}

  Result<Built> build() {
    for (auto const& test : content_.tests) {
      if (auto done = add_test(test); !done) return done.error();
    }
    if (tests_.empty()) return fail(Errc::package_invalid, "no test has an item that can be played");
    Built built;
    built.title = title();
    built.tests = tests_.size();
    built.items = items_;
    files_.emplace(qti::package_manifest_path, json::serialize(manifest(built.title)));
    auto bytes = qti::zip(files_, qti::is_stored);
    if (!bytes) return bytes.error();
    built.bytes = std::move(*bytes);
    return built;
  }

 private:
  Result<void> add_test(ImportedTest const& test) {
    bool const routed = test.program != nullptr && test.program->is_routed();
    bool const scored = scores_all_ || routed;
    qti::ItemNames names;
    for (auto const& [ref, file] : test.items) {
      auto const& item = content_.items.at(file);
      if (!item.playable) continue;
      names.emplace(ref, item.identifier);
      add_item(item);
      if (!scored && !qti::needs_program(item.entry)) continue;
      if (auto done = add_document(qti::EntryKind::scoring_item, item.identifier, documents_.item(file));
          !done)
        return done;
    }
    auto entry = qti::test_entry(test.test, names);
    if (entry.at("parts").as_array().empty()) return {};
    bool const part_lost = entry.at("parts").as_array().size() != test.test.parts.size();
    if ((routed && names.size() != test.items.size()) || (scored && part_lost)) {
      return fail(Errc::package_invalid, test.test.identifier + ": its rules need the items that are left out");
    }
    if (auto done = qti::check_test_entry(entry); !done) return done;
    auto items = qti::order_items(entry, count_seed).size();
    if (test.panel) items = std::min(items, test.panel->most_items);
    json::object listed{{"id", test.test.identifier},
                        {"title", test.test.title},
                        {"items", items},
                        {"duration_ms", test.test.duration_ms}};
    if (routed) listed["routed"] = true;
    tests_.push_back(std::move(listed));
    if (scored) {
      auto done =
          add_document(qti::EntryKind::scoring_test, test.test.identifier, documents_.test(test, names));
      if (!done) return done;
    }
    titles_.push_back(test.test.title);
    files_.emplace(qti::entry_path(qti::EntryKind::test, test.test.identifier), json::serialize(entry));
    return {};
  }

  Result<void> add_document(qti::EntryKind kind, std::string const& identifier,
                            std::optional<std::string> document) {
    if (!document) return fail(Errc::too_large, "the scoring entry of " + identifier);
    files_.emplace(qti::entry_path(kind, identifier), std::move(*document));
    return {};
  }

  void add_item(ImportedItem const& item) {
    auto path = qti::entry_path(qti::EntryKind::item, item.identifier);
    if (!files_.emplace(std::move(path), json::serialize(item.entry)).second) return;
    ++items_;
    add_assets(item.assets);
    for (auto const& [file, stimulus] : content_.stimuli) {
      if (std::ranges::find(item.stimuli, stimulus.identifier) == item.stimuli.end()) continue;
      files_.emplace(qti::entry_path(qti::EntryKind::stimulus, stimulus.identifier),
                     json::serialize(stimulus.entry));
      add_assets(stimulus.assets);
    }
  }

  void add_assets(std::vector<std::string> const& paths) {
    for (auto const& path : paths) files_.emplace(path, *content_.assets.at(path).bytes);
  }

  std::string title() const {
    if (!settings_.title.empty()) return settings_.title;
    return titles_.size() == 1 && !titles_.front().empty() ? titles_.front() : content_.identifier;
  }

  json::object manifest(std::string const& title) const {
    json::array entries;
    for (auto const& [path, content] : files_) {
      entries.push_back({{"path", path}, {"bytes", content.size()}, {"sha256", hex(sha256(content))}});
    }
    json::object out;
    out["format"] = settings_.for_scoring ? qti::scoring_format : qti::package_format;
    out["id"] = content_.identifier;
    out["title"] = title;
    out["version"] = settings_.version;
    out["serial"] = settings_.serial;
    out["mark"] = settings_.mark;
    out["created"] = settings_.created;
    out["results"] = qti::name(settings_.results);
    out["tests"] = tests_;
    out["entries"] = std::move(entries);
    return out;
  }

  Import const& content_;
  BuildSettings const& settings_;
  bool scores_all_;
  ScoringDocuments documents_;
  qti::Files files_;
  json::array tests_;
  std::vector<std::string> titles_;
  std::size_t items_ = 0;
};

qti::Finding const* first_error(qti::Findings const& findings) {
  auto const found = std::ranges::find(findings, qti::Severity::error, &qti::Finding::severity);
  return found == findings.end() ? nullptr : &*found;
}

}  // namespace

std::vector<LeftOut> items_to_leave_out(Import const& content) {
  std::vector<LeftOut> out;
  for (auto const& [file, item] : content.items) {
    if (auto const* reason = first_error(item.findings)) out.push_back({file, item.identifier, *reason});
  }
  return out;
}

Result<Built> build_package(Import const& content, BuildSettings const& settings) {
  if (settings.mark == "GLADI" || settings.mark == "UTAMA") {
    return fail(Errc::package_sealed_unsupported, settings.mark);
  }
  if (settings.mark != "LATIHAN" && settings.mark != "SIMULASI") {
    return fail(Errc::bad_field, "mark " + settings.mark);
  }
  if (auto const* error = first_error(content.findings)) return fail(Errc::package_invalid, to_text(*error));
  auto left_out = items_to_leave_out(content);
  if (!left_out.empty() && !settings.only_playable) {
    return fail(Errc::package_invalid, to_text(left_out.front().reason));
  }
  auto built = Builder(content, settings).build();
  if (built) built->left_out = std::move(left_out);
  return built;
}

}  // namespace proktor::package
