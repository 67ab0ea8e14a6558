// What must hold for every item of the shared material: the key gets the most, order of a multiple never matters,
// scoring twice gives the same, a 2.x item and its renaming to 3.0 agree.
#include "material.hpp"

#include "qti/value/text.hpp"

#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include <algorithm>
#include <set>

using namespace proktor::qti;
namespace json = boost::json;

namespace {

json::object outcomes_of(std::shared_ptr<ItemProgram const> const& program, json::object const& responses) {
  ItemSession session(program, {});
  session.submit(responses);
  json::object out;
  for (auto const& variable : session.variables()) {
    if (variable.declaration->kind == VariableKind::outcome) {
      out[variable.declaration->identifier] = to_json(variable.value);
    }
  }
  return out;
}

// The key of this session, as a candidate would give it; false when nothing has a key.
bool key_of(std::shared_ptr<ItemProgram const> const& program, json::object& responses, bool reversed) {
  ItemSession const session(program, {});
  for (auto const& variable : session.variables()) {
    if (variable.declaration->kind != VariableKind::response || variable.correct.is_null()) continue;
    auto key = to_json(variable.correct);
    if (reversed && variable.declaration->cardinality == Cardinality::multiple) {
      std::reverse(key.as_array().begin(), key.as_array().end());
    }
    responses[variable.declaration->identifier] = std::move(key);
  }
  return !responses.empty();
}

std::optional<double> number(json::object const& outcomes, std::string_view name) {
  auto const* value = outcomes.if_contains(name);
  if (value == nullptr || !value->is_number()) return std::nullopt;
  return value->to_number<double>();
}

struct Counts {
  int items = 0, keyed = 0, maximal = 0;
};

void check_item(std::filesystem::path const& path, Counts& counts) {
  auto const compiled = material::compile(path);
  if (!compiled.program) return;
  ++counts.items;
  json::object key, turned;
  if (!key_of(compiled.program, key, false)) return;
  key_of(compiled.program, turned, true);
  ++counts.keyed;
  CAPTURE(path.string(), json::serialize(key));
  auto const outcomes = outcomes_of(compiled.program, key);
  CHECK(outcomes == outcomes_of(compiled.program, key));
  CHECK(outcomes == outcomes_of(compiled.program, turned));
  auto const score = number(outcomes, "SCORE");
  if (!score || compiled.program->is_human_scored()) return;
  auto const* declaration = compiled.program->declaration("SCORE");
  auto const none = number(outcomes_of(compiled.program, {}), "SCORE");
  CHECK(*score >= none.value_or(0) - 1e-9);
  if (declaration->normal_maximum) {
    CHECK(*score == Approx(*declaration->normal_maximum));
    ++counts.maximal;
  }
}

}  // namespace

TEST_CASE("Over all shared items: the key gets the most, order of a multiple does not matter, twice is the same") {
  auto const folder = material::folder();
  if (!std::filesystem::exists(folder)) {
    WARN("skipped: no QTI material at " + folder.string());
    return;
  }
  Counts counts;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".xml") check_item(entry.path(), counts);
  }
  WARN(counts.items << " items, " << counts.keyed << " with a key, " << counts.maximal << " with a known maximum");
  CHECK(counts.items >= 120);
  CHECK(counts.keyed >= 70);
  CHECK(counts.maximal >= 20);
}

TEST_CASE("An item of QTI 2.2 and its renaming to 3.0 give the same for every response of the material") {
  auto const folder = material::folder();
  auto const text = material::read(folder / "expected.json");
  if (!text) {
    WARN("skipped: no QTI material at " + folder.string());
    return;
  }
  std::set<std::string> items;
  auto const document = json::parse(*text);
  for (auto const& value : document.at("cases").as_array()) {
    auto const& one = value.as_object();
    auto const* renamed = one.if_contains("item_qti3");
    if (renamed == nullptr || !one.at("responses").is_object()) continue;
    std::string const name(one.at("item").as_string());
    auto const old = material::compile(folder / name);
    auto const now = material::compile(folder / std::string(renamed->as_string()));
    CAPTURE(name);
    CHECK((old.program == nullptr) == (now.program == nullptr));
    if (!old.program || !now.program) continue;
    auto const& responses = one.at("responses").as_object();
    CHECK(outcomes_of(old.program, responses) == outcomes_of(now.program, responses));
    items.insert(name);
  }
  CHECK(items.size() >= 30);
}
