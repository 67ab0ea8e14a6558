#include "api/context.hpp"

#include <boost/json.hpp>

namespace proktor::api {

TimeMs pupil_expiry_now_ms(Context const& context) {
  for (auto const& exam : context.exams.all()) {
    if (exam->state.any_sitting_open()) return 0;
  }
  return context.clock.wall_ms();
}

boost::asio::awaitable<Result<void>> commit_box(Context& context, core::NewEntries entries) {
  using Outcome = Result<journal::Appended>;
  auto shared = std::make_shared<core::NewEntries>(entries);
  std::function<void(std::function<void(Outcome)>)> start = [&context, shared](std::function<void(Outcome)> done) {
    if (!context.writer.append(context.box_journal, std::move(*shared), 0, done)) {
      boost::asio::post(context.executor, [done] { done(fail(Errc::queue_full)); });
    }
  };
  auto const appended = co_await wait_for_callback<Outcome>(std::move(start));
  if (!appended) {
    // Accounts are read from what is durable only, so nothing has to be undone: take appends again.
    if (appended.error() == Errc::storage_full) context.writer.resume(context.box_journal);
    co_return appended.error();
  }
  for (auto const& entry : entries) {
    if (entry.kind != "staff") continue;
    if (auto applied = context.staff.apply(entry.bytes); !applied) co_return applied;
  }
  co_return Result<void>{};
}

boost::json::value medium_json(Context const& context) {
  if (!context.medium) return nullptr;
  auto const& medium = *context.medium;
  // Now, not at the follower's last step: what has been acknowledged since then is not on the medium yet.
  auto durable = context.writer.durable_lsn(context.box_journal);
  for (auto const& exam : context.exams.all()) durable += context.writer.durable_lsn(exam->journal);
  return boost::json::object{{"state", medium::name_of(medium.state)},
                             {"behind", durable > medium.entries ? durable - medium.entries : 0},
                             {"behind_ms", medium.behind_ms},
                             {"free_bytes", medium.free_bytes},
                             {"recovery_card", medium.has_card}};
}

}  // namespace proktor::api
