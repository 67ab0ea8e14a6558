#include "tests/fault/medium/trial.hpp"

#include "journal/reader.hpp"
#include "journal/rebuild.hpp"
#include "journal/verifier.hpp"
#include "medium/entries.hpp"
#include "provisioning/recovery/restore.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <thread>

namespace proktor::fault {
namespace {

namespace fs = std::filesystem;

constexpr int acts = 40;
std::string const folder = "kegiatan/uji";

std::string slurp(fs::path const& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

void spill(fs::path const& path, std::string const& bytes) {
  std::ofstream(path, std::ios::binary | std::ios::trunc) << bytes;
}

bool begins_with(std::vector<std::string> const& whole, std::vector<std::string> const& part) {
  return part.size() <= whole.size() && std::equal(part.begin(), part.end(), whole.begin());
}

}  // namespace

Trial::Trial(fs::path root, Template const& box, std::uint64_t seed, Counts& counts)
    : root_(std::move(root)), code_(box.code), random_(seed), counts_(counts) {
  fs::create_directories(journal().parent_path());
  fs::create_directories(data() / "packages");
  fs::copy(box.box, data() / "box", fs::copy_options::recursive);
  for (std::size_t i = 0; i < sticks_.size(); ++i) {
    sticks_[i].home = root_ / ("stik-" + std::to_string(i));
    fs::create_directories(sticks_[i].home / medium::top_folder);
  }
  open();
}

Trial::~Trial() {
  close();
  std::error_code ignored;
  fs::remove_all(root_, ignored);
}

void Trial::run() {
  plug(0);
  append();
  for (int act = 0; act < acts && violations.empty(); ++act) {
    auto const dice = random_.below(100);
    if (dice < 35) append();
    else if (dice < 65) steps();
    else if (dice < 72) plug(random_.below(2));
    else if (dice < 76) pull();
    else if (dice < 79) tear();
    else if (dice < 86) files_->mood = static_cast<Mood>(random_.below(4));
    else if (dice < 91) restart();
    else if (dice < 94) lose_tail();
    else if (dice < 97) destroy();
    else restore();
  }
  files_->mood = Mood::good;
  if (!plugged_) plug(0);
  for (int i = 0; i < 4; ++i) steps();
  if (follower_->status().state != medium::State::in_step)
    violate("a good medium is not in step at the end: " + std::string(name_of(follower_->status().state)));
  restore();
}

void Trial::append() {
  auto const count = 1 + random_.below(40);
  core::NewEntries entries;
  for (std::uint64_t i = 0; i < count; ++i)
    entries.push_back({"note", "", fmt::format(R"({{"x":{},"r":"{:x}"}})", acked_.size() + i, random_.next())});
  History fresh;
  for (auto const& entry : entries) fresh.push_back(entry.bytes);
  std::optional<Result<journal::Appended>> outcome;
  writer_->append(handle_.id, std::move(entries), 0, [&](Result<journal::Appended> done) { outcome = done; });
  while (!outcome) {
    std::vector<std::function<void()>> tasks;
    {
      std::lock_guard const lock(tasks_mutex_);
      tasks.swap(tasks_);
    }
    for (auto const& task : tasks) task();
    if (!outcome) std::this_thread::yield();
  }
  if (!*outcome) return violate("append: " + describe(outcome->error()));
  acked_.insert(acked_.end(), fresh.begin(), fresh.end());
  counts_.acknowledged += count;
}

void Trial::steps() {
  auto const count = 1 + random_.below(8);
  for (std::uint64_t i = 0; i < count; ++i) {
    follower_->step({{folder, handle_.stream, writer_->durable_lsn(handle_.id)}});
    clock_.advance(static_cast<DurationMs>(random_.below(3'000)));
  }
  auto const mark = follower_->watermark(folder);
  if (!plugged_ || follower_->status().state != medium::State::in_step) return;
  if (mark > acked_.size()) return violate("the watermark is beyond the log");
  sticks_[*plugged_].promised.assign(acked_.begin(), acked_.begin() + static_cast<std::ptrdiff_t>(mark));
  counts_.on_medium += mark;
}

void Trial::plug(std::size_t which) {
  pull();
  fs::rename(sticks_[which].home, mount());
  plugged_ = which;
}

void Trial::pull() {
  if (plugged_) fs::rename(mount(), sticks_[*plugged_].home);
  plugged_.reset();
}

// Pulled in the middle of a write: the last bytes of the newest file are missing. What was promised was whole before.
void Trial::tear() {
  if (!plugged_) return;
  auto const which = *plugged_;
  pull();
  std::error_code ignored;
  for (auto const& entry : fs::recursive_directory_iterator(sticks_[which].home, ignored)) {
    if (entry.path().extension() != ".medium" || entry.path().parent_path().filename() != "uji") continue;
    auto const size = entry.file_size();
    // A frame's end that nobody was told of: more than the newest frame never goes.
    auto const garbage = slurp(entry.path()) + std::string(random_.below(200), 'z');
    if (random_.below(2) == 0) spill(entry.path(), garbage);
    else if (size > 60) fs::resize_file(entry.path(), size - random_.below(50)), sticks_[which].promised.clear();
  }
}

void Trial::close() {
  follower_.reset();
  if (writer_) writer_->stop();
  writer_.reset();
  tasks_.clear();
}

void Trial::open() {
  journal::WriterOptions options;
  options.post_to_owner = [this](std::function<void()> task) {
    std::lock_guard const lock(tasks_mutex_);
    tasks_.push_back(std::move(task));
  };
  options.on_fatal = [](Error const& error) { fmt::print(stderr, "{}\n", describe(error)), std::abort(); };
  writer_ = std::make_unique<journal::Writer>(std::move(options), clock_);
  bool const exists = fs::exists(journal::database_path(journal()));
  auto const handle = exists ? writer_->open(journal()) : writer_->create(journal(), random_.bytes16());
  if (!handle) return violate("open: " + describe(handle.error()));
  handle_ = *handle;
  files_ = std::make_unique<FaultyFiles>(mount(), random_);
  follower_ = std::make_unique<medium::Follower>(*files_, clock_, *medium::read_keys(data()), data());
}

std::unique_ptr<journal::EntrySource> Trial::medium_source() {
  auto const keys = *medium::read_keys(data());
  auto const top = std::string(medium::top_folder) + "/" + keys.box + "/" + folder;
  medium::Reading const reading{keys.roots, keys.signer.key, keys.signer.certificate};
  files_->mood = Mood::good;
  if (auto const place = files_->look(); !place || !place->present) return nullptr;
  auto const stream = medium::newest_stream(*files_, top, reading);
  if (!stream || !*stream) return nullptr;
  return std::make_unique<medium::MediumEntries>(*files_, medium::medium_path(top, **stream), reading);
}

void Trial::restart() {
  close();
  open();
  compare(data(), acked_, "a restart");
}

// The database and its copy lost their tails; what the medium has of it must come back.
void Trial::lose_tail() {
  close();
  auto const before = root_ / "dulu";
  fs::copy(journal(), before, fs::copy_options::recursive);
  open();
  auto const short_history = acked_;
  append();
  steps();
  close();
  fs::remove_all(journal());
  fs::rename(before, journal());
  files_ = std::make_unique<FaultyFiles>(mount(), random_);
  auto expected = short_history;
  if (plugged_ && begins_with(sticks_[*plugged_].promised, short_history)) expected = sticks_[*plugged_].promised;
  if (auto source = medium_source()) {
    auto const appended = journal::append_tail(journal(), *source);
    if (appended && *appended > 0) ++counts_.tails;
  }
  open();
  compare(data(), expected, "a lost tail");
  acked_ = read(journal());
}

void Trial::destroy() {
  close();
  auto const before = acked_;
  auto const kind = random_.below(4);
  auto const database = journal::database_path(journal());
  if (kind == 0) fs::remove(database);
  if (kind == 1) fs::remove(database), fs::remove(journal::copy_path(journal()));
  if (kind >= 2) {
    for (auto const& path : {database, journal::copy_path(journal())}) {
      auto bytes = slurp(path);
      auto const at = random_.below(bytes.size());
      std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), std::min<std::size_t>(3'000, bytes.size() - at), '\xee');
      spill(path, bytes);
      if (kind == 2) break;
    }
  }
  files_ = std::make_unique<FaultyFiles>(mount(), random_);
  journal::EntrySources others;
  auto source = medium_source();
  // A journal that was made again while the stick was out: what is left of it goes before the stick's older stream.
  bool const joins = source && (kind == 1 || source->stream() == handle_.stream);
  if (source) others.push_back(std::move(source));
  History expected = kind == 0 || kind == 2 ? before : History();
  if (plugged_ && joins && begins_with(before, sticks_[*plugged_].promised) && sticks_[*plugged_].promised.size() > expected.size())
    expected = sticks_[*plugged_].promised;
  ++counts_.damaged;
  auto const done = journal::rebuild_in_place(journal(), std::move(others), random_.bytes16(), clock_.wall_ms());
  if (!done) {
    if (!expected.empty()) violate("not rebuilt: " + describe(done.error()));
    fs::remove_all(journal());
    acked_.clear();
    for (auto& stick : sticks_) stick.promised.clear();
  } else {
    ++counts_.rebuilt;
  }
  open();
  if (done) compare(data(), expected, "a rebuild");
  acked_ = read(journal());
}

// A spare box from each stick: at least what that stick was seen to hold.
void Trial::restore() {
  auto const which = plugged_.value_or(random_.below(2));
  auto const from = plugged_ ? mount() : sticks_[which].home;
  auto const promised = sticks_[which].promised;
  if (promised.empty()) return;
  auto const target = root_ / "pengganti";
  auto const box = fs::directory_iterator(from / medium::top_folder)->path().filename().string();
  auto const done = recovery::restore({from, target, box.substr(0, box.find('.'))}, code_, random_, clock_.wall_ms());
  if (!done) return violate("not restored: " + describe(done.error()));
  ++counts_.restored;
  compare(target, promised, "a restore");
  fs::remove_all(target);
}

Trial::History Trial::read(fs::path const& directory) const {
  History out;
  auto reader = journal::Reader::open(directory);
  if (!reader) return out;
  std::ignore = reader->read_entries(0, UINT64_MAX, [&](journal::Entry const& entry) { out.push_back(entry.bytes); });
  return out;
}

void Trial::compare(fs::path const& where, History const& at_least, std::string const& after) {
  auto const directory = where / folder;
  auto const report = journal::verify_journal(directory);
  if (!report || !report->ok) return violate(after + ": the journal does not verify");
  auto const now = read(directory);
  if (!begins_with(now, at_least))
    return violate(fmt::format("{}: {} entries of {} came back", after,
                               std::mismatch(at_least.begin(), at_least.end(), now.begin(), now.end()).first -
                                   at_least.begin(),
                               at_least.size()));
}

}  // namespace proktor::fault
