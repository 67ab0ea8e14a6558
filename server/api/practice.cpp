// A practice test's result: who may see it, and its JSON. The one place where a score is made for a reply.

#include "api/delivery.hpp"
#include "base/log.hpp"
#include "core/practice.hpp"

#include <fmt/format.h>

#include <functional>
#include <utility>

namespace proktor::api {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

bool is_practice(std::string_view mark) { return mark == "LATIHAN" || mark == "SIMULASI"; }

json::object result_json(core::PracticeResult const& result) {
  json::array items;
  for (auto const& item : result.items) {
    items.push_back(json::object{{"id", item.opaque}, {"state", core::name_of(item.verdict)}});
  }
  return {{"score", result.score}, {"max", result.max}, {"correct", result.correct}, {"items", std::move(items)}};
}

}  // namespace

asio::awaitable<json::value> practice_result(Call& call, Exam const& exam, core::Attempt const& attempt,
                                             qti::ResultsFor who) {
  auto const& test = *exam.state.test(attempt.test);
  auto const package = package_of(exam, test);
  bool const allowed = package && attempt.finish && package->results >= who && is_practice(package->mark) &&
                       is_practice(exam.state.info().mark) && package->test(test.qti_test)->program;
  if (!allowed) co_return nullptr;
  std::function<Result<core::PracticeResult>()> work = [package, qti_test = test.qti_test,
                                                        answers = core::answers_of(attempt)] {
    return core::practice_result(*package, qti_test, answers);
  };
  auto const id = attempt.id;
  auto const result = co_await run_on_pool<Result<core::PracticeResult>>(call.context.pool, call.context.executor,
                                                                         std::move(work));
  if (result) co_return result_json(*result);
  log_error(fmt::format("attempt {}: no result: {}", hex(id), describe(result.error())));
  co_return nullptr;
}

}  // namespace proktor::api
