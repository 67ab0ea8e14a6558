#pragma once
// The thread behind Writer: its queue, its batches, its house-keeping (copies, checkpoints). writer.hpp
// states what holds for callers; store.hpp is one journal. Public functions: any thread, unless they say
// otherwise.

#include "journal/store.hpp"
#include "journal/writer.hpp"

#include <array>
#include <atomic>
#include <condition_variable>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

namespace proktor::journal {

using Task = std::function<void()>;

struct Append {
  JournalId journal;
  core::NewEntries entries;
  std::uint64_t term;
  Completion done;
  std::size_t bytes;
};

// Either an append or a control, which the writer's thread runs alone, in its place in the queue.
struct Command {
  Append append{};
  Task control{};
};

// What other threads may see of a journal.
struct Shown {
  std::atomic<std::uint64_t> durable_lsn = 0;
  std::atomic<std::uint64_t> wal_bytes = 0;
  std::atomic<bool> copy_behind = false;
  std::atomic<bool> storage_full = false;
  std::atomic<bool> checkpoint_failed = false;
};

class WriterLoop {
 public:
  WriterLoop(WriterOptions options, Clock& clock);

  bool push(Append append);         // false: full or stopped
  bool push_control(Task control);  // false: stopped
  void close();                     // drains, then joins
  bool step();                      // writer.hpp
  bool has_thread() const { return options_.own_thread; }

  // On the writer's thread only, from a control.
  Result<JournalHandle> adopt(Result<std::unique_ptr<Store>> store);
  void resume(JournalId journal) { shown_[journal.index].storage_full = false; }
  void post(Task task) { options_.post_to_owner(std::move(task)); }
  Shown const& shown(JournalId journal) const { return shown_[journal.index]; }
  WriterStatus status() const;

 private:
  void run();
  void work(std::vector<Append>& batch, Task& control);
  void wait_for_work();
  bool take(std::vector<Append>& batch, Task& control);
  void process(std::vector<Append>& batch);
  Result<void> write(JournalId journal, std::vector<Append>& batch, std::vector<Result<Appended>>& outcomes);
  Result<void> add_all(Store& store, JournalId journal, std::vector<Append>& batch,
                       std::vector<Result<Appended>>& outcomes);
  void complete(std::vector<Append>& batch, std::vector<Result<Appended>> outcomes,
                std::vector<std::pair<JournalId, std::uint64_t>> commits);
  void keep_house();
  void die(Error const& error);
  void finish();
  DurationMs patience_ms() const;
  void show(std::size_t index);

  WriterOptions const options_;
  Clock& clock_;

  std::mutex mutable mutex_;
  std::condition_variable ready_;
  std::deque<Command> queue_;
  std::size_t waiting_entries_ = 0;
  std::size_t waiting_bytes_ = 0;
  bool closed_ = false;

  std::array<Shown, journals_max> shown_;
  std::atomic<std::uint64_t> commits_ = 0;
  std::atomic<std::uint64_t> entries_ = 0;
  std::atomic<std::uint64_t> commit_us_sum_ = 0;
  std::atomic<std::uint64_t> checkpoints_ = 0;

  // The writer's thread only.
  std::vector<std::unique_ptr<Store>> stores_;
  bool dead_ = false;
  DurationMs last_append_ms_ = 0;

  std::mutex join_mutex_;
  bool finished_ = false;  // of a loop without a thread
  std::thread thread_;  // last: everything above is there before it runs
};

std::size_t bytes_of_entry(core::NewEntry const& entry);

}  // namespace proktor::journal
