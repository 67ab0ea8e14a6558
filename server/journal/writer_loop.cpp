#include "journal/writer_loop.hpp"

#include "base/deliberate_fault.hpp"
#include "journal/entry.hpp"

#include <algorithm>
#include <chrono>

namespace proktor::journal {

std::size_t bytes_of_entry(core::NewEntry const& entry) {
  return entry.kind.size() + entry.subject.size() + entry.bytes.size() + entry.npsn.size();
}

WriterLoop::WriterLoop(WriterOptions options, Clock& clock)
    : options_(std::move(options)), clock_(clock) {
  if (options_.own_thread) thread_ = std::thread([this] { run(); });
}

bool WriterLoop::push(Append append) {
  {
    std::lock_guard const lock(mutex_);
    auto const count = append.entries.size();
    bool const fits = waiting_entries_ + count <= options_.queue_entries_max &&
                      waiting_bytes_ + append.bytes <= options_.queue_bytes_max;
    if (closed_ || (!fits && waiting_entries_ > 0)) return false;
    waiting_entries_ += count;
    waiting_bytes_ += append.bytes;
    queue_.push_back({std::move(append), {}});
  }
  ready_.notify_one();
  return true;
}

bool WriterLoop::push_control(Task control) {
  {
    std::lock_guard const lock(mutex_);
    if (closed_) return false;
    queue_.push_back({{}, std::move(control)});
  }
  ready_.notify_one();
  return true;
}

void WriterLoop::close() {
  {
    std::lock_guard const lock(mutex_);
    closed_ = true;
  }
  ready_.notify_one();
  std::lock_guard const joining(join_mutex_);
  if (thread_.joinable()) thread_.join();
  if (has_thread() || std::exchange(finished_, true)) return;
  while (!dead_ && step()) {
  }
  finish();
}

void WriterLoop::run() {
  std::vector<Append> batch;
  Task control;
  for (wait_for_work(); !dead_ && take(batch, control); wait_for_work()) work(batch, control);
  finish();
}

bool WriterLoop::step() {
  std::vector<Append> batch;
  Task control;
  if (dead_) return false;
  std::ignore = take(batch, control);
  bool const something = control || !batch.empty();
  work(batch, control);
  return something;
}

void WriterLoop::work(std::vector<Append>& batch, Task& control) {
  if (control) control();
  if (!batch.empty()) process(batch);
  if (!dead_) keep_house();
}

void WriterLoop::wait_for_work() {
  std::unique_lock lock(mutex_);
  auto const something = [this] { return closed_ || !queue_.empty(); };
  if (auto const patience = patience_ms(); patience > 0) {
    ready_.wait_for(lock, std::chrono::milliseconds(patience), something);
  } else {
    ready_.wait(lock, something);
  }
}

// Takes what waits, up to a batch or the next control. False: closed and drained.
bool WriterLoop::take(std::vector<Append>& batch, Task& control) {
  batch.clear();
  control = nullptr;
  std::lock_guard const lock(mutex_);
  if (queue_.empty()) return !closed_;
  if (queue_.front().control) {
    control = std::move(queue_.front().control);
    queue_.pop_front();
    return true;
  }
  std::size_t entries = 0;
  std::size_t bytes = 0;
  while (!queue_.empty() && !queue_.front().control) {
    auto& append = queue_.front().append;
    entries += append.entries.size();
    bytes += append.bytes;
    bool const too_much = entries > options_.batch_entries_max || bytes > options_.batch_bytes_max;
    if (!batch.empty() && too_much) break;
    waiting_entries_ -= append.entries.size();
    waiting_bytes_ -= append.bytes;
    batch.push_back(std::move(append));
    queue_.pop_front();
  }
  return true;
}

void WriterLoop::process(std::vector<Append>& batch) {
  std::vector<Result<Appended>> outcomes(batch.size(), fail(Errc::not_found, "journal"));
  std::vector<std::pair<JournalId, std::uint64_t>> commits;
  std::array<bool, journals_max> seen{};
  last_append_ms_ = clock_.monotonic_ms();
  for (auto const& append : batch) {
    auto const journal = append.journal;
    if (journal.index >= stores_.size() || std::exchange(seen[journal.index], true)) continue;
    auto const before = stores_[journal.index]->head().lsn;
    if (auto done = write(journal, batch, outcomes); !done) return die(done.error());
    auto const after = stores_[journal.index]->head().lsn;
    entries_ += after - before;
    show(journal.index);
    if (after != before) commits.emplace_back(journal, after);
  }
  complete(batch, std::move(outcomes), std::move(commits));
}

// One transaction for all appends of the batch to one journal. An error is fatal; a full disk is an outcome.
Result<void> WriterLoop::write(JournalId journal, std::vector<Append>& batch,
                               std::vector<Result<Appended>>& outcomes) {
  auto& store = *stores_[journal.index];
  auto const refuse = [&](Error const& error) {
    for (std::size_t i = 0; i < batch.size(); ++i) {
      if (batch[i].journal == journal && (outcomes[i] || outcomes[i].error() == Errc::not_found))
        outcomes[i] = error;
    }
  };
  bool any = false;
  std::size_t too_large = batch.size();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!(batch[i].journal == journal)) continue;
    any = any || !batch[i].entries.empty();
    for (auto const& entry : batch[i].entries) {
      if (bytes_of_entry(entry) > entry_bytes_max) too_large = std::min(too_large, i);
    }
  }
  if (shown_[journal.index].storage_full) return refuse(fail(Errc::storage_full)), Result<void>();
  if (too_large != batch.size()) {
    // The owner has already taken it for done, so what follows in the queue builds upon it: the same as a
    // full disk.
    shown_[journal.index].storage_full = true;
    outcomes[too_large] = fail(Errc::too_large, "entry");
    return refuse(fail(Errc::storage_full)), Result<void>();
  }
  auto done = any ? store.begin() : Result<void>();
  if (done) done = add_all(store, journal, batch, outcomes);
  for (std::size_t i = 0; has_fault(DurabilityFault::ack_before_commit) && done && i < batch.size(); ++i) {
    if (batch[i].journal == journal)
      post([early = std::exchange(batch[i].done, nullptr), outcome = outcomes[i]] { early(outcome); });
  }
  auto const started = std::chrono::steady_clock::now();
  if (done && any) done = store.commit();
  if (done && any) {
    auto const spent = std::chrono::steady_clock::now() - started;
    commit_us_sum_ +=
        static_cast<std::uint64_t>(std::chrono::duration_cast<std::chrono::microseconds>(spent).count());
    ++commits_;
  }
  if (done) return done;
  store.roll_back();
  if (!(done.error() == Errc::storage_full)) return done;
  shown_[journal.index].storage_full = true;
  refuse(done.error());
  return {};
}

