#include "tests/fault/flip/shapes.hpp"

#include "journal/store.hpp"

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <random>

namespace proktor::fault {
namespace fs = std::filesystem;
using journal::Store;

namespace {

constexpr unsigned pupils_max = 40;
constexpr int early_batches = 40;
constexpr int quiet_commits = 150;  // after the older files were kept, before the first shape
constexpr int middle_commits = 1'060;
constexpr int behind_commits = 250;
constexpr int busy_commits = 1'000;
constexpr std::size_t cut_bytes = 60'000;

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "flip: %s\n", describe(result.error()).c_str());
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

struct Pupil {
  core::AttemptId id{};
  core::Epoch epoch{0, 0};
  std::uint64_t seq = 0;
  Bytes32 head{};
  bool finished = false;
};

class Maker {
 public:
  Maker(std::unique_ptr<Store> store, std::uint64_t seed) : store_(std::move(store)), random_(seed), pupils_(pupils_max) {
    for (unsigned i = 0; i < pupils_max; ++i) {
      for (auto& byte : pupils_[i].id) byte = static_cast<std::uint8_t>(random_());
    }
  }

  Store& store() { return *store_; }
  void close() { must(store_->finish()), store_.reset(); }
  void open(fs::path const& directory) { store_ = must(Store::open(directory)); }
  std::uint64_t draw(std::uint64_t below) { return random_() % below; }

  void begin(fs::path const& directory) {
    commit({{"genesis", "coba", R"({"event":"coba","organiser":"dinas","packet":"p1"})"}});
    for (unsigned i = 0; i < pupils_max; ++i) {
      commit({{"participant", std::to_string(129'900'000 + i), R"({"name":"Peserta )" + std::to_string(i) + "\"}"}});
    }
    std::ignore = directory;
  }
  void commit(core::NewEntries entries) {
    must(store_->begin());
    at_ms_ += 1 + static_cast<TimeMs>(draw(2'000));
    for (auto& entry : entries) must(store_->add(std::move(entry), 0, at_ms_));
    must(store_->commit());
  }
  core::NewEntry next() {
    if (draw(40) == 0) return {"alive", "", R"({"x":)" + std::to_string(at_ms_) + "}"};
    if (draw(200) == 0) return receipt();
    auto& pupil = pupils_[draw(pupils_max)];
    if (pupil.epoch.n == 0 || pupil.finished) return start(pupil);
    if (draw(60) == 0) return take_over(pupil);
    if (draw(90) == 0) return finish(pupil);
    return line(pupil);
  }

 private:
  core::NewEntry start(Pupil& pupil) {
    if (pupil.finished) return {"note", hex(pupil.id), R"({"text":"sudah selesai"})"};
    pupil.epoch = {0, 1};
    pupil.head = core::first_head(pupil.id, pupil.epoch, Bytes32{});
    return {"attempt", hex(pupil.id), R"({"participant":"0129900001","sesi":"S1","test":"L","seed":"1","term":0,"n":1})"};
  }
  core::NewEntry take_over(Pupil& pupil) {
    auto const parent = pupil.head;
    pupil.epoch.n += 1;
    pupil.seq = 0;
    pupil.head = core::first_head(pupil.id, pupil.epoch, parent);
    return {"epoch", hex(pupil.id),
            R"({"term":0,"n":)" + std::to_string(pupil.epoch.n) + R"(,"parent":")" + hex(parent) + R"("})"};
  }
  core::NewEntry finish(Pupil& pupil) {
    pupil.finished = true;
    return {"finished", hex(pupil.id),
            R"({"term":0,"n":)" + std::to_string(pupil.epoch.n) + R"(,"seq":)" + std::to_string(pupil.seq) +
                R"(,"head":")" + hex(pupil.head) + R"(","code":")" + closing_code(pupil.head) +
                R"(","answered":1,"x":1})"};
  }
  core::NewEntry receipt() {
    auto const& head = store_->head();
    return {"receipt", hex(store_->handle().stream),
            R"({"first":1,"last":)" + std::to_string(head.lsn) + R"(,"contiguous":)" + std::to_string(head.lsn) +
                R"(,"hash":")" + hex(head.hash) + R"(","at":1})"};
  }
  core::NewEntry line(Pupil& pupil) {
    ++pupil.seq;
    auto const item = "i" + std::to_string(draw(36) + 1);
    std::string rest;
    switch (draw(8)) {
      case 0: rest = R"("kind":"visit","item":")" + item + '"'; break;
      case 1: rest = R"("kind":"flag","item":")" + item + R"(","value":true)"; break;
      case 2:
        rest = R"("kind":"answer","item":")" + item + R"(","value":{"r1":")" + std::string(draw(1'500), 'k') + R"("})";
        break;
      default:
        rest = R"("kind":"answer","item":")" + item + R"(","value":{"r1":"c)" + std::to_string(draw(5)) + R"("})";
    }
    auto const text =
        R"({"v":1,"seq":)" + std::to_string(pupil.seq) + "," + rest + R"(,"t":)" + std::to_string(draw(9'000'000)) + "}";
    pupil.head = core::next_head(pupil.head, text);
    return {"event", core::format_subject({pupil.id, pupil.epoch, pupil.seq, 1'000, draw(50) == 0 ? "late" : ""}), text,
            "69900001"};
  }

  std::unique_ptr<Store> store_;
  std::mt19937_64 random_;
  std::vector<Pupil> pupils_;
  TimeMs at_ms_ = 1'795'400'000'000;
};

Shape keep(std::string name, fs::path const& root, fs::path const& from) {
  Shape shape{std::move(name), {}, root / "older"};
  shape.directory = root / shape.name;
  copy_files(from, shape.directory);
  return shape;
}

template <class Row>
bool starts_with(std::vector<Row> const& found, std::vector<Row> const& expected) {
  return found.size() >= expected.size() && std::equal(expected.begin(), expected.end(), found.begin());
}

bool same_row(journal::LatestRow const& a, journal::LatestRow const& b) {
  return a.attempt == b.attempt && a.item == b.item && a.kind == b.kind && a.entry == b.entry;
}

}  // namespace

