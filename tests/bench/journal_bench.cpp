// What one event costs the writer's thread: CPU per row by batch size, and commits per second, on this disk.
// Prints a table; passes no judgement on time. Usage: journal_bench [DIRECTORY] [ROWS]

#include "base/clock.hpp"
#include "base/random.hpp"
#include "core/chain.hpp"
#include "journal/store.hpp"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <string>
#include <vector>

using namespace proktor;
using namespace proktor::journal;

namespace {

constexpr std::size_t attempts = 1'500;
constexpr std::size_t items = 40;

double thread_cpu_us() {
  timespec now{};
  ::clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) * 1e6 + static_cast<double>(now.tv_nsec) / 1e3;
}

[[noreturn]] void give_up(Error const& error) {
  std::fprintf(stderr, "%s\n", describe(error).c_str());
  std::exit(1);
}

core::NewEntry event_of(SplitMix64& random, std::vector<std::uint64_t>& seqs) {
  auto const number = random.below(attempts);
  core::AttemptId attempt{};
  attempt[0] = static_cast<std::uint8_t>(number >> 8U), attempt[1] = static_cast<std::uint8_t>(number);
  auto const seq = ++seqs[number];
  auto const item = std::to_string(random.below(items) + 1);
  return {"event", core::format_subject({attempt, {0, 1}, seq, 1'234'567, {}}),
          R"({"v":1,"seq":)" + std::to_string(seq) + R"(,"kind":"answer","item":"i)" + item +
              R"(","value":{"r1":"c3"},"t":1834220})",
          "69900001"};
}

void measure(std::filesystem::path const& directory, std::size_t batch, std::size_t rows) {
  std::filesystem::remove_all(directory);
  auto store = Store::create(directory, Bytes16{1});
  if (!store) give_up(store.error());
  SplitMix64 random(1);
  std::vector<std::uint64_t> seqs(attempts);
  WriterOptions const options;
  double cpu_us = 0;
  auto const started = std::chrono::steady_clock::now();
  std::size_t done = 0;
  while (done < rows) {
    std::vector<core::NewEntry> entries;
    for (std::size_t i = 0; i < batch; ++i) entries.push_back(event_of(random, seqs));
    auto const before_us = thread_cpu_us();
    if (auto begun = (*store)->begin(); !begun) give_up(begun.error());
    for (auto& entry : entries) {
      if (auto added = (*store)->add(std::move(entry), 0, 1'795'400'000'000); !added) give_up(added.error());
    }
    if (auto committed = (*store)->commit(); !committed) give_up(committed.error());
    if ((*store)->checkpoint_due(options, false)) {
      if (auto checked = (*store)->checkpoint(options); !checked) give_up(checked.error());
    }
    cpu_us += thread_cpu_us() - before_us;
    done += batch;
  }
  std::chrono::duration<double> const wall = std::chrono::steady_clock::now() - started;
  std::printf("%8zu %10zu %14.1f %14.0f %12.0f\n", batch, done, cpu_us / static_cast<double>(done),
              static_cast<double>(done) / wall.count(), static_cast<double>(done / batch) / wall.count());
}

}  // namespace

int main(int argc, char** argv) {
  std::filesystem::path const base = argc > 1 ? argv[1] : std::filesystem::temp_directory_path();
  auto const rows = argc > 2 ? std::strtoull(argv[2], nullptr, 10) : 200'000ULL;
  std::string name = (base / "proktor-journal-bench-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) return 1;
  std::printf("%8s %10s %14s %14s %12s\n", "batch", "rows", "CPU us/row", "rows/s", "commits/s");
  for (std::size_t const batch : {1U, 8U, 64U, 256U, 512U}) {
    measure(std::filesystem::path(name) / "k", batch, batch == 1 ? rows / 50 : rows);
  }
  std::filesystem::remove_all(name);
}
