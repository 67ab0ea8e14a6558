#include "api/look_after.hpp"

#include "api/proctor.hpp"
#include "base/log.hpp"
#include "core/sitting.hpp"

namespace proktor::api {
namespace {

// What a power cut takes is less than 5 s, and in the pupils' favour (DESIGN 8). Whatever else was journalled meanwhile:
// a start reads exam time from acts, not from every line.
constexpr std::uint64_t alive_every_s = 4;
constexpr std::uint64_t tick_every_s = 10;
constexpr std::uint64_t reload_every_s = 2;
constexpr std::uintmax_t room_bytes_min = std::uintmax_t{2} << 20U;  // free before a full disk is tried again

}  // namespace

// Reads a state anew that is ahead of its journal. Behind everything that still waits in the writer's queue, so that
// what is on its way to the disk is read as well; and only when there is room, for reading a season takes its time.
void take_up_again(Context& context, Exam& exam) {
  std::error_code error;
  auto const space = std::filesystem::space(exam.directory, error);
  if (error || space.available < room_bytes_min) return;
  context.writer.append(exam.journal, {}, 0, [&context, &exam](Result<journal::Appended> const&) {
    if (!exam.stale) return;
    if (auto done = context.exams.reload(exam); !done) {
      log_error("state cannot be read anew: " + describe(done.error()));
      return;
    }
    context.writer.resume(exam.journal);
  });
}

void look_after(Context& context, Exam& exam, std::uint64_t second, DurationMs silent_ms) {
  if (exam.stale) {
    if (second % reload_every_s == 0) take_up_again(context, exam);
    return;
  }
  auto& exams = context.exams;
  auto const now = exams.now(exam);
  exams.commit_later(exam, core::mark_lost(exam.state, now, silent_ms));
  for (auto const& sitting : core::tokens_due(exam.state, now)) {
    auto entries = core::release_token(exam.state, sitting, core::draw_token(context.random), "box", now);
    if (entries && exam.state.apply_all(*entries, now.wall_ms)) exams.commit_later(exam, std::move(*entries));
  }
  if (second % alive_every_s == 0 && exam.state.any_sitting_open()) {
    core::NewEntries entries{core::alive(now)};
    if (exam.state.apply_all(entries, now.wall_ms)) exams.commit_later(exam, std::move(entries));
  }
  if (second % tick_every_s == 0) push_ticks(context, exam);
}

}  // namespace proktor::api