void copy_files(fs::path const& from, fs::path const& to) {
  fs::remove_all(to);
  fs::create_directories(to);
  for (auto const& file : fs::directory_iterator(from)) {
    if (file.is_regular_file()) fs::copy_file(file.path(), to / file.path().filename());
  }
}

Result<Content> read_content(fs::path const& directory) {
  auto reader = journal::Reader::open(directory);
  if (!reader) return reader.error();
  Content out;
  auto const all = reader->read_entries(0, UINT64_MAX, [&](auto const& entry) { out.entries.push_back(entry); });
  if (!all) return all.error();
  auto done = reader->read_acts([&](auto const& entry) { out.acts.push_back(entry); });
  if (!done) return done.error();
  auto marks = reader->read_marks();
  if (!marks) return marks.error();
  out.marks = std::move(*marks);
  done = reader->read_latest([&](auto const& row) { out.latest.push_back(row); });
  if (!done) return done.error();
  return out;
}

std::string difference(Content const& expected, Content const& found, bool served) {
  if (!served && !starts_with(found.entries, expected.entries)) {
    return "entries: " + std::to_string(found.entries.size()) + " of " + std::to_string(expected.entries.size());
  }
  if (!starts_with(found.acts, expected.acts)) return "acts";
  if (found.marks != expected.marks) return "marks";
  bool const same = std::equal(found.latest.begin(), found.latest.end(), expected.latest.begin(), expected.latest.end(),
                               same_row);
  return same ? "" : "latest";
}

std::vector<Shape> make_shapes(fs::path const& root, std::uint64_t seed) {
  auto const live = root / "live";
  Maker maker(must(Store::create(live, Bytes16{1, 2, 3, 4, 5, 6, 7, 8})), seed);
  std::vector<Shape> shapes;
  auto const commits = [&](int count, std::uint64_t most) {
    for (int i = 0; i < count; ++i) {
      core::NewEntries entries;
      for (auto left = 1 + maker.draw(most); left > 0; --left) entries.push_back(maker.next());
      maker.commit(std::move(entries));
    }
  };
  maker.begin(live);
  commits(early_batches, 30);
  copy_files(live, root / "older");
  commits(quiet_commits, 2);
  maker.close();
  shapes.push_back(keep("checkpointed", root, live));
  maker.open(live);
  commits(middle_commits, 2);
  must(maker.store().checkpoint({}));  // the next commit starts the log over: dead frames stay behind its end
  commits(behind_commits, 2);
  shapes.push_back(keep("copy-behind", root, live));
  auto const copy = journal::copy_path(shapes.back().directory);
  shapes.back().cut = true;
  fs::resize_file(copy, fs::file_size(copy) - cut_bytes);
  commits(busy_commits - behind_commits, 2);
  shapes.push_back(keep("busy", root, live));
  for (auto& shape : shapes) {
    copy_files(shape.directory, root / "read");
    shape.content = must(read_content(root / "read"));
    for (auto const& entry : shape.content.entries) journal::append_copy_record(shape.records.emplace_back(), entry);
  }
  fs::remove_all(live);
  return shapes;
}

}  // namespace proktor::fault
