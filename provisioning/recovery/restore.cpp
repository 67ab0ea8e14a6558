#include "provisioning/recovery/restore.hpp"

#include "base/file.hpp"
#include "core/json_fields.hpp"
#include "journal/rebuild.hpp"
#include "medium/frame.hpp"
#include "medium/keys.hpp"
#include "medium/pieces.hpp"
#include "provisioning/recovery/card.hpp"
#include "provisioning/recovery/medium_box.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include <sys/stat.h>
#include <unistd.h>

namespace proktor::recovery {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t small_bytes_max = std::size_t{4} << 20U;
constexpr mode_t secret_mode = 0600;
constexpr mode_t box_key_mode = 0640;  // proktor-sync reads it through its group, as systemd/tmpfiles.d has it
constexpr mode_t public_mode = 0644;

// The folder that holds proktor-cadangan, also when a folder inside it was named.
fs::path medium_root(fs::path const& from) {
  for (auto at = fs::absolute(from).lexically_normal(); at.has_relative_path(); at = at.parent_path()) {
    std::error_code ignored;
    if (at.filename() == medium::top_folder) return at.parent_path();
    if (fs::is_directory(at / medium::top_folder, ignored)) return at;
  }
  return from;
}

// A directory beside DATA that goes away unless it gets DATA's name.
class Staging {
 public:
  explicit Staging(fs::path const& data) : target_(fs::absolute(data).lexically_normal()) {
    if (!target_.has_filename()) target_ = target_.parent_path();
    path_ = target_.string() + ".pulih";
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ~Staging() {
    std::error_code ignored;
    if (!committed_) fs::remove_all(path_, ignored);
  }
  Staging(Staging const&) = delete;
  Staging& operator=(Staging const&) = delete;
  fs::path const& path() const { return path_; }

  Result<void> write(fs::path const& name, std::string_view content, mode_t mode) {
    std::error_code error;
    fs::create_directories((path_ / name).parent_path(), error);
    if (error) return failed(fail(Errc::io_error, (path_ / name).string() + ": " + error.message()));
    auto const written = write_file(path_ / name, content, mode);
    return written ? written : failed(written.error());
  }
  // This computer's disk, not the medium, is what does not hold.
  Error failed(Error error) {
    has_failed_ = true;
    return error;
  }
  bool has_failed() const { return has_failed_; }
  void drop(fs::path const& name) {
    std::error_code ignored;
    fs::remove_all(path_ / name, ignored);
  }

  // The owner is whoever DATA was prepared for.
  Result<void> commit() {
    struct stat before {};
    if (::stat(target_.c_str(), &before) == 0 && ::geteuid() == 0) {
      std::error_code error;
      if (::chown(path_.c_str(), before.st_uid, before.st_gid) != 0) return fail(Errc::io_error, path_.string());
      for (auto const& entry : fs::recursive_directory_iterator(path_, error)) {
        if (::lchown(entry.path().c_str(), before.st_uid, before.st_gid) != 0)
          return fail(Errc::io_error, entry.path().string());
      }
      ::chmod(path_.c_str(), before.st_mode & 07777U);
    }
    if (::rename(path_.c_str(), target_.c_str()) != 0)
      return fail(Errc::io_error, target_.string() + ": must be a plain empty folder or missing");
    committed_ = true;
    return sync_directory(target_.parent_path());
  }

 private:
  fs::path target_;
  fs::path path_;
  bool committed_ = false;
  bool has_failed_ = false;
};

class Restore {
 public:
  Restore(MediumBox box, Staging& staging, Random& random, TimeMs now_ms)
      : box_(std::move(box)), staging_(staging), random_(random), now_ms_(now_ms) {}

  Result<Restored> run() {
    if (auto done = own_files(); !done) return done.error();
    if (auto done = journal("box-journal"); !done) return done.error();
    auto events = box_.files->list(box_.top + "/kegiatan");
    if (!events) return events.error();
    std::sort(events->begin(), events->end());
    std::size_t const own_journals = out_.journals.size();
    for (auto const& event : *events) {
      auto const done = whole_event("kegiatan/" + event);
      if (done) continue;
      if (staging_.has_failed() || !medium_is_there()) return done.error();
      staging_.drop("kegiatan/" + event);
      out_.missing.push_back({event, done.error()});
    }
    if (!out_.missing.empty() && out_.journals.size() == own_journals) return out_.missing.front().why;
    out_.packages = packages_.size();
    return std::move(out_);
  }

 private:
  Result<void> own_files() {
    for (auto const& [name, content] : box_.box_files) {
      auto const mode = name == "box.key" ? box_key_mode : name.ends_with(".key") ? secret_mode : public_mode;
      if (auto done = staging_.write("box/" + name, content, mode); !done) return done;
    }
    auto const keys = medium::read_keys(staging_.path());
    if (!keys) return keys.error();
    if (keys->certificate_sha256 != box_.certificate_sha256) return fail(Errc::certificate_invalid, "box.cms");
    core::JsonFields fields(box_.box_files["enrolment.json"]);
    out_.box = keys->box;
    out_.name = fields.text("name");
    out_.fingerprint = short_fingerprint(keys->certificate_sha256);
    return {};
  }

  // A kegiatan without one of its packages could not be opened: it counts as a whole.
  Result<void> whole_event(std::string const& folder) {
    std::size_t const journals = out_.journals.size();
    wanted_.clear();
    auto done = journal(folder);
    if (done) done = side_files(folder);
    for (auto const& sha256_hex : wanted_) {
      if (done) done = package(sha256_hex);
    }
    if (!done) out_.journals.resize(journals);
    return done;
  }

