#include "journal/verifier.hpp"

#include "core/event_line.hpp"
#include "journal/copy_file.hpp"
#include "journal/projector.hpp"
#include "journal/reader.hpp"
#include "journal/schema.hpp"
#include "journal/verifier_database.hpp"
#include "journal/verifier_projections.hpp"

#include <boost/json/parse.hpp>

#include <chrono>
#include <set>
#include <thread>
#include <utility>

namespace proktor::journal {
namespace {

constexpr std::uint64_t chunk_entries = 2'000;

// A writer appends to the copy right after its COMMIT: what is missing at the end gets this long to arrive.
constexpr int copy_tries = 50;
constexpr auto copy_pause = std::chrono::milliseconds(10);
constexpr std::size_t fault_bytes_max = 1'000;  // of what check_pages() says

boost::json::object object_of(std::string_view bytes) {
  boost::system::error_code error;
  auto value = boost::json::parse({bytes.data(), bytes.size()}, error);
  return error || !value.is_object() ? boost::json::object() : std::move(value.get_object());
}

std::uint64_t number_in(boost::json::object const& object, std::string_view key) {
  boost::system::error_code error;
  auto const* value = object.if_contains({key.data(), key.size()});
  return value == nullptr ? 0 : value->to_number<std::uint64_t>(error);
}

std::string text_in(boost::json::object const& object, std::string_view key) {
  auto const* value = object.if_contains({key.data(), key.size()});
  return value != nullptr && value->is_string() ? std::string(value->get_string()) : std::string();
}

class Verification {
 public:
  Verification(Reader reader, Database database, Database rebuilt, Projector projector)
      : reader_(std::move(reader)),
        database_(std::move(database)),
        rebuilt_(std::move(rebuilt)),
        projector_(std::move(projector)) {}

  Report run(std::filesystem::path const& directory) {
    report_.stream = reader_.stream();
    report_.head = {0, genesis_hash(report_.stream)};
    open_copy(directory);
    keep(read_log());
    check_copy_end();
    keep(compare_projections(database_, rebuilt_, report_.head.lsn,
                             [this](std::string text) { find("projection", 0, std::move(text)); }));
    keep(check_acts());
    keep(check_database(database_, rebuilt_, [this](std::string text) { find("database", 0, std::move(text)); }));
    report_.attempts = attempts_.size();
    return std::move(report_);
  }

 private:
  void find(std::string part, std::uint64_t lsn, std::string text) {
    report_.ok = false;
    if (report_.findings.size() < findings_max)
      report_.findings.push_back({std::move(part), lsn, std::move(text)});
  }

  // What SQLite cannot read is a finding, and the rest is still looked at.
  void keep(Result<void> const& done) {
    if (!done) find("database", report_.head.lsn, describe(done.error()));
  }

  Result<void> read_log();
  void check_entry(Entry const& entry);
  void check_event(Entry const& entry);
  void check_finished(Entry const& entry);
  void check_receipt(Entry const& entry);
  void open_copy(std::filesystem::path const& directory);
  void check_copy(std::uint64_t lsn, std::string_view record);
  void check_copy_end();
  Result<void> check_acts();

  Reader reader_;
  Database database_;
  Database rebuilt_;
  Projector projector_;
  Report report_{};
  std::set<core::AttemptId> attempts_{};
  std::vector<std::uint64_t> acts_{};  // lsn

