#include "core/route.hpp"

#include "qti/navigation/route.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <utility>

namespace proktor::core {
namespace {

namespace json = boost::json;

Error not_of_package(std::string detail) { return fail(Errc::package_invalid, std::move(detail)); }

json::object authored(qti::ItemIds const& ids, std::string const& value) {
  boost::system::error_code error;
  auto const raw = json::parse(value, error);
  if (error || !raw.is_object()) return {};
  auto answer = qti::authored_answer(ids, raw.as_object());
  return answer ? std::move(*answer) : json::object();
}

Result<qti::DeliveryIds> delivered_ids(qti::Package const& package, std::string_view qti_test,
                                       AttemptAnswers const& attempt) {
  if (attempt.stages.empty()) return qti::instantiate_ids(package.entries, qti_test, attempt.seed);
  qti::DeliveryIds all;
  for (auto const& stage : attempt.stages) {
    auto ids = qti::instantiate_part_ids(package.entries, qti_test, attempt.seed, stage.what.items, stage.first);
    if (!ids) return ids.error();
    for (auto& item : ids->items) all.items.push_back(std::move(item));
  }
  return all;
}

StagePart part_of(qti::Route route) { return {std::move(*route.next), std::move(route.items), route.last}; }

}  // namespace

AttemptAnswers answers_of(Attempt const& attempt) { return {attempt.seed, attempt.stages, attempt.answers}; }

Result<std::vector<DeliveredItem>> delivered_items(qti::Package const& package, std::string_view qti_test,
                                                   AttemptAnswers const& attempt) {
  auto ids = delivered_ids(package, qti_test, attempt);
  if (!ids) return not_of_package(ids.error().detail);
  std::vector<DeliveredItem> items;
  for (auto const& one : ids->items) {
    DeliveredItem item;
    item.opaque = one.opaque;
    item.ref = one.authored;
    item.instance = one.instance;
    item.name = one.instance > 1 ? one.authored + "." + std::to_string(one.instance) : one.authored;
    item.item = one.item;
    auto const found = attempt.answers.find(static_cast<unsigned>(items.size() + 1));
    item.answered = found != attempt.answers.end() && !found->second.value.empty();
    if (item.answered) item.answer = authored(one, found->second.value);
    items.push_back(std::move(item));
  }
  return items;
}

std::vector<qti::SubmittedPart> submitted_parts(qti::PackageTest const& test, AttemptAnswers const& attempt,
                                                std::vector<DeliveredItem> const& items) {
  std::vector<qti::SubmittedPart> parts;
  if (attempt.stages.empty()) {
    for (auto const& part : test.program->parts()) parts.push_back({part.identifier, {}});
  } else {
    for (auto const& stage : attempt.stages) parts.push_back({stage.what.part, {}});
  }
  std::size_t stage = 0;
  for (std::size_t i = 0; i < items.size(); ++i) {
    std::size_t place = 0;
    if (attempt.stages.empty()) {
      auto const found = test.program->find_item(items[i].ref);
      if (!found) continue;
      place = test.program->items()[*found].part;
    } else {
      while (stage + 1 < attempt.stages.size() && i + 1 >= attempt.stages[stage + 1].first) ++stage;
      place = stage;
    }
    if (!items[i].answer.empty()) parts[place].answers[items[i].name] = items[i].answer;
  }
  return parts;
}

bool in_stages(qti::Package const& package, std::string_view qti_test) {
  auto const* test = package.test(qti_test);
  return test != nullptr && test->routed && test->program != nullptr;
}

Result<StagePart> first_part(qti::Package const& package, std::string_view qti_test, std::uint64_t seed) {
  if (!in_stages(package, qti_test)) return not_of_package("not in stages");
  auto route = qti::route(package.test(qti_test)->program, seed, {});
  if (!route) return not_of_package(route.error().detail);
  if (!route->next || route->items.empty()) return not_of_package("no first part");
  return part_of(std::move(*route));
}

Result<StageDecision> next_part(qti::Package const& package, std::string_view qti_test,
                                AttemptAnswers const& attempt) {
  if (!in_stages(package, qti_test)) return not_of_package("not in stages");
  auto const items = delivered_items(package, qti_test, attempt);
  if (!items) return items.error();
  auto const& test = *package.test(qti_test);
  auto route = qti::route(test.program, attempt.seed, submitted_parts(test, attempt, *items));
  if (!route) return not_of_package(route.error().detail);
  if (route->next && route->items.empty()) return not_of_package("nothing in part " + *route->next);
  StageDecision decision;
  decision.outcomes = json::serialize(route->test_outcomes);
  if (route->next) decision.next = part_of(std::move(*route));
  return decision;
}

}  // namespace proktor::core
