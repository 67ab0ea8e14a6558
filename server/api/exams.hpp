#pragma once
// The kegiatan that this box holds, each with its state, journal, packages and board; and the one way to change them:
// commit(). Owned by the I/O thread.

#include "api/async.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"
#include "board/board.hpp"
#include "core/events.hpp"
#include "core/state.hpp"
#include "http/event_stream.hpp"
#include "journal/reader.hpp"
#include "journal/writer.hpp"
#include "qti/package/package.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::api {

// From the centre: everything up to `contiguous` of the stream is durable there.
struct Receipt {
  std::uint64_t first = 0, last = 0, contiguous = 0;
  std::string hash;
  TimeMs at_ms = 0;
};

struct BoardListener {
  std::string sitting;
  std::shared_ptr<http::EventStream> stream;
};

using AssetSet = std::set<std::string, std::less<>>;  // sha256

struct Exam {
  explicit Exam(boost::asio::any_io_executor executor) : grew(std::move(executor)) {}

  core::State state;
  journal::JournalId journal;
  std::filesystem::path directory;
  Bytes16 stream{};
  DurationMs x_base_ms = 0;          // exam time when this process opened the kegiatan …
  DurationMs monotonic_base_ms = 0;  // … and the monotonic clock then
  std::map<std::string, std::shared_ptr<qti::Package const>, std::less<>> packages;  // by sha256
  std::map<std::string, AssetSet, std::less<>> part_assets;  // of tests in stages; found when first asked for
  board::Board board;
  std::vector<BoardListener> listeners;
  std::unordered_set<std::string> touched;  // rows to look at in the next push
  std::vector<Receipt> receipts;
  std::optional<journal::Reader> lines;  // for single lines of before this process, opened when first needed
  std::uint64_t spooled = 0;  // last lsn that proktor-sync has sealed
  bool stale = false;  // the disk was full: the state is ahead of the journal and has to be read anew
  Signal grew;         // notified after each commit

  std::string const& id() const { return state.info().event; }
};

struct SittingRef {
  Exam* exam = nullptr;
  core::Sitting const* sitting = nullptr;
};

class Exams {
 public:
  Exams(boost::asio::any_io_executor executor, journal::Writer& writer, Clock& clock, std::uint64_t term,
        journal::WriterOptions const& bounds);

  // Reads the journal in `directory` into a new state. Blocks: start-up, or after a full disk. Errors: those of the
  // reader, journal_corrupt.
  Result<std::shared_ptr<Exam>> load(std::filesystem::path const& directory, journal::JournalHandle const& handle);
  // The same into an exam that is running: its exam time goes on, and what only this process knows is kept.
  Result<void> reload(Exam& exam);

  void add(std::shared_ptr<Exam> exam) { exams_.push_back(std::move(exam)); }
  std::vector<std::shared_ptr<Exam>> const& all() const { return exams_; }
  Exam* find(std::string_view event) const;
  Exam* find(journal::JournalId journal) const;
  SittingRef find_sitting(std::string_view event_and_sitting) const;  // "event:sesi"

  core::Now now(Exam const& exam) const;
  // While held, exam time stands still in every kegiatan: nobody is charged for power that is going.
  void hold_time(bool on);

  // Whether an act may be decided at all: the disk takes entries and the writer's queue has room. Asked before the
  // state moves, so that a refusal leaves nothing to undo. Errors: storage_full, queue_full.
  Result<void> ready(Exam const& exam) const;

  // Applies the entries and waits until they are durable. With no entries: waits until all before is durable.
  // Errors: queue_full, storage_full, storage_failed; nothing was acknowledged then.
  boost::asio::awaitable<Result<void>> commit(Exam& exam, core::NewEntries entries);
  // The same for entries that the state has taken in already (take_events).
  boost::asio::awaitable<Result<void>> append_applied(Exam& exam, core::NewEntries entries);
  // Without waiting: for the box's own pulse.
  void commit_later(Exam& exam, core::NewEntries entries);

 private:
  DurationMs monotonic_ms() const { return held_at_ms_.value_or(clock_.monotonic_ms()); }

  boost::asio::any_io_executor executor_;
  journal::Writer& writer_;
  Clock& clock_;
  std::uint64_t term_;
  std::size_t queue_entries_max_, queue_bytes_max_;
  std::vector<std::shared_ptr<Exam>> exams_;
  std::optional<DurationMs> held_at_ms_;
};

// Fills `state` from the journal: acts in order, then marks and newest answers; single lines only when they are asked for.
// `receipts` gets the receipts on the way. Errors: those of the reader, journal_corrupt.
Result<void> load_state(journal::Reader& reader, core::State& state, std::vector<Receipt>& receipts);

// Reads the fingerprints of lines from before this process began into their mark. A few point reads on the I/O thread.
Result<void> look_up_lines(Exam& exam, core::RepeatedLines const& lines, core::Epoch epoch);

}  // namespace proktor::api