  std::optional<CopyFile> copy_{};
  std::optional<CopyScan> scan_{};
  std::uint64_t copy_offset_ = copy_header_bytes;  // where the next record belongs
  std::uint64_t copy_lacks_from_ = 0;              // the first entry that the copy does not have
  std::string record_{};
};

Result<void> Verification::read_log() {
  auto transaction = Transaction::begin(rebuilt_, true);
  if (!transaction) return transaction.error();
  for (std::uint64_t count = chunk_entries; count == chunk_entries;) {
    Result<void> projected;
    auto const read = reader_.read_entries(report_.head.lsn, chunk_entries, [&](Entry const& entry) {
      check_entry(entry);
      if (projected) projected = projector_.add(entry);
    });
    if (!read) return read.error();
    if (!projected) return projected;
    if (auto done = projector_.flush(); !done) return done;
    count = *read;
  }
  return transaction->commit();
}

void Verification::check_entry(Entry const& entry) {
  if (entry.lsn != report_.head.lsn + 1) {
    find("chain", entry.lsn, "the entry before it is lsn " + std::to_string(report_.head.lsn));
  }
  if (entry_hash(report_.head.hash, entry) != entry.hash)
    find("chain", entry.lsn, "the hash does not follow");
  report_.head = {entry.lsn, entry.hash};
  record_.clear();
  append_copy_record(record_, entry);
  check_copy(entry.lsn, record_);
  bool const line = entry.kind == "event" || entry.kind == "quarantine";
  if (line) check_event(entry);
  if (!line) acts_.push_back(entry.lsn);
  if (entry.kind == "finished") check_finished(entry);
  if (entry.kind == "receipt") check_receipt(entry);
}

// Before the projector has seen the entry.
void Verification::check_event(Entry const& entry) {
  ++report_.events;
  auto const subject = core::parse_subject(entry.subject);
  if (!subject) return find("attempt", entry.lsn, "unreadable subject");
  attempts_.insert(subject->attempt);
  auto const line = core::parse_event_line(entry.bytes);
  if (!line || line->seq != subject->seq)
    find("attempt", entry.lsn, "the line is not the one its subject names");
  bool const quarantine = entry.kind == "quarantine";
  auto mark = projector_.find_mark(subject->attempt, subject->epoch, quarantine);
  if (mark && !*mark && quarantine) mark = projector_.find_mark(subject->attempt, subject->epoch, false);
  if (!mark) return find("database", entry.lsn, describe(mark.error()));
  auto const before = *mark ? (*mark)->hwm : 0;
  if (subject->seq != before + 1) {
    find("attempt", entry.lsn,
         "attempt " + hex(subject->attempt) + " epoch " + core::text_of(subject->epoch) + ": seq " +
             std::to_string(subject->seq) + " after " + std::to_string(before));
  }
}

void Verification::check_finished(Entry const& entry) {
  auto const attempt = unhex16(entry.subject);
  auto const object = object_of(entry.bytes);
  core::Epoch const epoch{number_in(object, "term"), number_in(object, "n")};
  if (!attempt) return find("attempt", entry.lsn, "unreadable subject");
  attempts_.insert(*attempt);
  auto const mark = projector_.find_mark(*attempt, epoch, false);
  if (!mark) return find("database", entry.lsn, describe(mark.error()));
  auto const name = "attempt " + entry.subject + " epoch " + core::text_of(epoch);
  if (!*mark || (*mark)->hwm != number_in(object, "seq") || hex((*mark)->head) != text_in(object, "head")) {
    return find("attempt", entry.lsn, name + ": finished at another mark or head than its lines give");
  }
  auto const code = text_in(object, "code");
  if (!code.empty() && code != closing_code((*mark)->head)) {
    find("attempt", entry.lsn, name + ": another closing code than its head gives");
  }
}

void Verification::check_receipt(Entry const& entry) {
  auto const object = object_of(entry.bytes);
  auto const hash = unhex32(text_in(object, "hash"));
  ReceiptRange const range{number_in(object, "first"), number_in(object, "last"), hash.value_or(Bytes32{})};
  if (!hash || range.first == 0 || range.last < range.first || range.last >= entry.lsn) {
    return find("receipt", entry.lsn, "unreadable receipt");
  }
  if (entry.subject != hex(report_.stream)) return;  // of a stream that this one was made from
  report_.receipts.push_back(range);
  Bytes32 found{};
  auto const read = reader_.read_entries(range.last - 1, 1, [&](Entry const& last) { found = last.hash; });
  if (!read || found != *hash) find("receipt", entry.lsn, "the centre acknowledged another log");
}

void Verification::open_copy(std::filesystem::path const& directory) {
  auto copy = CopyFile::open(copy_path(directory), report_.stream, false);
  if (!copy) return find("copy", 0, describe(copy.error()));
  copy_.emplace(std::move(*copy));
  scan_.emplace(*copy_, copy_offset_);
}

void Verification::check_copy(std::uint64_t lsn, std::string_view record) {
  if (!copy_) return;
  auto const offset = std::exchange(copy_offset_, copy_offset_ + record.size());
  if (copy_lacks_from_ != 0) return;
  if (scan_->offset() != offset) scan_.emplace(*copy_, offset);
  auto const same = scan_->skip(record);
  if (!same) return find("copy", lsn, describe(same.error()));
  if (*same) return;
  // Read anew: what was read before may be from before the writer appended this record.
  auto there = copy_->read_at(offset, record.size());
  for (int tries = 0; there && there->size() < record.size() && tries < copy_tries; ++tries) {
    std::this_thread::sleep_for(copy_pause);
    there = copy_->read_at(offset, record.size());
  }
  if (!there) return find("copy", lsn, describe(there.error()));
  if (*there == record) return scan_.emplace(*copy_, copy_offset_), void();
  if (there->size() < record.size()) {
    copy_lacks_from_ = lsn;
    return find("copy", lsn, "the copy ends before this entry");
  }
  find("copy", lsn, "the copy's record differs or is damaged");
}

// What stands behind the head: entries that the writer has added meanwhile, or ones that the database has
// lost.
void Verification::check_copy_end() {
  if (!copy_ || copy_lacks_from_ != 0) return;
  auto const more = copy_->read_at(copy_offset_, 1);
  if (!more || more->empty()) return;
  auto const newer = reader_.read_entries(report_.head.lsn, 1, [](Entry const&) {});
  if (newer && *newer > 0) return;
  auto const next = CopyScan(*copy_, copy_offset_).next();
  bool const whole = next && *next;
  find("copy", report_.head.lsn + 1,
       whole ? "the copy has entries that the database lacks" : "the copy ends in half a record");
}

// The index that a state is loaded by must name every act. What was appended meanwhile is left aside.
Result<void> Verification::check_acts() {
  std::vector<std::uint64_t> found;
  auto done = reader_.read_acts([&](Entry const& entry) {
    if (entry.lsn <= report_.head.lsn) found.push_back(entry.lsn);
  });
  if (done && found != acts_) find("projection", 0, "the index of acts does not name the acts of the log");
  return done;
}

}  // namespace

Result<Report> verify_journal(std::filesystem::path const& directory) {
  auto reader = Reader::open(directory);
  if (!reader) return reader.error();
  auto database = Database::open(database_path(directory), Database::Mode::read_only);
  if (!database) return database.error();
  auto rebuilt = Database::open({}, Database::Mode::temporary);
  if (!rebuilt) return rebuilt.error();
  if (auto done = create_schema(*rebuilt, reader->stream()); !done) return done.error();
  auto projector = Projector::prepare(*rebuilt);
  if (!projector) return projector.error();
  return Verification(std::move(*reader), std::move(*database), std::move(*rebuilt), std::move(*projector))
      .run(directory);
}

Result<void> check_pages(std::filesystem::path const& directory) {
  auto database = Database::open(database_path(directory), Database::Mode::read_only);
  if (!database) return database.error();
  std::string faults;
  auto const done = check_pages(*database, [&faults](std::string const& fault) {
    if (faults.size() < fault_bytes_max) faults.append(faults.empty() ? "" : "; ").append(fault);
  });
  if (!done) return done;
  return faults.empty() ? Result<void>() : fail(Errc::journal_corrupt, faults);
}

}  // namespace proktor::journal
