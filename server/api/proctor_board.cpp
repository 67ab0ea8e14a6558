// The live board: its first whole picture, what changed since, and the tick that also carries the alarms.

#include "api/proctor.hpp"
#include "api/replies.hpp"

#include <algorithm>
#include <utility>

namespace proktor::api {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t board_streams_max = 64;  // of one kegiatan; each holds frames of up to 1,500 rows

json::object server_json(Context& context, Exam const& exam) {
  auto const status = context.writer.status(exam.journal);
  return {{"state", exam.stale || status.storage_full ? "full" : status.copy_behind ? "slow" : "ok"},
          {"queue", context.writer.status().queue_entries}};
}

json::object board_json(Context& context, Exam const& exam, core::Sitting const& sitting) {
  auto const now = context.exams.now(exam);
  return {{"sitting", board::sitting_of(exam.state, sitting)}, {"token", board::token_of(sitting, now)},
          {"rows", board::Board::snapshot(exam.state, sitting, now)},
          {"pending", board::pending_of(exam.state, sitting)}, {"now", now.wall_ms},
          {"server", server_json(context, exam)}, {"medium", medium_json(context)},
          {"alarms", context.alarms.json()}};
}

}  // namespace

asio::awaitable<http::Response> proctor_board(Call& call) {
  auto const where = call.context.exams.find_sitting(call.request.query_value("sitting"));
  if (where.exam == nullptr) co_return refuse(fail(Errc::bad_field, "sitting"));
  co_return ok(board_json(call.context, *where.exam, *where.sitting));
}

asio::awaitable<http::Response> proctor_board_stream(Call& call) {
  auto const where = call.context.exams.find_sitting(call.request.query_value("sitting"));
  if (where.exam == nullptr) co_return refuse(fail(Errc::bad_field, "sitting"));
  if (where.exam->listeners.size() >= board_streams_max) co_return refuse(fail(Errc::too_many_connections));
  auto stream = std::make_shared<http::EventStream>();
  stream->push_event("board", json::serialize(board_json(call.context, *where.exam, *where.sitting)));
  where.exam->listeners.push_back({where.sitting->id, stream});
  http::Response response;
  response.content_type = "text/event-stream";
  response.body = std::move(stream);
  co_return response;
}

void push_boards(Context& context, Exam& exam) {
  exam.touched.merge(exam.state.take_changed());
  std::erase_if(exam.listeners, [](BoardListener const& listener) { return listener.stream->closed(); });
  auto const touched = std::exchange(exam.touched, {});
  auto const now = context.exams.now(exam);
  for (auto const& [id, sitting] : exam.state.sittings()) {
    auto const watches = [&id = id](BoardListener const& listener) { return listener.sitting == id; };
    if (std::ranges::none_of(exam.listeners, watches)) {
      exam.board.forget(id);
      continue;
    }
    auto rows = exam.board.changed(exam.state, sitting, touched, now);
    std::shared_ptr<std::string const> frame;
    if (!rows.empty()) {
      frame = std::make_shared<std::string const>(http::event_frame(
          "rows", json::serialize(json::object{{"rows", std::move(rows)}, {"token", board::token_of(sitting, now)},
                                               {"now", now.wall_ms}, {"server", server_json(context, exam)}})));
    }
    for (auto const& listener : exam.listeners) {
      if (!watches(listener)) continue;
      if (listener.stream->take_resync()) {
        listener.stream->push_event("board", json::serialize(board_json(context, exam, sitting)));
      } else if (frame) {
        listener.stream->push(frame);
      }
    }
  }
}

void push_ticks(Context& context, Exam& exam) {
  auto const now = context.exams.now(exam);
  for (auto const& listener : exam.listeners) {
    auto const* sitting = exam.state.sitting(listener.sitting);
    if (sitting == nullptr) continue;
    listener.stream->push_event("tick", json::serialize(json::object{{"now", now.wall_ms},
                                                                     {"token", board::token_of(*sitting, now)},
                                                                     {"server", server_json(context, exam)},
                                                                     {"medium", medium_json(context)},
                                                                     {"alarms", context.alarms.json()}}));
  }
}

}  // namespace proktor::api
