#include "provisioning/package/report.hpp"

#include <fmt/format.h>
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

std::string text_of(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

void add_findings(json::object const& report, std::string_view key, std::string_view title,
                  std::string& out) {
  auto const& list = report.at(key).as_array();
  if (list.empty()) return;
  out += fmt::format("\n{} ({})\n", title, list.size());
  for (auto const& value : list) {
    auto const& finding = value.as_object();
    auto const line = finding.at("line").to_number<int>();
    out += fmt::format("  {}{}  {}: {}\n", text_of(finding, "file"), line > 0 ? fmt::format(":{}", line) : "",
                       text_of(finding, "code"), text_of(finding, "message"));
  }
}

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
  json::array items;
  std::size_t playable = 0;
  for (auto const& [file, item] : content.items) {
    counts.add(item.interactions);
    playable += item.playable ? 1 : 0;
    json::array interactions;
    for (auto const& name : item.interactions) interactions.emplace_back(name);
    items.push_back({{"id", item.identifier},
                     {"file", file},
                     {"title", item.title},
                     {"playable", item.playable},
                     {"interactions", std::move(interactions)}});
  }
  json::array tests;
  for (auto const& test : content.tests) {
    tests.push_back({{"id", test.test.identifier},
                     {"title", test.test.title},
                     {"items", test.items.size()},
                     {"duration_ms", test.test.duration_ms}});
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
    tests.push_back(
        {{"id", test.id}, {"title", test.title}, {"items", test.items}, {"duration_ms", test.duration_ms}});
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
  out["tests"] = std::move(tests);
  out["items"] = counted(total, total, counts, std::move(items));
  out["stimuli"] = package.entries.stimuli.size();
  out["assets"] = {{"count", package.assets.size()}, {"bytes", asset_bytes}};
  for (auto const* key : {"warnings", "errors", "infos"}) out[key] = json::array{};
  return out;
}

std::string report_table(json::object const& report) {
  std::string out =
      fmt::format("{}  {}  ({})\n", text_of(report, "title"), text_of(report, "mark"), text_of(report, "id"));
  out += "\nTes\n";
  for (auto const& value : report.at("tests").as_array()) {
    auto const& test = value.as_object();
    out += fmt::format("  {:<28} {:>4} butir  {}\n", text_of(test, "id"),
                       test.at("items").to_number<std::uint64_t>(), text_of(test, "title"));
  }
  auto const& items = report.at("items").as_object();
  out += fmt::format("\nButir  {} seluruhnya, {} dapat dimainkan, {} ditolak\n",
                     items.at("total").to_number<std::uint64_t>(),
                     items.at("playable").to_number<std::uint64_t>(),
                     items.at("refused").to_number<std::uint64_t>());
  for (auto const& [name, count] : items.at("by_interaction").as_object()) {
    out += fmt::format("  {:<36} {:>4}\n", std::string_view(name), count.to_number<std::uint64_t>());
  }
  auto const& assets = report.at("assets").as_object();
  out += fmt::format(
      "Stimulus  {}\nMedia     {} berkas, {} bita\n", report.at("stimuli").to_number<std::uint64_t>(),
      assets.at("count").to_number<std::uint64_t>(), assets.at("bytes").to_number<std::uint64_t>());
  add_findings(report, "errors", "Kesalahan", out);
  add_findings(report, "warnings", "Peringatan", out);
  return out;
}

}  // namespace proktor::package
