#include "medium/follower.hpp"

#include "medium/entries.hpp"

#include <algorithm>
#include <utility>

namespace proktor::medium {
namespace {

constexpr std::size_t certificate_bytes_max = 64 * 1024;
constexpr int batches_per_step = 8;

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::absent:
      return "absent";
    case State::foreign:
      return "foreign";
    case State::behind:
      return "behind";
    case State::in_step:
      return "in_step";
    case State::full:
      return "full";
    case State::failed:
      return "failed";
    case State::silent:
      return "silent";
  }
  return "";
}

Follower::Follower(Files& files, Clock& clock, Keys keys, std::filesystem::path data, Limits limits)
    : files_(files), clock_(clock), keys_(std::move(keys)), data_(std::move(data)), limits_(limits) {
  status_.has_card = !keys_.recovery_certificate.empty();
}

std::string Follower::on_medium(std::string const& name) const {
  return std::string(top_folder) + "/" + keys_.box + "/" + name;
}

std::uint64_t Follower::watermark(std::string const& folder) const {
  auto const found = ends_.find(folder);
  return found == ends_.end() ? 0 : found->second.lsn;
}

void Follower::step(std::vector<Followed> const& journals, bool at_once) {
  at_once_ = at_once;
  if (auto done = work(journals); !done) lose(done.error());
  settle(journals);
}

Result<void> Follower::work(std::vector<Followed> const& journals) {
  auto const place = files_.look();
  if (!place) return place.error();
  status_.free_bytes = place->free_bytes;
  if (!place->present) return fail(Errc::not_found);
  if (!place_.is_same(*place)) attached_ = false;
  if (clock_.monotonic_ms() < not_before_ms_) return {};
  if (!attached_) {
    auto const ours = attach(*place);
    if (!ours) return ours.error();
    ours_ = *ours;
  }
  if (!ours_) return {};
  if (status_.state == State::full || status_.state == State::failed) status_.state = State::behind;
  for (auto const& journal : journals) {
    if (auto done = follow(journal); !done) return done;
  }
  return mirror(journals);
}

// What an error means for the next steps.
void Follower::lose(Error const& error) {
  auto const now_ms = clock_.monotonic_ms();
  if (error == Errc::not_found) {
    attached_ = false;
    status_.state = State::absent;
    status_.detail.clear();
  } else if (error == Errc::timeout) {
    attached_ = false;  // what was asked may have happened: the file is read again
    status_.state = State::silent;
    calm_from_ms_ = now_ms + limits_.calm_ms;
  } else if (error == Errc::storage_full) {
    status_.state = State::full;
    not_before_ms_ = now_ms + limits_.retry_ms;
  } else {
    attached_ = false;
    status_.state = State::failed;
    status_.detail = std::string(id_of(error.code)) + " " + error.detail;
    not_before_ms_ = now_ms + limits_.retry_ms;
  }
}

void Follower::settle(std::vector<Followed> const& journals) {
  auto const now_ms = clock_.monotonic_ms();
  status_.entries = 0;
  status_.behind_entries = 0;
  status_.behind_ms = 0;
  for (auto const& journal : journals) {
    auto const lsn = watermark(journal.folder);
    status_.entries += lsn;
    if (journal.durable_lsn <= lsn) {
      waiting_since_.erase(journal.folder);
      continue;
    }
    status_.behind_entries += journal.durable_lsn - lsn;
    auto const since = waiting_since_.emplace(journal.folder, now_ms).first->second;
    status_.behind_ms = std::max(status_.behind_ms, now_ms - since);
  }
  if (!attached_ || status_.state == State::full || status_.state == State::failed) return;
  if (status_.state == State::silent && now_ms < calm_from_ms_) return;
  bool const late = status_.behind_ms > limits_.step_late_ms || !mirrored_all_;
  status_.state = !ours_ ? State::foreign : late ? State::behind : State::in_step;
  if (ours_) status_.detail.clear();
}

Result<bool> Follower::is_ours() {
  auto const names = files_.list(std::string(top_folder));
  if (!names) return names.error();
  bool const has_ours = std::find(names->begin(), names->end(), keys_.box) != names->end();
  for (auto const& name : *names) {
    if (has_ours || name.find(".lama-") != std::string::npos) continue;
    status_.detail = name;
    return false;
  }
  if (!has_ours) return true;
  auto const sealed = read_all(files_, on_medium("box.cms"), sealed_box_bytes_max);
  if (!sealed && sealed.error() == Errc::not_found) return true;
  if (!sealed) return sealed.error();
  auto const piece = read_piece(*sealed, keys_.roots);
  status_.detail = piece ? piece->certificate_sha256 : std::string(id_of(piece.error().code));
  return piece && piece->certificate_sha256 == keys_.certificate_sha256;
}

Result<bool> Follower::attach(Place const& place) {
  settled_.clear();
  mirrored_.clear();
  mirrored_ms_ = 0;
  place_ = place;
  auto const ours = is_ours();
  if (!ours) return ours.error();
  if (*ours) {
    if (auto done = put_own_files(); !done) return done.error();
  }
  attached_ = true;
  return *ours;
}

Result<void> Follower::put_own_files() {
  auto const theirs = read_all(files_, on_medium("recovery.pem"), certificate_bytes_max);
  if (!theirs && !(theirs.error() == Errc::not_found)) return theirs.error();
  auto const names = files_.list(on_medium(""));
  if (!names) return names.error();
  // What lies there was sealed for an older card, or for none: it stays readable as it is, and a new folder begins.
  if (!names->empty() && (theirs ? *theirs : std::string()) != keys_.recovery_certificate) {
    if (auto done = set_aside(std::string(top_folder) + "/" + keys_.box, "lama"); !done) return done;
  }
  return put_readme_and_keys();
}

// Never overwritten, never deleted: it gets a name under which nothing is written any more.
Result<void> Follower::set_aside(std::string const& path, std::string_view word) {
  auto const slash = path.rfind('/');
  auto const names = files_.list(path.substr(0, slash));
  if (!names) return names.error();
  for (int n = 1;; ++n) {
    auto const name = path.substr(slash + 1) + "." + std::string(word) + "-" + std::to_string(n);
    if (std::find(names->begin(), names->end(), name) == names->end())
      return files_.rename(path, path.substr(0, slash + 1) + name);
  }
}

Result<void> Follower::follow(Followed const& journal) {
  if (!settled_.contains(journal.folder)) {
    auto const end = find_end(journal);
    if (!end) return end.error();
    ends_[journal.folder] = *end;
    settled_.insert(journal.folder);
    mirrored_ms_ = 0;  // with the files beside it
  }
  auto& end = ends_[journal.folder];
  auto const now_ms = clock_.monotonic_ms();
  if (journal.durable_lsn <= end.lsn) return check_again(journal, end);
  auto const since = waiting_since_.emplace(journal.folder, now_ms).first->second;
  bool const due = at_once_ || now_ms - since >= limits_.gather_ms ||
                   journal.durable_lsn - end.lsn >= limits_.gather_entries;
  for (int batch = 0; due && batch < batches_per_step && end.lsn < journal.durable_lsn; ++batch) {
    auto const more = write_batch(journal, end);
    if (!more) return more.error();
    waiting_since_[journal.folder] = now_ms;
    if (!*more) break;
  }
  return {};
}

}  // namespace proktor::medium
