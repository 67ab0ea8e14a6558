#include "journal/data_lock.hpp"
#include "support.hpp"

#include <atomic>
#include <future>
#include <thread>

using namespace proktor;
using namespace proktor::journal;
using namespace proktor::journal::test;

TEST_CASE("a journal that was made and could not be opened is gone again, and the same can be made") {
  TempDir dir;
  Bench bench;
  std::filesystem::create_directories(copy_path(dir / "kegiatan"));  // no file can be made there
  REQUIRE_FALSE(bench.writer->create(dir / "kegiatan", test_stream).has_value());
  REQUIRE(bench.writer->create(dir / "kegiatan", test_stream).has_value());
}

TEST_CASE("appends from several threads are all kept, each call's entries together, each thread's in order") {
  TempDir dir;
  constexpr int threads = 4;
  constexpr int calls = 1'500;
  std::atomic<int> refused = 0;
  std::map<std::pair<int, int>, Appended> acknowledged;
  {
    Bench bench;
    auto const journal = bench.create(dir / "k").id;
    std::vector<std::thread> producers;
    for (int t = 0; t < threads; ++t) {
      producers.emplace_back([&, t] {
        for (int i = 0; i < calls; ++i) {
          auto const name = std::to_string(t) + "/" + std::to_string(i);
          core::NewEntries entries(1 + static_cast<std::size_t>(i % 3), {"note", name, "{}"});
          auto const done = [&, t, i](Result<Appended> result) { acknowledged[{t, i}] = result.value(); };
          while (!bench.writer->append(journal, entries, 0, done)) ++refused, std::this_thread::yield();
        }
      });
    }
    bench.owner.run_until([&] { return acknowledged.size() == threads * calls; });
    for (auto& producer : producers) producer.join();
    CHECK(bench.writer->status().commits < bench.writer->status().entries);
  }
  auto const entries = read_all(dir / "k");
  CHECK(entries.size() == threads * calls * 2);
  std::map<int, std::uint64_t> last_of_thread;
  for (auto const& [key, range] : acknowledged) {
    auto const& [t, i] = key;
    REQUIRE(range.last_lsn - range.first_lsn == static_cast<unsigned>(i % 3));
    CHECK(range.first_lsn > last_of_thread[t]);
    last_of_thread[t] = range.last_lsn;
    for (auto lsn = range.first_lsn; lsn <= range.last_lsn; ++lsn) {
      REQUIRE(entries[lsn - 1].subject == std::to_string(t) + "/" + std::to_string(i));
    }
  }
  auto const report = verify(dir / "k");
  INFO(test::text_of(report));
  CHECK(report.ok);
  CHECK(report.head.lsn == entries.size());
}

