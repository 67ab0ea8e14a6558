#include "qti/navigation/route.hpp"

#include "qti/navigation/panel_reads.hpp"
#include "qti/navigation/test_report.hpp"
#include "qti/navigation/test_session.hpp"

#include <algorithm>

namespace proktor::qti {
namespace {

namespace json = boost::json;

constexpr std::string_view score_name = "SCORE", maximum_name = "MAXSCORE";

std::optional<json::object> answer_to(Delivery const& delivery, json::object const& answers) {
  auto const* found = answers.if_contains(delivery.name);
  if (found == nullptr && delivery.instance == 1) found = answers.if_contains(delivery.name + ".1");
  auto const* responses = found == nullptr ? nullptr : found->if_object();
  return responses == nullptr ? std::nullopt : std::optional(*responses);
}

void submit_linear(TestSession& session, CompiledPart const* part, json::object const& answers) {
  while (session.part() == part && session.current() != nullptr) {
    Step step;
    step.responses = answer_to(*session.current(), answers);
    step.next = true;
    session.apply(step);
  }
}

void submit_nonlinear(TestSession& session, CompiledPart const* part, json::object const& answers) {
  std::vector<Step> steps;
  for (auto const& delivery : session.in_part()) {
    auto responses = answer_to(delivery, answers);
    if (!responses) continue;
    auto& step = steps.emplace_back();
    step.select = delivery.name;
    step.responses = std::move(responses);
  }
  for (auto const& step : steps) {
    if (session.part() == part) session.apply(step);
  }
  Step end;
  end.end_part = true;
  if (session.part() == part) session.apply(end);
}

std::optional<double> number(Variable const* variable) {
  double out = 0;
  return variable != nullptr && variable->value.as_number(out) ? std::optional(out) : std::nullopt;
}

RoutedItem routed(TestSession const& session, std::size_t place) {
  auto const& delivery = session.deliveries()[place];
  auto const& item = session.program().items()[delivery.item];
  auto const& state = session.state().items[place];
  RoutedItem out{
      delivery.name, session.program().parts()[item.part].identifier, state.responded, {}, false, {}, {}};
  if (!delivery.session) {
    out.responded = delivery.answered;
    return out;
  }
  auto const score = mapped(*item.ref, score_name);
  out.correct = all_correct(state.variables);
  out.human_scored = item.program->is_human_scored();
  out.score = number(find_variable(state.variables, score));
  if (auto const* declaration = item.program->declaration(score)) out.maximum = declaration->normal_maximum;
  if (!out.maximum) out.maximum = number(find_variable(state.variables, maximum_name));
  return out;
}

// No part can follow the open one: none of the later ones asks about its items, and none may be entered now.
bool is_last(TestSession const& session) {
  auto const& program = session.program();
  auto const here = session.parts_entered().back();
  if (here + 1 == program.parts().size()) return true;
  if (!program.parts()[here].branch_rules.empty()) return false;
  auto const reads = routing_reads(program);
  TestState state = session.state();
  for (auto later = here + 1; later < program.parts().size(); ++later) {
    auto const& rules = program.parts()[later].pre_conditions;
    bool const depends = std::ranges::any_of(reads.parts[later].questions, [&](std::size_t question) {
      return reads.questions[question].parts.contains(here);
    });
    if (depends || !reads.parts[later].all_known) return false;
    if (std::ranges::all_of(rules, [&](auto const& rule) { return state.is_true(rule); })) return false;
  }
  return true;
}

}  // namespace

Result<std::unique_ptr<TestSession>> play(std::shared_ptr<TestProgram const> const& program, std::uint64_t seed,
                                          std::span<SubmittedPart const> submitted) {
  auto played = std::make_unique<TestSession>(program, TestSettings{seed, false, {}});
  auto& session = *played;
  for (auto const& one : submitted) {
    auto const* part = session.part();
    if (part == nullptr || part->identifier != one.part) {
      return fail(Errc::bad_request, "the route asks for " +
                                         (part == nullptr ? std::string("no part") : part->identifier) +
                                         ", not for " + one.part.substr(0, 80));
    }
    if (part->linear) {
      submit_linear(session, part, one.answers);
    } else {
      submit_nonlinear(session, part, one.answers);
    }
  }
  return played;
}

Result<Route> route(std::shared_ptr<TestProgram const> const& program, std::uint64_t seed,
                    std::span<SubmittedPart const> submitted) {
  auto const played = play(program, seed, submitted);
  if (!played) return played.error();
  auto const& session = **played;
  Route out;
  for (auto const place : session.parts_entered()) out.path.push_back(program->parts()[place].identifier);
  std::size_t const open = session.in_part().size();
  std::size_t const closed = session.deliveries().size() - open;
  if (auto const* part = session.part()) {
    out.next = part->identifier;
    out.last = is_last(session);
    for (auto const& delivery : session.in_part()) out.items.push_back(delivery.name);
  }
  for (std::size_t place = 0; place < closed; ++place) {
    out.done.push_back(routed(session, place));
    auto const& delivery = session.deliveries()[place];
    if (delivery.session) out.item_outcomes[delivery.name] = outcomes_json(delivery.session->variables());
  }
  out.test_outcomes = outcomes_json(session.state().outcomes());
  return out;
}

}  // namespace proktor::qti
