#include "core/practice.hpp"

#include "qti/navigation/route.hpp"
#include "qti/scoring/item_session.hpp"
#include "qti/value/text.hpp"

#include <algorithm>

namespace proktor::core {
namespace {

namespace json = boost::json;

constexpr double same_score = 1e-9;

// What the author's correct response earns: the maximum where the item declares none.
std::optional<double> score_of_correct(qti::Package const& package, DeliveredItem const& item, std::uint64_t seed) {
  auto const program = package.program(item.item);
  if (program == nullptr) return std::nullopt;
  qti::ItemSessionSettings settings;
  settings.seed = qti::session_seed(seed, item.ref, item.instance);
  qti::ItemSession session(program, std::move(settings));
  json::object responses;
  for (auto const& variable : session.variables()) {
    if (variable.declaration->kind != qti::VariableKind::response || variable.correct.is_null()) continue;
    responses[variable.declaration->identifier] = qti::to_json(variable.correct);
  }
  double score = 0;
  if (responses.empty() || !session.submit(responses).valid) return std::nullopt;
  return session.value("SCORE").as_number(score) ? std::optional(score) : std::nullopt;
}

// An outcome is marked for people; or a text is asked for and a SCORE declared that no rule sets.
bool awaits_person(qti::Package const& package, DeliveredItem const& item) {
  auto const program = package.program(item.item);
  if (program == nullptr || !program->is_human_scored()) return false;
  bool score = false, text = false;
  qti::ItemSession const session(program, {});
  for (auto const& variable : session.variables()) {
    auto const& declaration = *variable.declaration;
    if (declaration.external_scored == "human") return true;
    score = score || (declaration.kind == qti::VariableKind::outcome && declaration.identifier == "SCORE");
    text = text || (declaration.kind == qti::VariableKind::response &&
                    (declaration.base == qti::BaseType::string || declaration.base == qti::BaseType::file));
  }
  return score && text;
}

ItemVerdict verdict_of(double score, double max) {
  if (score >= max - same_score) return ItemVerdict::right;
  return score <= same_score ? ItemVerdict::wrong : ItemVerdict::partial;
}

}  // namespace

std::string_view name_of(ItemVerdict verdict) {
  constexpr std::string_view names[] = {"right", "wrong", "partial", "unanswered", "waiting", "unscored"};
  return names[static_cast<std::size_t>(verdict)];
}

Result<PracticeResult> practice_result(qti::Package const& package, std::string_view qti_test,
                                       AttemptAnswers const& attempt) {
  auto const* test = package.test(qti_test);
  if (test == nullptr || test->program == nullptr) return fail(Errc::package_invalid, "the package scores nothing");
  auto const items = delivered_items(package, qti_test, attempt);
  if (!items) return items.error();
  auto const route = qti::route(test->program, attempt.seed, submitted_parts(*test, attempt, *items));
  if (!route) return fail(Errc::package_invalid, route.error().detail);
  PracticeResult result;
  for (auto const& item : *items) {
    PracticeItem out{item.opaque, ItemVerdict::unscored};
    auto const found = std::ranges::find(route->done, item.name, &qti::RoutedItem::name);
    bool const scored = found != route->done.end() && !found->human_scored && (found->score || found->correct);
    // No number to measure by: right or not is all that can be said.
    double max = 1;
    if (scored && found->score) {
      max = found->maximum ? *found->maximum : score_of_correct(package, item, attempt.seed).value_or(1);
    }
    if (scored && max > 0) {
      double const score = found->score.value_or(found->correct.value_or(false) ? 1 : 0);
      result.score += score;
      result.max += max;
      out.verdict = found->responded ? verdict_of(score, max) : ItemVerdict::unanswered;
      result.correct += out.verdict == ItemVerdict::right ? 1U : 0U;
    }
    if (out.verdict == ItemVerdict::unscored && awaits_person(package, item)) out.verdict = ItemVerdict::waiting;
    result.items.push_back(std::move(out));
  }
  return result;
}

}  // namespace proktor::core
