#include "journal/reader.hpp"

#include "core/event_line.hpp"
#include "journal/projector.hpp"
#include "journal/schema.hpp"
#include "journal/sqlite.hpp"

#include <algorithm>
#include <chrono>
#include <tuple>
#include <utility>

namespace proktor::journal {
namespace {

// A chunk ends at whichever comes first; both keep a snapshot well under the 100 ms that checkpoints rely on.
constexpr std::uint64_t chunk_rows = 2'000;
constexpr auto chunk_time = std::chrono::milliseconds(50);

template <std::size_t Size>
std::array<std::uint8_t, Size> array_of(std::string_view bytes) {
  std::array<std::uint8_t, Size> out{};
  std::copy_n(bytes.begin(), std::min(bytes.size(), Size), out.begin());
  return out;
}

// A damaged tree may give rows out of order, for ever: each chunk must go on behind the one before.
Error out_of_order(std::uint64_t lsn) {
  return fail(Errc::journal_corrupt, "rows out of order at lsn " + std::to_string(lsn));
}

// Whether an entry that the index named is the one that was asked for.
bool is_line(Entry const& entry, core::AttemptId const& attempt, core::Epoch epoch, bool quarantine, std::uint64_t seq) {
  auto const subject = core::parse_subject(entry.subject);
  return entry.kind == (quarantine ? "quarantine" : "event") && subject && subject->attempt == attempt &&
         subject->epoch == epoch && subject->seq == seq;
}

Error wrong_line(Entry const& entry) {
  return fail(Errc::journal_corrupt, "event_index: another line at lsn " + std::to_string(entry.lsn));
}

}  // namespace

class Reader::Impl {
 public:
  explicit Impl(Database database) : database_(std::move(database)) {}

  // Runs `bind`, then steps until the chunk is full; `take` sees each row. Returns the rows seen; 0: nothing
  // left.
  template <class Bind, class Take>
  Result<std::uint64_t> chunk(Statement& statement, Bind bind, Take take,
                              std::uint64_t rows_max = chunk_rows) {
    bind(statement);
    auto const started = std::chrono::steady_clock::now();
    std::uint64_t rows = 0;
    while (rows < rows_max) {
      auto const row = statement.step();
      if (!row) return row.error();
      if (!*row) return rows;
      take(statement);
      ++rows;
      if (std::chrono::steady_clock::now() - started > chunk_time) break;
    }
    statement.reset();
    return rows;
  }

  // Entries by `sql` (parameter 1: lsn to go on from) until none is left or `max` are read.
  Result<std::uint64_t> entries(std::string_view sql, std::uint64_t after, std::uint64_t max,
                                EntryCallback const& callback) {
    auto statement = database_.prepare(sql);
    if (!statement) return statement.error();
    std::uint64_t total = 0;
    std::uint64_t rows = 1;
    Result<void> order;
    while (rows > 0 && total < max && order) {
      auto const seen = chunk(
          *statement, [&](Statement& select) { select.bind(1, after); },
          [&](Statement const& select) {
            auto const entry = entry_at(select);
            if (entry.lsn <= after) order = out_of_order(entry.lsn);
            after = entry.lsn;
            if (order) callback(entry);
          },
          std::min(chunk_rows, max - total));
      if (!seen) return seen.error();
      rows = *seen;
      total += rows;
    }
    if (!order) return order.error();
    return total;
  }

