#include "app/journal_keeper.hpp"

#include "base/file.hpp"
#include "base/log.hpp"
#include "journal/verifier.hpp"
#include "medium/frame.hpp"
#include "medium/keys.hpp"
#include "medium/pieces.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace proktor::app {

namespace fs = std::filesystem;

namespace {

constexpr std::size_t small_bytes_max = std::size_t{4} << 20U;
constexpr mode_t secret_mode = 0600;
constexpr mode_t receipt_mode = 0640;
constexpr mode_t package_mode = 0640;

}  // namespace

JournalKeeper::JournalKeeper(fs::path data, api::Context& context, std::unique_ptr<medium::Medium> medium)
    : data_(std::move(data)), context_(context), medium_(std::move(medium)) {
  if (!medium_) return;
  if (auto keys = medium::read_keys(data_))
    keys_ = std::move(*keys);
  else
    log_error("second medium: " + describe(keys.error()));
}

void JournalKeeper::look_at_medium_first() {
  if (!keys_) return;
  auto& files = medium_->files_at_start();
  auto const place = files.look();
  if (place && place->present) files_ = &files;
  if (!place) log_error("second medium at start: " + describe(place.error()));
}

std::string JournalKeeper::on_medium(std::string const& folder) const {
  return fmt::format("{}/{}/{}", medium::top_folder, keys_->box, folder);
}

medium::Reading JournalKeeper::reading() const {
  return {keys_->roots, keys_->signer.key, keys_->signer.certificate};
}

std::unique_ptr<journal::EntrySource> JournalKeeper::medium_source(std::string const& folder) {
  if (files_ == nullptr) return nullptr;
  auto const stream = medium::newest_stream(*files_, on_medium(folder), reading());
  if (!stream || !*stream) return nullptr;
  return std::make_unique<medium::MediumEntries>(*files_, medium::medium_path(on_medium(folder), **stream), reading());
}

// Where a card was made, box.cms tells whose the folder is; without one, nobody else can have sealed for this box.
bool JournalKeeper::is_our_medium() {
  auto const sealed = medium::read_all(*files_, on_medium("box.cms"), medium::sealed_box_bytes_max);
  if (!sealed) return sealed.error() == Errc::not_found;
  auto const piece = medium::read_piece(*sealed, keys_->roots);
  return piece && piece->certificate_sha256 == keys_->certificate_sha256;
}

std::vector<std::string> JournalKeeper::lost_events() {
  std::vector<std::string> lost;
  if (files_ == nullptr || !is_our_medium()) return lost;
  auto const names = files_->list(on_medium("kegiatan"));
  if (!names) return lost;
  for (auto const& name : *names) {
    std::error_code ignored;
    if (name.find('.') != std::string::npos || fs::exists(data_ / "kegiatan" / name, ignored)) continue;
    auto const folder = on_medium("kegiatan/" + name);
    auto const streams = medium::streams_in(*files_, folder);
    bool const any = streams && std::ranges::any_of(*streams, [&](Bytes16 const& stream) {
      auto const size = files_->size(medium::medium_path(folder, stream));
      return size && *size > medium::file_header_bytes;
    });
    if (any) lost.push_back(name);
  }
  return lost;
}

// Cards and receipts, into a folder that is gone as a whole.
Result<void> JournalKeeper::bring_files(std::string const& folder) {
  std::error_code error;
  fs::create_directories(journal::receipts_path(data_ / folder), error);
  if (error) return fail(Errc::io_error, folder + ": " + error.message());
  auto const bring = [&](std::string const& from, std::string_view ending, fs::path const& to, mode_t mode) -> Result<void> {
    auto const names = files_->list(on_medium(from));
    if (!names) return names.error();
    for (auto const& name : *names) {
      if (!name.ends_with(ending)) continue;
      auto const content = medium::read_all(*files_, on_medium(from + "/" + name), small_bytes_max);
      if (!content) return content.error();
      if (auto done = write_file(to / name, *content, mode); !done) return done;
    }
    return {};
  };
  if (auto done = bring(folder, ".cms", data_ / folder, secret_mode); !done) return done;
  return bring(folder + "/receipts", ".receipt", journal::receipts_path(data_ / folder), receipt_mode);
}

Result<void> JournalKeeper::bring_back(std::string const& folder) {
  if (medium_source(folder) == nullptr) return fail(Errc::journal_corrupt, folder);
  auto done = bring_files(folder);
  if (done) done = heal(folder);
  std::error_code ignored;
  if (!done) fs::remove_all(data_ / folder, ignored);
  return done;
}

Result<void> JournalKeeper::bring_package(std::string const& sha256_hex) {
  if (files_ == nullptr || !is_our_medium()) return fail(Errc::package_invalid, sha256_hex);
  auto const bytes = medium::read_package(*files_, std::string(medium::top_folder) + "/" + keys_->box, sha256_hex, reading());
  if (!bytes) return bytes.error();
  if (auto done = write_file(data_ / "packages" / (sha256_hex + ".paket"), *bytes, package_mode); !done) return done;
  log_error("package " + sha256_hex + " was damaged or gone and came back from the second medium");
  context_.alarms.raise(api::Alarm::check_failed, "paket soal " + sha256_hex.substr(0, 8) + ", dipulihkan dari media kedua");
  return {};
}

