#include "api/proctor.hpp"
#include "api/replies.hpp"
#include "core/login.hpp"
#include "core/sitting.hpp"

#include <functional>

namespace proktor::api {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

using Decide = std::function<Result<core::NewEntries>(Exam&, core::Sitting const&, core::Now, std::string const& by)>;

// What all acts on a sitting share: find it, decide, commit, push the board.
asio::awaitable<Result<Exam*>> act(Call& call, core::JsonFields& fields, Decide decide) {
  auto& context = call.context;
  auto const where = context.exams.find_sitting(fields.text("sitting"));
  if (!fields.ok() || where.exam == nullptr) co_return fail(Errc::bad_field, "sitting");
  if (auto able = context.exams.ready(*where.exam); !able) co_return able.error();
  auto entries = decide(*where.exam, *where.sitting, context.exams.now(*where.exam), call.caller.staff->user);
  if (!entries) co_return entries.error();
  auto const done = co_await context.exams.commit(*where.exam, std::move(*entries));
  if (!done) co_return done.error();
  push_boards(context, *where.exam);
  co_return where.exam;
}

}  // namespace

asio::awaitable<http::Response> sitting_open(Call& call) {
  core::JsonFields f(call.request.body);
  Decide decide = [](Exam& exam, core::Sitting const& sitting, core::Now now, std::string const& by) {
    return core::open_sitting(exam.state, sitting.id, by, now);
  };
  auto const done = co_await act(call, f, std::move(decide));
  co_return done ? ok() : refuse(done.error());
}

asio::awaitable<http::Response> sitting_close(Call& call) {
  core::JsonFields f(call.request.body);
  unsigned finished = 0;
  unsigned unfinished = 0;
  Decide decide = [&finished, &unfinished](Exam& exam, core::Sitting const& sitting, core::Now now,
                                           std::string const& by) {
    for (auto const& [id, attempt] : exam.state.attempts()) {
      if (attempt.sitting == sitting.id) (attempt.finish ? finished : unfinished) += 1;
    }
    return core::close_sitting(exam.state, sitting.id, by, now);
  };
  auto const done = co_await act(call, f, std::move(decide));
  if (!done) co_return refuse(done.error());
  co_return ok({{"finished", finished}, {"unfinished", unfinished}});
}

asio::awaitable<http::Response> sitting_attendance(Call& call) {
  core::JsonFields f(call.request.body);
  auto const absent = f.texts_or_none("absent");
  auto const present = f.texts_or_none("present");
  Decide decide = [&absent, &present](Exam& exam, core::Sitting const& sitting, core::Now now, std::string const& by) {
    return core::set_attendance(exam.state, sitting.id, absent, present, by, now);
  };
  auto const done = co_await act(call, f, std::move(decide));
  co_return done ? ok() : refuse(done.error());
}

asio::awaitable<http::Response> sitting_token(Call& call) {
  core::JsonFields f(call.request.body);
  std::string const token = core::draw_token(call.context.random);
  Decide decide = [&token](Exam& exam, core::Sitting const& sitting, core::Now now, std::string const& by) {
    return core::release_token(exam.state, sitting.id, token, by, now);
  };
  auto const done = co_await act(call, f, std::move(decide));
  if (!done) co_return refuse(done.error());
  auto const where = call.context.exams.find_sitting(f.text("sitting"));
  co_return ok(board::token_of(*where.sitting, call.context.exams.now(*where.exam)));
}

asio::awaitable<http::Response> sitting_gate(Call& call) {
  core::JsonFields f(call.request.body);
  std::string const test = f.text("test");
  Decide decide = [&test](Exam& exam, core::Sitting const& sitting, core::Now now, std::string const& by) {
    return core::press_gate(exam.state, sitting.id, test, by, now);
  };
  auto const done = co_await act(call, f, std::move(decide));
  co_return done ? ok() : refuse(done.error());
}

asio::awaitable<http::Response> proctor_approve(Call& call) {
  core::JsonFields f(call.request.body);
  std::string const nisn = f.text("nisn");
  std::string const digits = f.text("digits");
  Decide decide = [&nisn, &digits](Exam& exam, core::Sitting const&, core::Now now, std::string const& by) {
    return core::approve(exam.state, nisn, digits, by, now);
  };
  auto const done = co_await act(call, f, std::move(decide));
  co_return done ? ok() : refuse(done.error());
}

asio::awaitable<http::Response> proctor_refuse(Call& call) {
  core::JsonFields f(call.request.body);
  std::string const nisn = f.text("nisn");
  Decide decide = [&nisn](Exam& exam, core::Sitting const&, core::Now now, std::string const& by) {
    return core::refuse(exam.state, nisn, by, now);
  };
  auto const done = co_await act(call, f, std::move(decide));
  co_return done ? ok() : refuse(done.error());
}

asio::awaitable<http::Response> proctor_reset(Call& call) {
  core::JsonFields f(call.request.body);
  std::string const nisn = f.text("nisn");
  Decide decide = [&nisn](Exam& exam, core::Sitting const&, core::Now now, std::string const& by) {
    return core::reset(exam.state, nisn, by, now);
  };
  auto const done = co_await act(call, f, std::move(decide));
  co_return done ? ok() : refuse(done.error());
}

}  // namespace proktor::api
