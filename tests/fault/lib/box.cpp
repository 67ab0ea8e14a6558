#include "box.hpp"

#include "base/file.hpp"
#include "journal/reader.hpp"
#include "journal/rebuild.hpp"
#include "journal/verifier.hpp"

#include <algorithm>

namespace proktor::fault {
namespace {

constexpr std::size_t pupils_in_journal = 4;
constexpr std::size_t files_count = 3;

std::string contents_of(std::uint64_t version) {
  auto const text = "version " + std::to_string(version) + "\n";
  return text + std::string(static_cast<std::size_t>(version * 377 % 3'000), 'w') + "\nend " +
         std::to_string(version);
}

}  // namespace

Box::Box(std::filesystem::path root, std::uint64_t seed, std::size_t journals)
    : root_(std::move(root)), random_(seed), files_(files_count) {
  for (std::size_t i = 0; i < journals; ++i) {
    auto& journal = journals_.emplace_back();
    journal.directory = root_ / ("k" + std::to_string(i));
    for (std::size_t p = 0; p < pupils_in_journal; ++p)
      journal.scripts.push_back({testing::Pupil(static_cast<std::uint8_t>(p)), {}, 0, 0});
  }
}

journal::WriterOptions Box::options() {
  journal::WriterOptions out;
  out.own_thread = false;
  out.copy_retry_ms = 100;
  // Small thresholds: checkpoints of all kinds come often.
  out.checkpoint_bytes = (std::uint64_t{16} << 10U) << random_.below(4);
  out.checkpoint_idle_bytes = out.checkpoint_bytes / 2;
  out.checkpoint_idle_ms = 500;
  out.checkpoint_restart_bytes = out.checkpoint_bytes * (1 + random_.below(3));
  out.batch_entries_max = 1 + random_.below(24);
  out.post_to_owner = [](std::function<void()> const& task) { task(); };
  out.on_fatal = [this](Error const& error) {
    fatal_ = true;
    error_ = error;
  };
  return out;
}

bool Box::begin() {
  fatal_ = started = false;
  error_ = {};
  writer_ = std::make_unique<journal::Writer>(options(), clock_);
  for (auto& journal : journals_) {
    journal.open = journal.full = false;
    journal.waiting = 0;
    for (auto& script : journal.scripts) script.given = script.acknowledged;
  }
  for (auto& journal : journals_) {
    // Some come into being in the middle of a day.
    if (journal.created || random_.below(2) == 0) {
      if (!start(journal)) return false;
    }
  }
  return started = true;
}

bool Box::start(Journal& journal) {
  auto const finished = journal::finish_rebuild(journal.directory);
  auto handle =
      finished ? writer_->open(journal.directory) : Result<journal::JournalHandle>(finished.error());
  if (!handle && handle.error() == Errc::not_found && !journal.created) {
    Bytes16 stream{};
    random_.fill(stream);
    handle = writer_->create(journal.directory, stream);
  }
  if (!handle) {
    error_ = handle.error();
    if (!(accepts_full && error_ == Errc::storage_full)) fatal_ = true;
    return false;
  }
  if (!deaf()) journal.created = true;
  journal.open = true;
  journal.id = handle->id;
  journal.has_genesis = handle->head.lsn > 0;
  recovered += handle->recovered;
  return true;
}

bool Box::turn() {
  if (fatal_) return false;
  for (auto& journal : journals_) {
    if (!journal.open) {
      if (random_.below(12) == 0 && !start(journal) && fatal_) return false;
      continue;
    }
    if (journal.full && journal.waiting == 0) {
      // The owner reads its state anew: what was never stored is sent again.
      for (auto& script : journal.scripts) script.given = script.acknowledged;
      journal.full = false;
      writer_->resume(journal.id);
    }
    for (auto appends = random_.below(5); appends > 0; --appends) append(journal);
  }
  if (random_.below(6) == 0) write_some_file();
  clock_.advance(static_cast<DurationMs>(random_.below(10) == 0 ? 3'000 : random_.below(200)));
  while (!fatal_ && writer_->step()) {
  }
  return !fatal_;
}

void Box::append(Journal& journal) {
  if (!journal.has_genesis) {
    journal.has_genesis = true;
    ++journal.waiting;
    writer_->append(journal.id, {{"genesis", "coba", R"({"event":"coba"})"}}, 0,
                    [&](Result<journal::Appended> done) {
                      --journal.waiting;
                      if (!done) journal.full = true, journal.has_genesis = false;
                    });
  }
  auto const which = random_.below(journal.scripts.size());
  auto& script = journal.scripts[which];
  core::NewEntries entries;
  for (auto count = 1 + random_.below(5); count > 0; --count) {
    if (script.given + entries.size() == script.entries.size()) script.entries.push_back(next_entry(script));
    entries.push_back(script.entries[script.given + entries.size()]);
  }
  auto const count = entries.size();
  script.given += count;
  ++journal.waiting;
  bool const taken = writer_->append(journal.id, std::move(entries), 0,
                                     [this, &journal, which, count](Result<journal::Appended> done) {
                                       answered(journal, which, count, done);
                                     });
  if (taken) return;
  script.given -= count;
  --journal.waiting;
}

void Box::answered(Journal& journal, std::size_t which, std::size_t count,
                   Result<journal::Appended> const& outcome) {
  --journal.waiting;
  if (!outcome) {
    journal.full = true;
    ++refused;
    if (!accepts_full || !(outcome.error() == Errc::storage_full))
      violations.push_back("append failed: " + describe(outcome.error()));
    return;
  }
  if (journal.full) violations.push_back("an append was acknowledged behind one that was refused");
  if (deaf()) return;
  journal.scripts[which].acknowledged += count;
  acknowledged += count;
}

core::NewEntry Box::next_entry(Script& script) {
  auto& pupil = script.pupil;
  if (script.entries.empty()) return pupil.begin();
  auto const item = "i" + std::to_string(random_.below(9) + 1);
  auto const kind = random_.below(40);
  if (kind == 0) return pupil.take_over();
  if (kind == 1) return pupil.line(R"("kind":"visit","item":")" + item + R"(","t":5)");
  if (kind < 4) return pupil.answer(item, std::string(random_.below(9'000), 'e'));  // an essay
  return pupil.answer(item, "c" + std::to_string(random_.below(5)), kind == 5 ? "late" : "");
}

void Box::write_some_file() {
  auto const which = random_.below(files_.size());
  auto& file = files_[which];
  auto const version = ++file.tried;
  bool const done = bool(write_file(root_ / ("file" + std::to_string(which)), contents_of(version)));
  if (done && !deaf()) file.written = version;
}

void Box::end(bool orderly) {
  if (writer_ == nullptr) return;
  if (!orderly) fatal_ = true;
  writer_->stop();
  writer_.reset();
}

bool Box::copy_behind() const {
  return std::any_of(journals_.begin(), journals_.end(), [this](Journal const& journal) {
    return journal.open && writer_->status(journal.id).copy_behind;
  });
}

void Box::check(bool verifies) {
  for (auto& journal : journals_) {
    if (!journal.open) continue;  // nobody has opened it since; what it holds was never acknowledged
    check_journal(journal, verifies);
  }
  check_files();
}

void Box::check_journal(Journal& journal, bool verifies) {
  auto const name = journal.directory.filename().string() + ": ";
  std::vector<std::size_t> seen(journal.scripts.size(), 0);
  auto reader = journal::Reader::open(journal.directory);
  auto const read = !reader
                        ? Result<std::uint64_t>(reader.error())
                        : reader->read_entries(0, UINT64_MAX, [&](journal::Entry const& entry) {
                            check_entry(journal, seen, entry.kind, entry.subject, entry.bytes, entry.npsn);
                          });
  if (!read) violations.push_back(name + "cannot be read: " + describe(read.error()));
  for (std::size_t p = 0; read && p < seen.size(); ++p) {
    auto& script = journal.scripts[p];
    if (seen[p] < script.acknowledged) (forgives ? sent_again : lost) += script.acknowledged - seen[p];
    // The program shows its marks to the browsers now: what it has counts as acknowledged from here on.
    if (seen[p] > script.acknowledged) acknowledged += seen[p] - script.acknowledged;
    script.acknowledged = script.given = seen[p];
  }
  if (!verifies || !read) return;
  auto const report = journal::verify_journal(journal.directory);
  if (!report)
    violations.push_back(name + "cannot be verified: " + describe(report.error()));
  else if (!report->ok && forgives)
    ++noticed;
  else if (!report->ok)
    violations.push_back(name + report->findings.front().part + ": " + report->findings.front().text);
}

void Box::check_entry(Journal& journal, std::vector<std::size_t>& seen, std::string const& kind,
                      std::string const& subject, std::string const& bytes, std::string const& npsn) {
  if (kind == "genesis" || kind == "restored") return;
  for (std::size_t p = 0; p < seen.size(); ++p) {
    auto const& script = journal.scripts[p];
    if (!subject.starts_with(hex(script.pupil.id()))) continue;
    auto const at = seen[p]++;
    if (at >= script.entries.size() || !(script.entries[at] == core::NewEntry{kind, subject, bytes, npsn}))
      violations.push_back(journal.directory.filename().string() + ": entry " + std::to_string(at + 1) +
                           " of pupil " + std::to_string(p) + " is not what was sent");
    return;
  }
  violations.push_back("an entry that nobody sent: " + kind + " " + subject);
}

void Box::check_files() {
  for (std::size_t i = 0; i < files_.size(); ++i) {
    auto& file = files_[i];
    auto const content = read_file(root_ / ("file" + std::to_string(i)), 1U << 20U);
    auto const text = content ? *content : std::string();
    std::uint64_t version = 0;
    if (content) version = std::strtoull(text.c_str() + std::min<std::size_t>(8, text.size()), nullptr, 10);
    if (content && text != contents_of(version) && !forgives)
      violations.push_back("a file that is neither old nor new");
    if (forgives)
      file.written = 0;  // plain files have no checks of their own; what matters in them is signed
    if (version < file.written || (version > file.tried && !forgives))
      violations.push_back("a written file went back");
  }
}

}  // namespace proktor::fault