// What the medium has beyond the database and its copy is a lost tail (DESIGN 4).
void JournalKeeper::take_tail(std::string const& folder) {
  if (files_ == nullptr) return;
  auto reader = journal::Reader::open(data_ / folder);
  auto const head = reader ? reader->head() : Result<journal::Head>(reader.error());
  if (!head) return;
  auto const path = medium::medium_path(on_medium(folder), reader->stream());
  medium::MediumEntries entries(*files_, path, reading());
  if (!entries.stream()) return;
  auto const last = entries.last_lsn();
  if (last && *last <= head->lsn) return;
  // A medium that was pulled in the middle of a write has a torn end, and all that lies before it.
  if (!last || !entries.seek(head->lsn)) entries.rewind();
  reader = fail(Errc::stopping);  // closed: the database is about to be written
  auto const appended = journal::append_tail(data_ / folder, entries);
  if (!appended) {
    log_error("second medium, " + folder + ": " + describe(appended.error()));
  } else if (*appended > 0) {
    log_error(folder + ": " + std::to_string(*appended) + " entries came back from the second medium");
    context_.alarms.raise(api::Alarm::tail_recovered, folder + ": " + std::to_string(*appended));
  }
}

// What is gone for good takes the stream's name with it: the centre may have more of it.
void JournalKeeper::leave_lost_tail(std::string const& folder) {
  auto const lost = journal::lost_tail(data_ / folder);
  if (!lost || *lost == 0 || !heal(folder)) return;
  auto const what = folder + ": " + std::to_string(*lost);
  log_error("journal " + what + " acknowledged entries are missing");
  context_.alarms.raise(api::Alarm::tail_lost, what);
}

Result<void> JournalKeeper::heal(std::string const& folder) {
  journal::EntrySources others;
  if (auto source = medium_source(folder)) others.push_back(std::move(source));
  auto const done = journal::rebuild_in_place(data_ / folder, std::move(others), context_.random.bytes16(),
                                              context_.clock.wall_ms());
  if (!done) {
    log_error(folder + " cannot be healed: " + describe(done.error()));
    return done.error();
  }
  std::string from;
  for (auto const& name : done->from.sources) from.append(from.empty() ? "" : ", ").append(name);
  auto const what = folder + ": " + std::to_string(done->from.head.lsn) + " (" + from + ")";
  log_error("journal made again, " + what);
  context_.alarms.raise(api::Alarm::rebuilt, what);
  journal::clear_suspect(data_ / folder);
  return {};
}

Result<std::optional<journal::JournalHandle>> JournalKeeper::open(std::string const& folder) {
  using Opened = std::optional<journal::JournalHandle>;
  auto const directory = data_ / folder;
  if (auto done = journal::finish_rebuild(directory); !done) return done.error();
  std::error_code ignored;
  bool const exists = fs::exists(journal::database_path(directory), ignored);
  if (!exists && !fs::exists(journal::copy_path(directory), ignored)) {
    // Not even a copy: only the medium can say that there was a journal, which must not vanish in silence.
    if (files_ == nullptr || medium_source(folder) == nullptr) return Opened();
  }
  if (journal::is_suspect(directory)) {
    auto const report = journal::verify_journal(directory);
    if (report && report->ok) journal::clear_suspect(directory);
  }
  auto handle = Result<journal::JournalHandle>(fail(Errc::journal_corrupt, folder));
  if (exists && !journal::is_suspect(directory)) {
    take_tail(folder);
    leave_lost_tail(folder);
    handle = context_.writer.open(directory);
  }
  bool const damaged =
      !handle && (handle.error() == Errc::journal_corrupt || handle.error() == Errc::chain_broken);
  if (damaged && heal(folder)) handle = context_.writer.open(directory);
  if (!handle) return handle.error();
  watch(folder, *handle);
  return Opened(*handle);
}

Error JournalKeeper::suspect(std::string const& folder, Error const& why) {
  bool const damaged = why == Errc::journal_corrupt || why == Errc::chain_broken;
  if (!damaged || journal::is_suspect(data_ / folder)) return why;
  journal::mark_suspect(data_ / folder);
  return fail(Errc::storage_failed, folder + " is damaged and will be made again: " + why.detail);
}

void JournalKeeper::suspect_all(Error const& why) {
  for (auto const& journal : followed()) std::ignore = suspect(journal.folder, why);
}

void JournalKeeper::watch(std::string const& folder, journal::JournalHandle const& handle) {
  std::lock_guard const lock(mutex_);
  for (auto const& watched : watched_) {
    if (watched.folder == folder) return;
  }
  watched_.push_back({folder, handle.stream, handle.id});
}

std::vector<medium::Followed> JournalKeeper::followed() {
  std::vector<medium::Followed> list;
  std::lock_guard const lock(mutex_);
  for (auto const& watched : watched_)
    list.push_back({watched.folder, watched.stream, context_.writer.durable_lsn(watched.id)});
  return list;
}

void JournalKeeper::start_following() {
  files_ = nullptr;
  if (keys_) medium_->follow(context_.clock, *keys_, data_, [this] { return followed(); });
}

void JournalKeeper::tell() {
  using api::Alarm;
  using medium::State;
  if (!medium_) return;
  auto& alarms = context_.alarms;
  if (!keys_) return alarms.raise(Alarm::medium_failed, "kunci server di folder box tidak terbaca");
  auto const status = medium_->status();
  if (!status) return;
  context_.medium = *status;
  auto const is = [&](State state) { return status->state == state; };
  alarms.set(Alarm::medium_absent, is(State::absent));
  alarms.set(Alarm::medium_foreign, is(State::foreign), status->detail);
  alarms.set(Alarm::medium_full, is(State::full));
  alarms.set(Alarm::medium_failed, is(State::failed) || is(State::silent),
             is(State::silent) ? "tidak menjawab" : status->detail);
  alarms.set(Alarm::medium_behind, is(State::behind), std::to_string(status->behind_entries));
  alarms.set(Alarm::medium_ahead, !status->set_aside.empty(), status->set_aside);
  alarms.set(Alarm::recovery_card_missing, !status->has_card);
}

}  // namespace proktor::app