Result<void> WriterLoop::add_all(Store& store, JournalId journal, std::vector<Append>& batch,
                                 std::vector<Result<Appended>>& outcomes) {
  auto const at_ms = clock_.wall_ms();
  for (std::size_t i = 0; i < batch.size(); ++i) {
    if (!(batch[i].journal == journal)) continue;
    auto const first = store.next_lsn();
    for (auto& entry : batch[i].entries) {
      if (auto done = store.add(std::move(entry), batch[i].term, at_ms); !done) return done;
    }
    auto const last = store.next_lsn() - 1;
    outcomes[i] = batch[i].entries.empty() ? Appended{last, last} : Appended{first, last};
  }
  return {};
}

void WriterLoop::complete(std::vector<Append>& batch, std::vector<Result<Appended>> outcomes,
                          std::vector<std::pair<JournalId, std::uint64_t>> commits) {
  struct Finished {
    std::vector<Append> batch;
    std::vector<Result<Appended>> outcomes;
    std::vector<std::pair<JournalId, std::uint64_t>> commits;
  };
  auto finished =
      std::make_shared<Finished>(Finished{std::move(batch), std::move(outcomes), std::move(commits)});
  batch.clear();
  post([finished, on_commit = options_.on_commit] {
    for (std::size_t i = 0; i < finished->batch.size(); ++i) {
      if (auto& done = finished->batch[i].done) done(std::move(finished->outcomes[i]));
    }
    for (auto const& [journal, lsn] : finished->commits) {
      if (on_commit) on_commit(journal, lsn);
    }
  });
}

// Between batches: copies that ran out of space, checkpoints that are due.
void WriterLoop::keep_house() {
  auto const now_ms = clock_.monotonic_ms();
  bool const idle = now_ms - last_append_ms_ >= options_.checkpoint_idle_ms;
  for (std::size_t index = 0; index < stores_.size() && !dead_; ++index) {
    auto& store = *stores_[index];
    if (auto done = store.retry_copy(now_ms, options_.copy_retry_ms); !done) return die(done.error());
    if (store.checkpoint_due(options_, idle)) {
      if (auto done = store.checkpoint(options_); !done) return die(done.error());
      ++checkpoints_;
    }
    show(index);
  }
}

// How long the thread may sleep before house-keeping could be due; 0: until something comes.
DurationMs WriterLoop::patience_ms() const {
  DurationMs patience = 0;
  for (auto const& store : stores_) {
    if (store->copy_behind()) patience = options_.copy_retry_ms;
  }
  for (auto const& store : stores_) {
    bool const due = store->checkpoint_due(options_, true);
    if (due)
      patience =
          patience == 0 ? options_.checkpoint_idle_ms : std::min(patience, options_.checkpoint_idle_ms);
  }
  return patience;
}

void WriterLoop::show(std::size_t index) {
  auto const& store = *stores_[index];
  shown_[index].durable_lsn = store.head().lsn;
  shown_[index].wal_bytes = store.wal_bytes();
  shown_[index].copy_behind = store.copy_behind();
  shown_[index].checkpoint_failed = store.checkpoint_failed();
}

void WriterLoop::die(Error const& error) {
  dead_ = true;
  {
    std::lock_guard const lock(mutex_);
    closed_ = true;
  }
  options_.on_fatal(error);
}

void WriterLoop::finish() {
  for (auto const& store : stores_) {
    // After a failure of the disk nothing more is written. A last checkpoint that fails otherwise loses nothing.
    if (!dead_) std::ignore = store->finish();
  }
  stores_.clear();
  std::deque<Command> left;  // a control that waits for an answer must not for ever; appends stay unanswered
  {
    std::lock_guard const lock(mutex_);
    left.swap(queue_);
  }
}

Result<JournalHandle> WriterLoop::adopt(Result<std::unique_ptr<Store>> store) {
  if (!store) return store.error();
  if (stores_.size() == journals_max) return fail(Errc::storage_failed, "too many journals");
  JournalHandle handle = (*store)->handle();
  handle.id = {stores_.size()};
  stores_.push_back(std::move(*store));
  show(handle.id.index);
  return handle;
}

WriterStatus WriterLoop::status() const {
  WriterStatus out{commits_, entries_, commit_us_sum_, checkpoints_};
  std::lock_guard const lock(mutex_);
  out.queue_entries = waiting_entries_;
  out.queue_bytes = waiting_bytes_;
  out.stopped = closed_;
  return out;
}

}  // namespace proktor::journal
