#pragma once
// The one writer of all journals of a process: a thread that owns every read/write connection, takes what
// waits (natural batching), commits it with fsync, appends it to journal.copy and then completes the callers.
// DESIGN 4. Public functions may be called from any thread unless they say otherwise. It knows no rules of
// the exam and never reads on behalf of others (reader.hpp).
//
// Order. Completions, commit notices and the results of controls run inside tasks given to `post_to_owner`,
// one task per batch, in the order of the calls. When a journal's disk is full the failing batch and
// everything appended to that journal afterwards completes with storage_full, in order, until the owner,
// having read its state anew, calls resume(): so nothing that was decided upon a state that never reached the
// disk can enter the log.

#include "base/clock.hpp"
#include "base/result.hpp"
#include "core/entry.hpp"
#include "journal/journal.hpp"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>

namespace proktor::journal {

// An empty append (a barrier) gives the journal's durable head in both.
struct Appended {
  std::uint64_t first_lsn = 0;
  std::uint64_t last_lsn = 0;
};

using Completion = std::function<void(Result<Appended>)>;
using Opened = std::function<void(Result<JournalHandle>)>;

struct WriterOptions {
  std::size_t queue_entries_max = 4'096;
  std::size_t queue_bytes_max = std::size_t{8} << 20U;
  std::size_t batch_entries_max = 512;
  std::size_t batch_bytes_max = std::size_t{1} << 20U;
  std::uint64_t checkpoint_bytes = 16U << 20U;           // PASSIVE past this much WAL
  std::uint64_t checkpoint_idle_bytes = 4U << 20U;       // PASSIVE past this much, when nothing came for …
  DurationMs checkpoint_idle_ms = 2'000;                 // … this long
  std::uint64_t checkpoint_restart_bytes = 256U << 20U;  // RESTART past this much
  DurationMs copy_retry_ms = 5'000;  // between attempts to bring a copy up to date that ran out of space
  bool own_thread = true;  // false: nothing happens by itself; the owner calls step() (tests/sim)

  // Runs a task on the owner's thread. Required. Tasks given must run in the order given.
  std::function<void(std::function<void()>)> post_to_owner{};
  // The disk failed in a way after which no promise can be made: the process must end (systemd starts it
  // again). Runs on the writer's thread, once; nobody of that batch or after it is ever completed. Required.
  std::function<void(Error)> on_fatal{};
  // After each commit, on the owner's thread, after the completions of that batch. Optional.
  std::function<void(JournalId, std::uint64_t durable_lsn)> on_commit{};
};

// Numbers for /metrics and the board; each is read without a lock.
struct WriterStatus {
  std::uint64_t commits = 0;
  std::uint64_t entries = 0;
  std::uint64_t commit_us_sum = 0;  // wall time inside COMMIT
  std::uint64_t checkpoints = 0;
  std::uint64_t queue_entries = 0;
  std::uint64_t queue_bytes = 0;
  bool stopped = false;
};

struct JournalStatus {
  std::uint64_t durable_lsn = 0;
  std::uint64_t wal_bytes = 0;
  bool copy_behind = false;   // alarm: no space for journal.copy; it is brought up to date by itself
  bool storage_full = false;  // refusing until resume()
  bool checkpoint_failed = false;
};

class WriterLoop;

class Writer {
 public:
  // The clock must outlive the writer.
  Writer(WriterOptions options, Clock& clock);
  ~Writer();  // stop()
  Writer(Writer const&) = delete;
  Writer& operator=(Writer const&) = delete;

  // Makes the directory and an empty journal in it. Blocks; for start-up and tools.
  // Errors: already_imported (there is one), io_error, storage_full, storage_failed.
  Result<JournalHandle> create(std::filesystem::path const& directory, Bytes16 const& stream);

  // Opens a journal and brings database and copy together (recovery.hpp). Blocks. Errors: not_found,
  // schema_newer, journal_corrupt (database and copy contradict each other; nothing was changed),
  // chain_broken, storage_failed.
  Result<JournalHandle> open(std::filesystem::path const& directory);

  // create() while running; `done` comes through post_to_owner.
  void create_async(std::filesystem::path directory, Bytes16 const& stream, Opened done);

  // Appends `entries` in one transaction, after everything appended before. False, and nothing kept, when the
  // queue is full or the writer is stopped: answer 503 queue_full. A call on an empty queue may exceed its
  // bounds (an import). Empty `entries` is a barrier: it completes when all before it is durable. Errors:
  // storage_full, too_large (an entry above entry_bytes_max; nothing of the call is stored), not_found.
  bool append(JournalId journal, core::NewEntries entries, std::uint64_t term, Completion done);

  // The owner has read its state anew after storage_full: take appends again.
  void resume(JournalId journal);

  // For the watchdog: completes once the writer's thread has passed by. A full disk is an answer too.
  void ping(Completion done);

  // The last lsn that is on disk; 0 for an unknown journal.
  std::uint64_t durable_lsn(JournalId journal) const;
  JournalStatus status(JournalId journal) const;
  WriterStatus status() const;

  // Without a thread of its own only: takes what waits, up to a batch or a control, and does the house-keeping;
  // create() and open() run where they are called. False: nothing waited.
  bool step();

  // Finishes what waits, checkpoints, closes. Blocks; the tasks for the owner are all posted when it returns.
  void stop();

 private:
  std::unique_ptr<WriterLoop> loop_;
};

}  // namespace proktor::journal