  Database database_;
  Bytes16 stream_{};
  std::optional<Statement> find_event_{};
};

Result<Reader> Reader::open(std::filesystem::path const& directory) {
  auto database = Database::open(database_path(directory), Database::Mode::read_only);
  if (!database) return database.error();
  auto const stream = read_stream(*database);
  if (!stream) return stream.error();
  auto find = database->prepare("SELECT " PROKTOR_ENTRY_COLUMNS
                                " FROM event_index i JOIN entry e ON e.lsn = i.lsn"
                                " WHERE i.attempt=? AND i.term=? AND i.n=? AND i.quarantine=? AND i.seq=?");
  if (!find) return find.error();
  auto impl = std::make_unique<Impl>(std::move(*database));
  impl->stream_ = *stream;
  impl->find_event_.emplace(std::move(*find));
  return Reader(std::move(impl));
}

Reader::Reader(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Reader::Reader(Reader&&) noexcept = default;
Reader& Reader::operator=(Reader&&) noexcept = default;
Reader::~Reader() = default;

Bytes16 const& Reader::stream() const {
  return impl_->stream_;
}

Result<Head> Reader::head() {
  return read_head(impl_->database_, impl_->stream_);
}

Result<std::uint64_t> Reader::read_entries(std::uint64_t after, std::uint64_t max,
                                           EntryCallback const& callback) {
  return impl_->entries("SELECT " PROKTOR_ENTRY_COLUMNS " FROM entry e WHERE lsn > ? ORDER BY lsn", after,
                        max, callback);
}

Result<void> Reader::read_acts(EntryCallback const& callback) {
  auto const done = impl_->entries("SELECT " PROKTOR_ENTRY_COLUMNS
                                   " FROM entry e INDEXED BY act"
                                   " WHERE kind NOT IN ('event', 'quarantine') AND lsn > ? ORDER BY lsn",
                                   0, UINT64_MAX, callback);
  if (!done) return done.error();
  return {};
}

Result<std::vector<Mark>> Reader::read_marks() {
  auto statement = impl_->database_.prepare(
      "SELECT " PROKTOR_MARK_COLUMNS " FROM mark"
      " WHERE (attempt, term, n, quarantine) > (?, ?, ?, ?) ORDER BY attempt, term, n, quarantine");
  if (!statement) return statement.error();
  std::vector<Mark> marks;
  Result<void> sound;
  for (std::uint64_t rows = 1; rows > 0 && sound;) {
    Mark const last = marks.empty() ? Mark{} : marks.back();
    auto const bind = [&](Statement& select) {
      select.bind_blob(1, marks.empty() ? std::string_view() : text_of(last.attempt))
          .bind(2, last.epoch.term);
      select.bind(3, last.epoch.n).bind(4, last.quarantine ? 1 : 0);
    };
    auto const seen = impl_->chunk(*statement, bind, [&](Statement const& row) {
      auto mark = mark_at(row);
      if (!mark) sound = mark.error();
      if (mark) marks.push_back(*mark);
    });
    if (!seen) return seen.error();
    rows = *seen;
  }
  if (!sound) return sound.error();
  return marks;
}

Result<void> Reader::read_latest(std::function<void(LatestRow const&)> const& callback) {
  auto statement = impl_->database_.prepare(
      "SELECT " PROKTOR_ENTRY_COLUMNS
      ", l.attempt, l.item, l.kind FROM latest l JOIN entry e ON e.lsn = l.lsn"
      " WHERE (l.attempt, l.item, l.kind) > (?, ?, ?) ORDER BY l.attempt, l.item, l.kind");
  if (!statement) return statement.error();
  std::string attempt;
  std::string item;
  std::int64_t kind = -1;
  Result<void> order;
  for (std::uint64_t rows = 1; rows > 0 && order;) {
    std::string const after_attempt = attempt;
    std::string const after_item = item;
    auto const bind = [&](Statement& select) {
      select.bind_blob(1, after_attempt).bind(2, after_item).bind(3, kind);
    };
    auto const seen = impl_->chunk(*statement, bind, [&](Statement const& row) {
      bool const behind = std::tuple(row.text(9), row.text(10), row.number(11)) > std::tie(attempt, item, kind);
      if (!behind) order = out_of_order(row.count(0));
      attempt = row.text(9);
      item = row.text(10);
      kind = row.number(11);
      if (order) callback({array_of<16>(attempt), item, static_cast<LatestKind>(kind), entry_at(row)});
    });
    if (!seen) return seen.error();
    rows = *seen;
  }
  return order;
}

Result<void> Reader::read_events(core::AttemptId const& attempt, core::Epoch epoch, bool quarantine,
                                 EntryCallback const& callback) {
  auto statement = impl_->database_.prepare(
      "SELECT " PROKTOR_ENTRY_COLUMNS
      ", i.seq FROM event_index i JOIN entry e ON e.lsn = i.lsn"
      " WHERE i.attempt=? AND i.term=? AND i.n=? AND i.quarantine=? AND i.seq > ? ORDER BY i.seq");
  if (!statement) return statement.error();
  std::uint64_t after = 0;
  Result<void> right;
  for (std::uint64_t rows = 1; rows > 0 && right;) {
    auto const bind = [&](Statement& select) {
      select.bind_blob(1, text_of(attempt)).bind(2, epoch.term).bind(3, epoch.n);
      select.bind(4, quarantine ? 1 : 0).bind(5, after);
    };
    auto const seen = impl_->chunk(*statement, bind, [&](Statement const& row) {
      auto const entry = entry_at(row);
      bool const behind = row.count(9) > after;
      after = row.count(9);
      if (!behind || !is_line(entry, attempt, epoch, quarantine, after)) right = wrong_line(entry);
      if (right) callback(entry);
    });
    if (!seen) return seen.error();
    rows = *seen;
  }
  return right;
}

Result<std::optional<Entry>> Reader::find_event(core::AttemptId const& attempt, core::Epoch epoch,
                                                bool quarantine, std::uint64_t seq) {
  auto& select = *impl_->find_event_;
  select.bind_blob(1, text_of(attempt)).bind(2, epoch.term).bind(3, epoch.n);
  auto const row = select.bind(4, quarantine ? 1 : 0).bind(5, seq).step();
  if (!row) return row.error();
  if (!*row) return std::optional<Entry>();
  auto entry = entry_at(select);
  select.reset();
  if (!is_line(entry, attempt, epoch, quarantine, seq)) return wrong_line(entry);
  return std::optional<Entry>(std::move(entry));
}

}  // namespace proktor::journal
