#include "api/exams.hpp"

#include "base/log.hpp"

#include <algorithm>

namespace proktor::api {

namespace asio = boost::asio;

namespace {

// Room kept free in the writer's queue for what one request may add.
constexpr std::size_t request_entries = 512;
constexpr std::size_t request_bytes = std::size_t{1} << 20U;

}  // namespace

Exams::Exams(asio::any_io_executor executor, journal::Writer& writer, Clock& clock, std::uint64_t term,
             journal::WriterOptions const& bounds)
    : executor_(std::move(executor)),
      writer_(writer),
      clock_(clock),
      term_(term),
      queue_entries_max_(bounds.queue_entries_max),
      queue_bytes_max_(bounds.queue_bytes_max) {}

Result<void> Exams::ready(Exam const& exam) const {
  if (exam.stale) return fail(Errc::storage_full);
  auto const status = writer_.status();
  if (status.queue_entries + request_entries > queue_entries_max_ ||
      status.queue_bytes + request_bytes > queue_bytes_max_) {
    return fail(Errc::queue_full);
  }
  return {};
}

Result<std::shared_ptr<Exam>> Exams::load(std::filesystem::path const& directory,
                                          journal::JournalHandle const& handle) {
  auto exam = std::make_shared<Exam>(executor_);
  exam->journal = handle.id;
  exam->directory = directory;
  exam->stream = handle.stream;
  exam->monotonic_base_ms = clock_.monotonic_ms();
  if (auto done = reload(*exam); !done) return done.error();
  return exam;
}

Result<void> Exams::reload(Exam& exam) {
  auto reader = journal::Reader::open(exam.directory);
  if (!reader) return reader.error();
  core::State state;
  std::vector<Receipt> receipts;
  if (auto done = load_state(*reader, state, receipts); !done) return done;
  auto const x_ms = now(exam).x_ms;
  state.carry_over(exam.state);
  exam.state = std::move(state);
  exam.receipts = std::move(receipts);
  exam.x_base_ms = std::max(exam.state.x_max_ms(), x_ms);
  exam.monotonic_base_ms = monotonic_ms();
  exam.stale = false;
  for (auto const& [nisn, who] : exam.state.participants()) exam.touched.insert(nisn);
  return {};
}

Exam* Exams::find(std::string_view event) const {
  for (auto const& exam : exams_) {
    if (exam->id() == event) return exam.get();
  }
  return nullptr;
}

Exam* Exams::find(journal::JournalId journal) const {
  for (auto const& exam : exams_) {
    if (exam->journal == journal) return exam.get();
  }
  return nullptr;
}

SittingRef Exams::find_sitting(std::string_view event_and_sitting) const {
  auto const colon = event_and_sitting.find(':');
  if (colon == std::string_view::npos) return {};
  auto* exam = find(event_and_sitting.substr(0, colon));
  if (exam == nullptr) return {};
  auto const* sitting = exam->state.sitting(event_and_sitting.substr(colon + 1));
  return sitting == nullptr ? SittingRef{} : SittingRef{exam, sitting};
}

core::Now Exams::now(Exam const& exam) const {
  return {clock_.wall_ms(), exam.x_base_ms + monotonic_ms() - exam.monotonic_base_ms};
}

void Exams::hold_time(bool on) {
  if (on == held_at_ms_.has_value()) return;
  if (on) {
    held_at_ms_ = clock_.monotonic_ms();
    return;
  }
  auto const stood_ms = clock_.monotonic_ms() - *held_at_ms_;
  for (auto const& exam : exams_) exam->monotonic_base_ms += stood_ms;
  held_at_ms_.reset();
}

asio::awaitable<Result<void>> Exams::commit(Exam& exam, core::NewEntries entries) {
  if (auto able = ready(exam); !able) co_return able;
  if (auto applied = exam.state.apply_all(entries, clock_.wall_ms()); !applied) {
    // Our own entry does not read: the state may be half changed, so it is read anew.
    log_error("entry refused by the state: " + applied.error().detail);
    exam.stale = true;
    co_return fail(Errc::internal, applied.error().detail);
  }
  co_return co_await append_applied(exam, std::move(entries));
}

asio::awaitable<Result<void>> Exams::append_applied(Exam& exam, core::NewEntries entries) {
  if (exam.stale) co_return fail(Errc::storage_full);
  using Outcome = Result<journal::Appended>;
  auto shared = std::make_shared<core::NewEntries>(std::move(entries));
  std::function<void(std::function<void(Outcome)>)> start = [this, &exam, shared](std::function<void(Outcome)> done) {
    bool const nothing = shared->empty();
    if (!writer_.append(exam.journal, std::move(*shared), term_, done)) {
      if (!nothing) exam.stale = true;
      asio::post(executor_, [done] { done(fail(Errc::queue_full)); });
    }
  };
  auto const appended = co_await wait_for_callback<Outcome>(std::move(start));
  if (appended) co_return Result<void>{};
  // What the state has taken in did not reach the disk: it is read anew before the next act.
  if (!(appended.error() == Errc::queue_full)) exam.stale = true;
  co_return appended.error();
}

void Exams::commit_later(Exam& exam, core::NewEntries entries) {
  if (exam.stale || entries.empty()) return;
  auto const on_done = [&exam](Result<journal::Appended> const& appended) {
    if (!appended) exam.stale = true;
  };
  if (!writer_.append(exam.journal, std::move(entries), term_, on_done)) exam.stale = true;
}

}  // namespace proktor::api
