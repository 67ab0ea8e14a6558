#include "qti/navigation/panel_items.hpp"

#include "qti/navigation/panel.hpp"
#include "qti/navigation/test_report.hpp"
#include "qti/scoring/item_parts.hpp"
#include "qti/scoring/item_session.hpp"

#include <boost/json/serialize.hpp>

#include <set>

namespace proktor::qti {
namespace {

namespace json = boost::json;

constexpr std::uint64_t template_seeds = 8;  // an item that draws its values is tried this often

struct Answers {
  std::string identifier;
  std::vector<json::value> inputs;
};

class Trial {
 public:
  Trial(CompiledItem const& item, bool simultaneous) : item_(item) {
    settings_.max_attempts = simultaneous ? 1 : item.control.max_attempts.value_or(1);
  }

  PossibleEnds run() {
    auto const& program = *item_.program;
    if (program.is_adaptive()) out_.unsure = "it is adaptive";
    if (program.has_templates()) out_.unsure = "it draws its values anew for everybody";
    auto const seeds = program.has_templates() ? template_seeds : 1;
    for (std::uint64_t seed = 1; seed <= seeds; ++seed) {
      settings_.seed = seed;
      take(ItemSession(item_.program, settings_));
      auto const answers = inputs();
      json::object responses;
      try_all(answers, 0, responses);
    }
    return std::move(out_);
  }

 private:
  std::vector<Answers> inputs() {
    std::vector<Answers> answers;
    std::size_t product = 1;
    auto const& parts = item_.program->parts();
    for (auto const& plan : parts.responses) {
      auto const& declaration = parts.declarations[plan.slot];
      std::string unsure;
      auto list = possible_inputs(plan, declaration, parts.constants, unsure);
      if (!unsure.empty()) out_.unsure = unsure;
      product *= list.size();
      if (product > panel_responses_max) {
        // What scores is tried with everything else unanswered.
        out_.unsure = "it can be answered in too many ways";
        list.resize(std::max<std::size_t>(1, list.size() * panel_responses_max / product));
        product = panel_responses_max;
      }
      answers.push_back({declaration.identifier, std::move(list)});
    }
    return answers;
  }

  void try_all(std::vector<Answers> const& answers, std::size_t place, json::object& responses) {
    if (place == answers.size()) {
      ItemSession session(item_.program, settings_);
      session.submit(responses);
      take(std::move(session));
      return;
    }
    for (auto const& input : answers[place].inputs) {
      responses[answers[place].identifier] = input;
      try_all(answers, place + 1, responses);
    }
  }

  void take(ItemSession session) {
    auto const variables = session.variables();
    auto const right = all_correct(variables);
    auto key = json::serialize(outcomes_json(variables)) + (session.is_responded() ? "r" : "-") +
               (session.attempts() > 0 ? "a" : "-") + (right ? (*right ? "1" : "0") : "-");
    if (!seen_.insert(std::move(key)).second) return;
    out_.ends.push_back(
        {session.attempts() > 0, session.is_responded(), {variables.begin(), variables.end()}});
  }

  CompiledItem const& item_;
  ItemSessionSettings settings_;
  PossibleEnds out_;
  std::set<std::string> seen_;
};

}  // namespace

PossibleEnds possible_ends(CompiledItem const& item, bool simultaneous) {
  if (!item.program) return {{ItemEnd{}}, "its scoring is not here"};
  return Trial(item, simultaneous).run();
}

}  // namespace proktor::qti
