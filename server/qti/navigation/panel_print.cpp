// A panel for eyes and for programs.

#include "qti/navigation/panel.hpp"
#include "qti/value/text.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace proktor::qti {
namespace {

namespace json = boost::json;

constexpr std::size_t scores_shown_max = 12;

std::string number(double value) {
  return to_text(Scalar(value), BaseType::floating);
}

std::string scores_text(std::vector<double> const& scores) {
  std::string out;
  if (scores.size() > scores_shown_max) {
    return number(scores.front()) + " to " + number(scores.back()) + ", " + std::to_string(scores.size()) +
           " different";
  }
  for (auto const score : scores) out += (out.empty() ? "" : " ") + number(score);
  return out;
}

std::string routes_text(PanelRow const& row) {
  std::string out = row.by_total ? "in all " : "";
  for (auto const& route : row.routes) {
    if (&route != &row.routes.front()) out += "; ";
    out += number(route.from);
    if (route.to != route.from) out += " to " + number(route.to);
    out += " -> " + (route.next.empty() ? "end" : route.next);
  }
  return out;
}

std::string joined(std::vector<std::string> const& words, std::string_view between) {
  std::string out;
  for (auto const& word : words) {
    if (!out.empty()) out += between;
    out += word;
  }
  return out;
}

}  // namespace

std::string to_text(Panel const& panel) {
  std::vector<std::vector<std::string>> table{{"stage", "items", "possible scores", "score -> next"}};
  for (auto const& row : panel.rows) {
    table.push_back(
        {joined(row.path, " > "), std::to_string(row.items), scores_text(row.scores), routes_text(row)});
  }
  std::string out;
  for (auto const& row : table) {
    for (std::size_t column = 0; column + 1 < row.size(); ++column) {
      std::size_t width = 0;
      for (auto const& other : table) width = std::max(width, other[column].size());
      out += row[column] + std::string(width - row[column].size() + 2, ' ');
    }
    out += row.back() + "\n";
  }
  for (auto const& finding : panel.findings) out += to_text(finding) + "\n";
  out += "most items of a route: " + std::to_string(panel.most_items);
  return out;
}

json::object to_json(Panel const& panel) {
  json::array rows, findings;
  for (auto const& row : panel.rows) {
    json::array routes;
    for (auto const& route : row.routes) {
      routes.push_back({{"from", route.from},
                        {"to", route.to},
                        {"scores", route.scores},
                        {"next", route.next.empty() ? json::value() : json::value(route.next)}});
    }
    rows.push_back({{"path", json::array(row.path.begin(), row.path.end())},
                    {"part", row.path.back()},
                    {"items", row.items},
                    {"scores", json::array(row.scores.begin(), row.scores.end())},
                    {"by_total", row.by_total},
                    {"routes", std::move(routes)}});
  }
  for (auto const& finding : panel.findings) {
    findings.push_back({{"severity", name(finding.severity)},
                        {"code", finding.code},
                        {"message", finding.message},
                        {"file", finding.file},
                        {"line", finding.line}});
  }
  return {{"rows", std::move(rows)}, {"most_items", panel.most_items}, {"findings", std::move(findings)}};
}

}  // namespace proktor::qti
