// All cases of the shared expected.json about single items: responses to outcomes, binding, refusals.
// docs/qti-decisions.md says why the cases named here are declined.
#include "material.hpp"

#include "qti/value/text.hpp"

#include "qti/scoring/variable_json.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <cmath>
#include <map>
#include <set>

using namespace proktor::qti;
namespace json = boost::json;

namespace {

// The material contradicts itself or the standard here.
std::set<std::string, std::less<>> const declined{
    "pie/templateProcessing_templateConstraint#restarts_until_constraint_holds",
    "citolab/gap-match-item.xml#ResponseProcessing_DOE_gapMatch"};

bool agrees(json::value const& got, json::value const& wanted) {
  if (got.is_number() && wanted.is_number()) {
    return got.to_number<double>() == Approx(wanted.to_number<double>()).epsilon(1e-9).margin(1e-9);
  }
  if (got.is_array() && wanted.is_array()) {
    return std::ranges::equal(got.get_array(), wanted.get_array(), agrees);
  }
  return got == wanted;
}

// What differs from `wanted`; empty when all holds.
std::string differences(ItemSession const& session, json::object const& wanted) {
  std::string text;
  for (auto const& [name, value] : wanted) {
    auto const* variable = session.variable(std::string_view(name));
    auto const got = variable == nullptr ? json::value() : to_json(*variable);
    if (!agrees(got, value)) {
      text += std::string(name) + ": got " + json::serialize(got) + ", expected " + json::serialize(value) + "; ";
    }
  }
  return text;
}

std::string run_case(json::object const& one, std::filesystem::path const& item) {
  auto const compiled = material::compile(item);
  std::string_view const kind = one.at("kind").as_string();
  if (kind == "item-rejected") return compiled.program ? "is not refused" : "";
  if (!compiled.program) return material::first_error(compiled.findings);
  ItemSession session(compiled.program, {});
  bool const binding = kind == "response-binding";
  auto const& given = one.at(binding ? "candidate_input" : "responses");
  auto const done = session.submit(given.is_object() ? given.get_object() : json::object{});
  auto text = differences(session, one.at(binding ? "expected_response" : "expected").as_object());
  if (binding && done.valid != one.at("expected_valid").as_bool()) text += "validity";
  return text;
}

struct Count {
  int held = 0, failed = 0;
};

}  // namespace

TEST_CASE("Every unflagged case of the shared material holds, in 2.x and renamed to 3.0") {
  auto const folder = material::folder();
  auto const text = material::read(folder / "expected.json");
  if (!text) {
    WARN("skipped: no QTI material at " + folder.string());
    return;
  }
  std::map<std::string, Count> counts;
  auto const document = json::parse(*text);
  for (auto const& value : document.at("cases").as_array()) {
    auto const& one = value.as_object();
    std::string const kind(one.at("kind").as_string());
    std::string const id(one.at("id").as_string());
    if (kind != "item" && kind != "response-binding" && kind != "item-rejected") continue;
    for (auto const* form : {"item", "item_qti3"}) {
      auto const* path = one.if_contains(form);
      if (path == nullptr) continue;
      auto const wrong = run_case(one, folder / std::string(path->as_string()));
      auto& count = counts[kind + (one.contains("flags") ? " flagged" : "") + ", " + form];
      ++(wrong.empty() ? count.held : count.failed);
      if (one.contains("flags")) continue;
      INFO(id << " (" << form << "): " << wrong);
      CHECK(wrong.empty() != declined.contains(id));
    }
  }
  for (auto const& [kind, count] : counts) {
    WARN(kind << ": " << count.held << " hold, " << count.failed << " do not");
  }
  CHECK(counts["item, item"].held == 182);
  CHECK(counts["response-binding, item"].held == 7);
  CHECK(counts["item-rejected, item"].held == 3);
}