  Result<void> package(std::string const& sha256_hex) {
    if (packages_.contains(sha256_hex)) return {};
    auto const bytes = medium::read_package(*box_.files, box_.top, sha256_hex, box_.reading);
    if (!bytes) return bytes.error();
    if (auto done = staging_.write("packages/" + sha256_hex + ".paket", *bytes, 0640); !done) return done;
    packages_.insert(sha256_hex);
    return {};
  }

  bool medium_is_there() {
    auto const place = box_.files->look();
    return place && place->present;
  }

  Result<void> journal(std::string const& folder) {
    auto const stream = medium::newest_stream(*box_.files, box_.top + "/" + folder, box_.reading);
    if (!stream) return stream.error();
    if (!*stream) return nothing_in(folder);
    auto source = std::make_unique<medium::MediumEntries>(
        *box_.files, medium::medium_path(box_.top + "/" + folder, **stream), box_.reading);
    auto const* entries = source.get();
    journal::EntrySources sources;
    sources.push_back(std::move(source));
    auto const chain = journal::find_chain(sources, **stream);
    if (entries->failure()) return *entries->failure();
    if (!chain) return chain.error();
    RestoredJournal told;
    told.folder = folder;
    told.entries = chain->head.lsn;
    told.last_at_ms = chain->last_at_ms;
    told.damaged_frames = entries->damaged_frames();
    count(*sources.front(), chain->head.lsn, told);
    auto const rebuilt =
        journal::rebuild(staging_.path() / folder, sources, *chain, random_.bytes16(), now_ms_);
    if (!rebuilt) return staging_.failed(rebuilt.error());  // the chain was found
    streams_[folder] = hex(**stream);
    out_.journals.push_back(std::move(told));
    return {};
  }

  // No entry can be read: right for a journal that never had one.
  Result<void> nothing_in(std::string const& folder) {
    auto const names = box_.files->list(box_.top + "/" + folder);
    if (!names) return names.error();
    for (auto const& name : *names) {
      auto const size = box_.files->size(box_.top + "/" + folder + "/" + name);
      if (name.find(".medium") != std::string::npos && (!size || *size > medium::file_header_bytes))
        return fail(Errc::journal_corrupt, folder);
    }
    return {};
  }

  void count(journal::EntrySource& source, std::uint64_t last, RestoredJournal& told) {
    source.rewind();
    while (auto const entry = source.next()) {
      if (entry->lsn > last) break;
      if (entry->kind == "participant") ++told.participants;
      if (entry->kind == "attempt") ++told.attempts;
      core::JsonFields fields(entry->kind == "test" || entry->kind == "genesis" ? entry->bytes : "{}");
      if (entry->kind == "genesis") told.title = fields.text_or("title");
      if (entry->kind == "test") wanted_.insert(fields.text_or("package"));
    }
  }

  // Cards are sealed for the box already; receipts are public.
  Result<void> side_files(std::string const& folder) {
    auto const copy = [&](std::string const& name, std::string const& to, mode_t mode) -> Result<void> {
      auto const content = medium::read_all(*box_.files, box_.top + "/" + folder + "/" + name, small_bytes_max);
      if (!content) return content.error();
      return staging_.write(fs::path(folder) / to, *content, mode);
    };
    auto const names = box_.files->list(box_.top + "/" + folder);
    if (!names) return names.error();
    for (auto const& name : *names) {
      if (!name.ends_with(".cms")) continue;
      if (auto done = copy(name, name, secret_mode); !done) return done;
    }
    auto const receipts = box_.files->list(box_.top + "/" + folder + "/receipts");
    if (!receipts) return receipts.error();
    for (auto const& name : *receipts) {
      if (!name.ends_with(".receipt")) continue;
      auto const to = "receipts/" + streams_[folder] + "/" + name;
      if (auto done = copy("receipts/" + name, to, 0640); !done) return done;
    }
    return {};
  }

  MediumBox box_;
  Staging& staging_;
  Random& random_;
  TimeMs now_ms_;
  Restored out_{};
  std::set<std::string> packages_{};  // in the staging folder
  std::set<std::string> wanted_{};    // of the kegiatan that is being read
  std::map<std::string, std::string> streams_{};  // old, by folder
};

}  // namespace

Result<std::vector<std::string>> boxes_on(RestoreOptions const& options) {
  medium::DirectFiles files(medium_root(options.from));
  auto const place = files.look();
  if (!place) return place.error();
  if (!place->present) return fail(Errc::not_found, options.from.string());
  auto names = files.list(std::string(medium::top_folder));
  if (!names) return names.error();
  std::erase_if(*names, [](std::string const& name) { return name.find('.') != std::string::npos; });
  if (names->empty()) return fail(Errc::not_found, options.from.string());
  std::sort(names->begin(), names->end());
  return *names;
}

Result<Restored> restore(RestoreOptions const& options, std::string const& code, Random& random, TimeMs now_ms) {
  std::error_code ignored;
  if (fs::exists(options.data, ignored) && !fs::is_empty(options.data, ignored))
    return fail(Errc::already_enrolled, options.data.string());
  auto box = open_box(medium_root(options.from), options.box, code);
  if (!box) return box.error();
  Staging staging(options.data);
  auto restored = Restore(std::move(*box), staging, random, now_ms).run();
  if (!restored) return restored.error();
  if (auto done = staging.commit(); !done) return done.error();
  return restored;
}

}  // namespace proktor::recovery
