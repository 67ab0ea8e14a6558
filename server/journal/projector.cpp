#include "journal/projector.hpp"

#include "core/event_line.hpp"
#include "journal/schema.hpp"

#include <boost/json/parse.hpp>

#include <utility>

namespace proktor::journal {
namespace {

constexpr std::size_t marks_kept_max = 50'000;  // about 10 MB; beyond that they are read again from the table
constexpr std::uint64_t rebuild_batch_entries = 20'000;

// An answer out of rule is stored and flagged, and left to people; only a missing clock reading does no harm.
bool counts(std::string_view flags) {
  return flags.empty() || flags == "time";
}

struct EpochStart {
  core::Epoch epoch;
  Bytes32 parent{};
};

std::optional<EpochStart> read_epoch(std::string_view bytes) {
  boost::system::error_code error;
  auto const value = boost::json::parse({bytes.data(), bytes.size()}, error);
  auto const* object = error ? nullptr : value.if_object();
  if (object == nullptr) return std::nullopt;
  EpochStart out;
  auto const number = [&](char const* key, std::uint64_t& into) {
    auto const* member = object->if_contains(key);
    into = member == nullptr ? 0 : member->to_number<std::uint64_t>(error);
    return member != nullptr && !error;
  };
  if (!number("term", out.epoch.term) || !number("n", out.epoch.n)) return std::nullopt;
  if (auto const* parent = object->if_contains("parent"); parent != nullptr && parent->is_string()) {
    auto const head = unhex32({parent->get_string().data(), parent->get_string().size()});
    if (!head) return std::nullopt;
    out.parent = *head;
  }
  return out;
}

std::int64_t mark_check(Mark const& mark) {
  RowCheck check;
  check.add(text_of(mark.attempt)).add(mark.epoch.term).add(mark.epoch.n).add(mark.quarantine ? 1 : 0);
  return check.add(mark.hwm).add(text_of(mark.head)).add(mark.bytes).add(mark.events).add(mark.last_lsn).value();
}

template <std::size_t Size>
void copy_to(std::array<std::uint8_t, Size>& to, std::string_view from) {
  std::copy_n(from.begin(), std::min(from.size(), Size), to.begin());
}

}  // namespace

Result<Mark> mark_at(Statement const& row) {
  Mark mark{{}, {row.count(1), row.count(2)}, row.number(3) != 0, row.count(4), {}, row.count(6), row.count(7), row.count(8)};
  copy_to(mark.attempt, row.text(0));
  copy_to(mark.head, row.text(5));
  if (row.number(9) == mark_check(mark)) return mark;
  return fail(Errc::journal_corrupt, "mark of attempt " + hex(mark.attempt));
}

std::int64_t latest_check(std::string_view attempt, std::string_view item, std::int64_t kind, std::uint64_t lsn) {
  return RowCheck().add(attempt).add(item).add(static_cast<std::uint64_t>(kind)).add(lsn).value();
}

std::size_t Projector::KeyHash::operator()(Key const& key) const {
  return core::AttemptHash()(key.attempt) ^ key.epoch.n << 1U ^ key.epoch.term << 17U ^
         (key.quarantine ? 1U : 0U);
}

Projector::Projector(Statement index, Statement latest, Statement write_mark, Statement read_mark)
    : index_(std::move(index)),
      latest_(std::move(latest)),
      write_mark_(std::move(write_mark)),
      read_mark_(std::move(read_mark)) {}

Result<Projector> Projector::prepare(Database& database) {
  // Two entries for one (epoch, seq) are against the rules of core: the first stays found, verify names the
  // second.
  auto index = database.prepare("INSERT OR IGNORE INTO event_index VALUES(?,?,?,?,?,?)");
  if (!index) return index.error();
  auto latest =
      database.prepare("INSERT INTO latest VALUES(?,?,?,?,?) ON CONFLICT DO UPDATE SET lsn = excluded.lsn, row_check = excluded.row_check");
  if (!latest) return latest.error();
  auto write_mark = database.prepare("INSERT OR REPLACE INTO mark VALUES(?,?,?,?,?,?,?,?,?,?)");
  if (!write_mark) return write_mark.error();
  auto read_mark = database.prepare(
      "SELECT " PROKTOR_MARK_COLUMNS " FROM mark WHERE attempt=? AND term=? AND n=? AND quarantine=?");
  if (!read_mark) return read_mark.error();
  return Projector(std::move(*index), std::move(*latest), std::move(*write_mark), std::move(*read_mark));
}

Result<void> Projector::add(Entry const& entry) {
  if (entry.kind == "event") return add_event(entry, false);
  if (entry.kind == "quarantine") return add_event(entry, true);
  if (entry.kind == "attempt" || entry.kind == "epoch" || entry.kind == "epoch-restored")
    return add_epoch(entry);
  return {};
}

Result<void> Projector::flush() {
  for (auto const& key : moved_) {
    auto& kept = marks_.find(key)->second;
    auto const& mark = kept.mark;
    write_mark_.bind_blob(1, text_of(mark.attempt)).bind(2, mark.epoch.term).bind(3, mark.epoch.n);
    write_mark_.bind(4, mark.quarantine ? 1 : 0).bind(5, mark.hwm).bind_blob(6, text_of(mark.head));
    write_mark_.bind(7, mark.bytes).bind(8, mark.events).bind(9, mark.last_lsn).bind(10, mark_check(mark));
    if (auto done = write_mark_.run(); !done) return done;
    kept.moved = false;
  }
  moved_.clear();
  if (marks_.size() > marks_kept_max) marks_.clear();
  return {};
}

void Projector::forget() {
  marks_.clear();
  moved_.clear();
}

Result<std::optional<Mark>> Projector::find_mark(core::AttemptId const& attempt, core::Epoch epoch,
                                                 bool quarantine) {
  auto const kept = load({attempt, epoch, quarantine});
  if (!kept) return kept.error();
  if (*kept == nullptr) return std::optional<Mark>();
  return std::optional<Mark>((*kept)->mark);
}

Result<Projector::Kept*> Projector::load(Key const& key) {
  if (auto const found = marks_.find(key); found != marks_.end()) return &found->second;
  read_mark_.bind_blob(1, text_of(key.attempt)).bind(2, key.epoch.term).bind(3, key.epoch.n);
  auto const row = read_mark_.bind(4, key.quarantine ? 1 : 0).step();
  if (!row) return row.error();
  if (!*row) return static_cast<Kept*>(nullptr);
  auto const mark = mark_at(read_mark_);
  read_mark_.reset();
  if (!mark) return mark.error();
  return &marks_.emplace(key, Kept{*mark, false}).first->second;
}

Projector::Kept* Projector::make(Key const& key, Mark mark) {
  moved_.push_back(key);
  return &marks_.emplace(key, Kept{mark, true}).first->second;
}

Result<Projector::Kept*> Projector::load_or_make(Key const& key) {
  auto const kept = load(key);
  if (!kept || *kept != nullptr) return kept;
  Mark mark{key.attempt, key.epoch, key.quarantine};
  mark.head = core::first_head(key.attempt, key.epoch, Bytes32{});
  if (key.quarantine) {
    auto const of_epoch = load({key.attempt, key.epoch, false});
    if (!of_epoch) return of_epoch;
    if (*of_epoch != nullptr) {
      mark.hwm = (*of_epoch)->mark.hwm;
      mark.head = (*of_epoch)->mark.head;
    }
  }
  return make(key, mark);
}

Result<void> Projector::add_event(Entry const& entry, bool quarantine) {
  auto const subject = core::parse_subject(entry.subject);
  if (!subject) return {};
  Key const key{subject->attempt, subject->epoch, quarantine};
  auto const kept = load_or_make(key);
  if (!kept) return kept.error();
  if (!(*kept)->moved) moved_.push_back(key);
  (*kept)->moved = true;
  auto& mark = (*kept)->mark;
  mark.hwm = subject->seq;
  mark.head = core::next_head(mark.head, entry.bytes);
  mark.bytes += entry.bytes.size();
  mark.events += 1;
  mark.last_lsn = entry.lsn;
  index_.bind_blob(1, text_of(key.attempt)).bind(2, key.epoch.term).bind(3, key.epoch.n);
  index_.bind(4, quarantine ? 1 : 0).bind(5, subject->seq).bind(6, entry.lsn);
  if (auto done = index_.run(); !done) return done;
  return quarantine ? Result<void>() : add_latest(entry, *subject);
}

Result<void> Projector::add_latest(Entry const& entry, core::EventSubject const& subject) {
  auto const line = core::parse_event_line(entry.bytes);
  if (!line) return {};
  if (subject.flags.find("late") != std::string::npos) {
    if (auto done = point(subject.attempt, {}, LatestKind::late, entry.lsn); !done) return done;
  }
  if (line->kind == core::EventKind::submit) return point(subject.attempt, {}, LatestKind::submit, entry.lsn);
  if (!counts(subject.flags)) return {};
  switch (line->kind) {
    case core::EventKind::answer:
    case core::EventKind::clear:
      return point(subject.attempt, line->item, LatestKind::answer, entry.lsn);
    case core::EventKind::flag:
      return point(subject.attempt, line->item, LatestKind::flag, entry.lsn);
    case core::EventKind::visit:
      return point(subject.attempt, {}, LatestKind::visit, entry.lsn);
    default:
      return {};
  }
}

Result<void> Projector::point(core::AttemptId const& attempt, std::string_view item, LatestKind kind,
                              std::uint64_t lsn) {
  auto const number = static_cast<int>(kind);
  latest_.bind_blob(1, text_of(attempt)).bind(2, item).bind(3, number).bind(4, lsn);
  latest_.bind(5, latest_check(text_of(attempt), item, number, lsn));
  return latest_.run();
}

Result<void> Projector::add_epoch(Entry const& entry) {
  auto const attempt = unhex16(entry.subject);
  auto const start = read_epoch(entry.bytes);
  if (!attempt || !start) return {};
  Key const key{*attempt, start->epoch, false};
  auto const kept = load(key);
  if (!kept) return kept.error();
  if (*kept != nullptr) return {};
  Mark mark{key.attempt, key.epoch, false};
  mark.head = core::first_head(key.attempt, key.epoch, start->parent);
  mark.last_lsn = entry.lsn;
  make(key, mark);
  return {};
}

Result<void> rebuild_projections(Database& database) {
  {
    auto transaction = Transaction::begin(database, true);
    if (!transaction) return transaction.error();
    if (auto done = recreate_projections(database); !done) return done;
    if (auto done = transaction->commit(); !done) return done;
  }
  auto projector = Projector::prepare(database);
  if (!projector) return projector.error();
  auto select =
      database.prepare("SELECT " PROKTOR_ENTRY_COLUMNS " FROM entry e WHERE lsn > ? ORDER BY lsn LIMIT ?");
  if (!select) return select.error();
  for (std::uint64_t after = 0, count = rebuild_batch_entries; count == rebuild_batch_entries;) {
    auto transaction = Transaction::begin(database, true);
    if (!transaction) return transaction.error();
    select->bind(1, after).bind(2, rebuild_batch_entries);
    count = 0;
    for (;; ++count) {
      auto const row = select->step();
      if (!row) return row.error();
      if (!*row) break;
      auto const entry = entry_at(*select);
      after = entry.lsn;
      if (auto done = projector->add(entry); !done) return done;
    }
    if (auto done = projector->flush(); !done) return done;
    if (count < rebuild_batch_entries) {
      if (auto done = mark_projections_current(database); !done) return done;
    }
    if (auto done = transaction->commit(); !done) return done;
    if (auto done = database.checkpoint(false); !done) return done.error();
  }
  return {};
}

}  // namespace proktor::journal
