#include "stick.hpp"

#include "base/crypto.hpp"
#include "disk.hpp"

#include <algorithm>

namespace proktor::sim {

namespace disk = fault::disk;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t free_bytes = std::uint64_t{8} << 30U;  // the real disk's would differ from run to run

}  // namespace

Bytes32 digest_of(journal::Entry const& entry) {
  std::string text;
  append_u64_be(text, entry.lsn);
  append_u64_be(text, static_cast<std::uint64_t>(entry.at_ms));
  append_u64_be(text, entry.term);
  for (auto const& part : {entry.kind, entry.npsn, entry.subject, entry.bytes}) {
    append_u64_be(text, part.size());
    text += part;
  }
  return sha256(text);
}

Port::Port(World& world, fs::path const& root, std::uint64_t seed) : world_(world) {
  for (std::size_t i = 0; i < stick_count; ++i) {
    sticks_[i].folder = root / ("stik-" + std::to_string(i));
    fs::create_directories(sticks_[i].folder / medium::top_folder);
    disk::start(sticks_[i].folder, seed + i, first_disk + i);
  }
}

Port::~Port() {
  for (std::size_t i = 0; i < stick_count; ++i) disk::stop(first_disk + i);
}

void Port::plug(std::size_t stick) {
  pull();
  plugged_ = stick;
  files_.emplace(sticks_.at(stick).folder);
}

void Port::pull() {
  if (!plugged_) return;
  power_cut();
  plugged_.reset();
  files_.reset();
}

void Port::power_cut() {
  if (!plugged_) return;
  disk::cut_now(disk());
  disk::restore_image(disk());
}

void Port::make_failing(disk::Failure const& failure) {
  sticks_.at(*plugged_).failing = true;
  disk::fail(failure, disk());
}

void Port::heal(std::size_t stick) {
  sticks_.at(stick).failing = false;
  disk::fail({}, first_disk + stick);
}

bool Port::torn() const { return plugged_ && disk::is_cut(disk()); }

void Port::saw(Bytes16 const& stream, journal::Entry const& entry) {
  auto& digests = sticks_.at(*plugged_).promised[stream];
  if (entry.lsn == digests.size() + 1) digests.push_back(digest_of(entry));
}

std::size_t Port::seen(Bytes16 const& stream) const {
  auto const& promised = sticks_.at(*plugged_).promised;
  auto const found = promised.find(stream);
  return found == promised.end() ? 0 : found->second.size();
}

// A silent stick does what it was asked, or not; who asked does not learn which.
template <class Work>
auto Port::reach(Work work) -> decltype(work()) {
  if (!plugged_) return fail(Errc::not_found, "no stick");
  if (!silent_) return work();
  if (world_.chance(500)) std::ignore = work();
  return fail(Errc::timeout);
}

Result<medium::Place> Port::look() {
  if (!plugged_) return medium::Place{};
  auto place = reach([&] { return files_->look(); });
  if (place) place->free_bytes = free_bytes;
  return place;
}

Result<std::vector<std::string>> Port::list(std::string const& path) {
  auto names = reach([&] { return files_->list(path); });
  if (names) std::sort(names->begin(), names->end());
  return names;
}

Result<std::uint64_t> Port::size(std::string const& path) {
  return reach([&] { return files_->size(path); });
}

Result<std::string> Port::read(std::string const& path, std::uint64_t offset, std::size_t count) {
  return reach([&] { return files_->read(path, offset, count); });
}

Result<void> Port::append(std::string const& path, std::uint64_t at, std::string_view bytes) {
  return reach([&] { return files_->append(path, at, bytes); });
}

Result<void> Port::cut(std::string const& path, std::uint64_t size) {
  return reach([&] { return files_->cut(path, size); });
}

Result<void> Port::rename(std::string const& from, std::string const& to) {
  return reach([&] { return files_->rename(from, to); });
}

void SimMedium::follow(Clock& clock, medium::Keys keys, fs::path data, medium::Journals journals) {
  medium::Limits limits;
  limits.gather_ms = plan_.gather_ms;
  follower_.emplace(port_, clock, std::move(keys), data, limits);
  data_ = std::move(data);
  journals_ = std::move(journals);
}

std::optional<medium::Status> SimMedium::status() const {
  if (!follower_) return std::nullopt;
  return follower_->status();
}

void SimMedium::step() {
  using medium::State;
  auto const journals = journals_();
  follower_->step(journals);
  auto const state = follower_->status().state;
  if (state == State::full) world_.reach(Rare::medium_full);
  if (state == State::failed) world_.reach(Rare::medium_failed);
  if (state == State::silent) world_.reach(Rare::medium_silent);
  if (!follower_->status().set_aside.empty()) world_.reach(Rare::medium_ahead);
  if (state != State::in_step && state != State::behind) return;
  for (auto const& journal : journals) {
    if (journal.folder == exam_folder_) note(journal);
  }
}

// What the board would say of the plugged stick is what it must hold from now on.
void SimMedium::note(medium::Followed const& exam) {
  auto const mark = follower_->watermark(exam.folder);
  auto const seen = port_.seen(exam.stream);
  if (port_.torn() || mark <= seen) return;
  world_.reach(Rare::medium_in_step);
  if (!reader_) {
    auto opened = journal::Reader::open(data_ / exam.folder);
    if (!opened) return;
    reader_.emplace(std::move(*opened));
  }
  std::ignore = reader_->read_entries(seen, mark - seen,
                                      [&](journal::Entry const& entry) { port_.saw(exam.stream, entry); });
}

}  // namespace proktor::sim
