// A stage of a multistage test handed in: scored and routed on the pool, journalled, and the next one handed out.

#include "api/attempt.hpp"
#include "api/delivery.hpp"
#include "api/page_reply.hpp"
#include "api/replies.hpp"
#include "base/log.hpp"
#include "core/attempt.hpp"
#include "core/route.hpp"

#include <fmt/format.h>

#include <functional>
#include <utility>

namespace proktor::api {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

struct StageCommand {
  std::uint64_t number = 0, seq = 0;
  Bytes32 head{};
};

Result<core::StageStep> check(Call const& call, StageCommand const& command) {
  return core::check_stage(call.caller.exam->state, call.caller.pupil->session, command.number, command.seq,
                           command.head);
}

asio::awaitable<Result<core::StageDecision>> decide(Call& call, std::shared_ptr<qti::Package const> package,
                                                    core::Attempt const& attempt) {
  auto const& qti_test = call.caller.exam->state.test(attempt.test)->qti_test;
  std::function<Result<core::StageDecision>()> work = [package, qti_test, input = core::answers_of(attempt)] {
    return core::next_part(*package, qti_test, input);
  };
  co_return co_await run_on_pool<Result<core::StageDecision>>(call.context.pool, call.context.executor,
                                                              std::move(work));
}

// The stage that the attempt is in now, with its items where the route goes on.
asio::awaitable<http::Response> hand_out(Call& call, std::shared_ptr<qti::Package const> package) {
  auto& exam = *call.caller.exam;
  auto const& session = call.caller.pupil->session;
  auto found = core::own_attempt(exam.state, session);
  if (!found) co_return co_await refuse_with_mark(call, exam, found.error());
  auto const* attempt = *found;
  auto const stages = attempt->stages.size();
  bool const over = core::route_is_over(*attempt);
  std::string items;
  if (!over) {
    auto view = co_await deliver(call, package, *attempt);
    if (!view) co_return refuse(view.error());
    items = std::move(*view);
  }
  found = core::own_attempt(exam.state, session);
  if (!found) co_return co_await refuse_with_mark(call, exam, found.error());
  attempt = *found;
  // Another request of this page may have closed the stage meanwhile; the page asks again and gets the one after it.
  if (attempt->stages.size() != stages || core::route_is_over(*attempt) != over) {
    co_return co_await refuse_with_mark(call, exam, fail(Errc::head_mismatch));
  }
  std::string more = ",\"stage\":" + json::serialize(stage_json(*attempt));
  if (!over) {
    more.append(fmt::format(",\"current\":{},\"answers\":", current_item(*attempt))).append(answers_json(*attempt));
    more.append(",\"test\":").append(items);
  }
  auto outcome = core::take_contact(exam.state, session, std::nullopt, call.context.exams.now(exam));
  co_return co_await settle(call, exam, std::move(outcome), more);
}

}  // namespace

asio::awaitable<http::Response> attempt_stage(Call& call) {
  auto& exam = *call.caller.exam;
  auto const& session = call.caller.pupil->session;
  core::JsonFields f(call.request.body);
  StageCommand const command{f.natural("stage"), f.natural("seq"), unhex32(f.text("head")).value_or(Bytes32{})};
  if (!f.ok()) co_return refuse(f.error(Errc::bad_field));
  if (auto able = call.context.exams.ready(exam); !able) co_return refuse(able.error());
  auto step = check(call, command);
  if (!step) co_return co_await refuse_with_mark(call, exam, step.error());
  auto const* attempt = exam.state.attempt(*session.attempt);
  auto const package = package_of(exam, *exam.state.test(attempt->test));
  if (!package) co_return refuse(fail(Errc::package_invalid));

  core::NewEntries entries;
  if (*step == core::StageStep::close) {
    auto const decision = co_await decide(call, package, *attempt);
    if (!decision) {
      log_error(fmt::format("attempt {}: no route: {}", hex(*session.attempt), describe(decision.error())));
      co_return refuse(fail(Errc::package_invalid));
    }
    // While it was decided, a line may have moved the mark, or the same press come twice.
    step = check(call, command);
    if (!step) co_return co_await refuse_with_mark(call, exam, step.error());
    if (*step == core::StageStep::close) {
      attempt = exam.state.attempt(*session.attempt);
      entries.push_back(core::close_stage(*attempt, session.epoch,
                                          exam.state.participant(attempt->participant)->npsn, *decision,
                                          call.context.exams.now(exam)));
    }
  }
  auto const done = co_await call.context.exams.commit(exam, std::move(entries));
  if (!done) co_return refuse(done.error());
  co_return co_await hand_out(call, package);
}

}  // namespace proktor::api
