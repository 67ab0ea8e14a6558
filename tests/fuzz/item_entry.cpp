#include "tests/fuzz/entries.hpp"

#include "qti/delivery/delivery_entry.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/results/item_result.hpp"
#include "qti/scoring/item_program.hpp"
#include "qti/scoring/item_session.hpp"
#include "qti/value/text.hpp"

#include <boost/json/object.hpp>

#include <optional>
#include <string>

namespace proktor::fuzz {
namespace {

namespace json = boost::json;

std::optional<std::string> no_file(std::string_view) {
  return std::nullopt;
}

// Every attempt answers otherwise: nothing, the key, what is no value, and texts.
json::value answer(qti::Declaration const& declaration, std::uint32_t attempt) {
  switch (attempt) {
    case 0:
      return nullptr;
    case 1:
      return qti::to_json(declaration.correct);
    case 2:
      return json::object{{"x", 1}, {"y", "1,5"}};
    default:
      return "3,5";
  }
}

void play(qti::Item const& item, std::shared_ptr<qti::ItemProgram const> const& program) {
  qti::ItemSessionSettings settings;
  settings.max_attempts = 0;
  qti::ItemSession session(program, settings);
  for (std::uint32_t attempt = 0; attempt < 4; ++attempt) {
    json::object responses;
    for (auto const& declaration : item.responses) {
      responses[declaration.identifier] = answer(declaration, attempt);
    }
    session.submit(responses, attempt);
    session.feedback();
  }
  session.end();
  qti::AssessmentResult result;
  result.items.push_back(
      qti::item_result(session.variables(), {"I", 1, "2026-11-21T00:00:00Z", true, true, false}));
  auto const back = qti::read_assessment_result(qti::write_assessment_result(result), "result.xml");
  require(back.result.has_value(), "a result that is written can be read");
  require(back.result->items[0].variables.size() == session.variables().size(),
          "a result holds every variable");
}

}  // namespace

void item(std::string_view bytes) {
  auto const read = qti::read_item(bytes, "item.xml");
  if (!read.playable()) return;
  auto const entry = qti::item_entry(*read.item, {});
  require(qti::check_item_entry(entry).has_value(),
          "the entry of a playable item passes the package's check");
  auto const compiled = qti::ItemProgram::compile(*read.item, no_file);
  if (compiled.program) play(*read.item, compiled.program);
}

}  // namespace proktor::fuzz