TEST_CASE("a full queue refuses and keeps nothing, and takes again when it has drained") {
  TempDir dir;
  WriterOptions options;
  options.queue_entries_max = 10;
  Bench bench(std::move(options));
  auto const journal = bench.create(dir / "k").id;
  // Hold the writer's thread inside the hand-over of a batch, so that the queue behind it fills.
  std::mutex gate;
  gate.lock();
  std::atomic<bool> held = false;
  WriterOptions held_options;
  held_options.queue_entries_max = 10;
  held_options.on_fatal = [](Error const&) {};
  held_options.post_to_owner = [&](std::function<void()> task) {
    held = true;
    held.notify_all();
    std::lock_guard const wait(gate);
    task();
  };
  Writer writer(std::move(held_options), bench.clock);
  auto const id = writer.create(dir / "held", test_stream).value().id;
  std::atomic<int> stored = 0;
  auto const count = [&](Result<Appended> done) { stored += done ? 1 : 0; };
  REQUIRE(writer.append(id, {{"note", "0", "{}"}}, 0, count));
  held.wait(false);
  int taken = 0;
  while (writer.append(id, {{"note", "x", "{}"}}, 0, count)) ++taken;
  CHECK(taken == 10);
  CHECK(writer.status().queue_entries == 10);
  CHECK_FALSE(writer.append(id, {{"note", "y", "{}"}}, 0, count));
  gate.unlock();
  std::promise<void> drained;
  REQUIRE([&] {
    while (!writer.append(id, {}, 0, [&](Result<Appended>) { drained.set_value(); }))
      std::this_thread::yield();
    return true;
  }());
  drained.get_future().wait();
  CHECK(stored == 11);
  CHECK(writer.append(id, {{"note", "z", "{}"}}, 0, count));
  writer.stop();
  CHECK(stored == 12);
  CHECK(read_all(dir / "held").size() == 12);
  CHECK(bench.append(journal, core::NewEntries(5'000, {"note", "import", "{}"})).value().last_lsn == 5'000);
}

TEST_CASE("a barrier completes after all before it, and a batch is one task of the owner") {
  TempDir dir;
  Bench bench;
  auto const journal = bench.create(dir / "k").id;
  std::vector<int> order;
  std::uint64_t durable_at_barrier = 0;
  for (int i = 0; i < 500; ++i) {
    REQUIRE(bench.writer->append(journal, {{"note", std::to_string(i), "{}"}}, 0,
                                 [&order, i](Result<Appended>) { order.push_back(i); }));
  }
  REQUIRE(bench.writer->append(journal, {}, 0, [&](Result<Appended> done) {
    durable_at_barrier = done.value().last_lsn;
    order.push_back(500);
  }));
  bench.owner.run_until([&] { return order.size() == 501; });
  CHECK(std::is_sorted(order.begin(), order.end()));
  CHECK(durable_at_barrier == 500);
  CHECK(bench.owner.tasks_run <= bench.writer->status().commits + 1);
}

TEST_CASE("followers hear of each commit after its completions") {
  TempDir dir;
  std::vector<std::string> heard;
  WriterOptions options;
  options.on_commit = [&](JournalId, std::uint64_t lsn) { heard.push_back("commit " + std::to_string(lsn)); };
  Bench bench(std::move(options));
  auto const journal = bench.create(dir / "k").id;
  CHECK(bench.writer->durable_lsn(journal) == 0);
  REQUIRE(bench.writer->append(journal, {{"a", "", "{}"}, {"b", "", "{}"}}, 0,
                               [&](Result<Appended>) { heard.push_back("done"); }));
  bench.owner.run_until([&] { return heard.size() == 2; });
  CHECK(heard == std::vector<std::string>{"done", "commit 2"});
  CHECK(bench.writer->durable_lsn(journal) == 2);
}

TEST_CASE("one writer keeps several journals, also one made while it runs") {
  TempDir dir;
  {
    Bench bench;
    auto const box = bench.create(dir / "box").id;
    std::optional<JournalHandle> made;
    bench.writer->create_async(dir / "kegiatan", Bytes16{9},
                               [&](Result<JournalHandle> h) { made = h.value(); });
    bench.owner.run_until([&] { return made.has_value(); });
    CHECK(made->head == Head{0, genesis_hash(Bytes16{9})});
    int done = 0;
    for (int i = 0; i < 200; ++i) {
      auto const journal = i % 2 == 0 ? box : made->id;
      REQUIRE(bench.writer->append(journal, {{"note", std::to_string(i), "{}"}}, 3,
                                   [&](Result<Appended>) { ++done; }));
    }
    std::optional<Result<Appended>> unknown;
    REQUIRE(bench.writer->append({7}, {{"note", "", "{}"}}, 0, [&](Result<Appended> r) { unknown = r; }));
    bench.owner.run_until([&] { return done == 200 && unknown; });
    CHECK(unknown->error() == Errc::not_found);
    CHECK(bench.writer->create(dir / "box", test_stream).error() == Errc::already_imported);
    CHECK(bench.writer->open(dir / "nowhere").error() == Errc::not_found);
    bool answered = false;
    bench.writer->ping([&](Result<Appended>) { answered = true; });
    bench.owner.run_until([&] { return answered; });
  }
  auto const entries = read_all(dir / "kegiatan");
  REQUIRE(entries.size() == 100);
  CHECK(entries[1].subject == "3");
  CHECK(entries[1].term == 3);
  CHECK(read_all(dir / "box").size() == 100);
}

TEST_CASE(
    "an entry beyond the limit stores nothing, and nothing after it until the owner has read its state "
    "anew") {
  TempDir dir;
  Bench bench;
  auto const journal = bench.create(dir / "k").id;
  CHECK(bench.append(journal, {{"a", "", "{}"}, {"b", "", std::string(entry_bytes_max, 'x')}}).error() ==
        Errc::too_large);
  CHECK(bench.append(journal, {{"a", "", "{}"}}).error() == Errc::storage_full);
  bench.writer->resume(journal);
  CHECK(bench.append(journal, {{"a", "", "{}"}}).value().last_lsn == 1);
}

namespace {

// Moved by the test while the writer's thread reads it.
class SharedClock final : public Clock {
 public:
  TimeMs wall_ms() override { return now_; }
  DurationMs monotonic_ms() override { return now_; }
  void advance(DurationMs by) { now_ += by; }

 private:
  std::atomic<DurationMs> now_ = 0;
};

}  // namespace

TEST_CASE("the write-ahead log is checkpointed past its threshold, and in idle time past the smaller one") {
  TempDir dir;
  SharedClock clock;
  Owner owner;
  WriterOptions options;
  options.post_to_owner = [&](std::function<void()> task) { owner.post(std::move(task)); };
  options.on_fatal = [](Error const&) { std::abort(); };
  options.checkpoint_bytes = 400'000;
  options.checkpoint_idle_bytes = 100'000;
  Writer writer(std::move(options), clock);
  auto const journal = writer.create(dir / "k", test_stream).value().id;
  auto const append = [&](std::size_t bytes) {
    bool done = false;
    REQUIRE(writer.append(journal, {{"note", "", std::string(bytes, 'x')}}, 0,
                          [&](Result<Appended>) { done = true; }));
    owner.run_until([&] { return done; });
  };
  auto const pass = [&] {
    for (int i = 0; i < 2; ++i) {
      bool done = false;
      writer.ping([&](Result<Appended>) { done = true; });
      owner.run_until([&] { return done; });
    }
  };
  std::uint64_t largest = 0;
  for (int i = 0; i < 200; ++i) {
    append(10'000);
    largest = std::max(largest, writer.status(journal).wal_bytes);
  }
  CHECK(largest >= 400'000);
  CHECK(largest < 600'000);
  auto const busy = writer.status().checkpoints;
  CHECK(busy >= 4);
  while (writer.status(journal).wal_bytes < 150'000 || writer.status(journal).wal_bytes > 300'000)
    append(10'000);
  auto const before = writer.status().checkpoints;
  clock.advance(1'999);
  pass();
  CHECK(writer.status().checkpoints == before);
  clock.advance(1);
  pass();
  CHECK(writer.status().checkpoints == before + 1);
  clock.advance(10'000);
  pass();
  CHECK(writer.status().checkpoints == before + 1);
  append(10);
  CHECK(writer.status(journal).wal_bytes < 50'000);
}

TEST_CASE("data is opened by one process: a second lock is refused until the first is gone") {
  TempDir dir;
  {
    auto const first = DataLock::take(dir.path());
    REQUIRE(first);
    CHECK(DataLock::take(dir.path()).error() == Errc::locked);
  }
  CHECK(DataLock::take(dir.path()));
  CHECK(DataLock::take(dir / "nowhere").error() == Errc::io_error);
}
