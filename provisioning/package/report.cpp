#include "provisioning/package/report.hpp"

#include "qti/navigation/panel.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <map>

namespace proktor::package {
namespace {

namespace json = boost::json;

constexpr std::string_view no_interaction = "none";

json::array findings_of(qti::Findings const& findings, qti::Severity severity) {
  json::array out;
  for (auto const& finding : findings) {
    if (finding.severity == severity) out.push_back(finding_json(finding));
  }
  return out;
}

// Counts how many items have each kind of interaction; an item with two kinds counts under both.
class InteractionCounts {
 public:
  void add(std::vector<std::string> const& interactions) {
    std::map<std::string_view, bool> kinds;
    for (auto const& name : interactions) kinds[name] = true;
    if (kinds.empty()) kinds[no_interaction] = true;
    for (auto const& [name, present] : kinds) ++counts_[std::string(name)];
  }

  json::object json() const {
    json::object out;
    for (auto const& [name, count] : counts_) out[name] = count;
    return out;
  }

 private:
  std::map<std::string, std::size_t> counts_;
};

std::string_view element_of(std::string_view t) {
  if (t == "choice") return "qti-choice-interaction";
  if (t == "match") return "qti-match-interaction";
  return t == "textentry" ? "qti-text-entry-interaction" : "qti-extended-text-interaction";
}

void collect(json::array const& nodes, std::vector<std::string>& names) {
  for (auto const& value : nodes) {
    auto const* node = value.if_object();
    if (node == nullptr) continue;
    if (node->contains("r")) names.emplace_back(element_of(std::string_view(node->at("t").as_string())));
    if (auto const* children = node->if_contains("c")) collect(children->as_array(), names);
  }
}

json::object counted(std::size_t total, std::size_t playable, InteractionCounts const& counts,
                     json::array list) {
  json::object out;
  out["total"] = total;
  out["playable"] = playable;
  out["refused"] = total - playable;
  out["by_interaction"] = counts.json();
  out["list"] = std::move(list);
  return out;
}

// How many items are scored by whom.
class ScorerCounts {
 public:
  void add(Scorer scorer) { ++counts_[std::string(name(scorer))]; }

  json::object json() const {
    json::object out;
    for (auto const scorer : {Scorer::machine, Scorer::person, Scorer::nobody}) {
      auto const found = counts_.find(std::string(name(scorer)));
      out[name(scorer)] = found == counts_.end() ? 0 : found->second;
    }
    return out;
  }

 private:
  std::map<std::string, std::size_t> counts_;
};

}  // namespace

json::object finding_json(qti::Finding const& finding) {
  return {{"severity", qti::name(finding.severity)},
          {"code", finding.code},
          {"message", finding.message},
          {"file", finding.file},
          {"line", finding.line}};
}

json::object report_json(Import const& content) {
  InteractionCounts counts;
  ScorerCounts scorers;
  json::array items;
  std::size_t playable = 0;
  for (auto const& file : content.item_files) {
    auto const& item = content.items.at(file);
    counts.add(item.interactions);
    scorers.add(item.scorer);
    playable += item.playable ? 1 : 0;
    json::array interactions;
    for (auto const& name : item.interactions) interactions.emplace_back(name);
    items.push_back({{"id", item.identifier},
                     {"file", file},
                     {"title", item.title},
                     {"playable", item.playable},
                     {"scoring", name(item.scorer)},
                     {"interactions", std::move(interactions)}});
  }
  json::array tests;
  for (auto const& test : content.tests) {
    tests.push_back({{"id", test.test.identifier},
                     {"title", test.test.title},
                     {"items", test.items.size()},
                     {"duration_ms", test.test.duration_ms},
                     {"parts", test.test.parts.size()},
                     {"routed", test.program != nullptr && test.program->is_routed()}});
    if (test.panel) tests.back().as_object()["panel"] = qti::to_json(*test.panel);
  }
  std::size_t asset_bytes = 0;
  for (auto const& [path, asset] : content.assets) asset_bytes += asset.bytes->size();
  auto const findings = content.all_findings();
  json::object out;
  out["format"] = "qti-content";
  out["id"] = content.identifier;
  out["title"] = content.tests.size() == 1 ? content.tests.front().test.title : content.identifier;
  out["tests"] = std::move(tests);
  out["items"] = counted(content.items.size(), playable, counts, std::move(items));
  out["scoring"] = scorers.json();
  out["stimuli"] = content.stimuli.size();
  out["assets"] = {{"count", content.assets.size()}, {"bytes", asset_bytes}};
  out["warnings"] = findings_of(findings, qti::Severity::warning);
  out["errors"] = findings_of(findings, qti::Severity::error);
  out["infos"] = findings_of(findings, qti::Severity::info);
  return out;
}

json::object report_json(qti::Package const& package) {
  InteractionCounts counts;
  json::array items;
  for (auto const& [id, entry] : package.entries.items) {
    std::vector<std::string> names;
    collect(entry.at("body").as_array(), names);
    counts.add(names);
    json::array interactions;
    for (auto const& name : names) interactions.emplace_back(name);
    items.push_back({{"id", id}, {"playable", true}, {"interactions", std::move(interactions)}});
  }
  json::array tests;
  for (auto const& test : package.tests) {
    tests.push_back({{"id", test.id},
                     {"title", test.title},
                     {"items", test.items},
                     {"duration_ms", test.duration_ms},
                     {"parts", package.entries.tests.find(test.id)->second.at("parts").as_array().size()},
                     {"routed", test.routed}});
    if (test.routed) tests.back().as_object()["panel"] = qti::to_json(qti::check_panel(*test.program));
  }
  std::size_t asset_bytes = 0;
  for (auto const& [digest, asset] : package.assets) asset_bytes += asset.bytes->size();
  auto const total = package.entries.items.size();
  json::object out;
  out["format"] = qti::package_format;
  for (auto const& [key, value] :
       {std::pair{"id", &package.id}, std::pair{"title", &package.title},
        std::pair{"version", &package.version}, std::pair{"mark", &package.mark},
        std::pair{"created", &package.created}, std::pair{"sha256", &package.sha256}}) {
    out[key] = *value;
  }
  out["serial"] = package.serial;
  out["results"] = qti::name(package.results);
  out["scoring_entries"] = package.entries.programs.size();
  out["tests"] = std::move(tests);
  out["items"] = counted(total, total, counts, std::move(items));
  out["stimuli"] = package.entries.stimuli.size();
  out["assets"] = {{"count", package.assets.size()}, {"bytes", asset_bytes}};
  for (auto const* key : {"warnings", "errors", "infos"}) out[key] = json::array{};
  return out;
}

}  // namespace proktor::package
