#include "world.hpp"

#include "base/crypto.hpp"
#include "base/loop_clock.hpp"

#include <cerrno>
#include <cstdio>

#include <sys/timerfd.h>

// Asio asks for timers at every turn of a loop only where the kernel has no timer descriptors; with one, a timer would
// wait for real time. Linked before libc, this takes them away.
extern "C" int timerfd_create(clockid_t, int) noexcept {
  errno = EINVAL;
  return -1;
}

namespace proktor::sim {

std::vector<RareText> const& rare_texts() {
  static std::vector<RareText> const texts{
#define PROKTOR_SIM_RARE(name, meaning) {#name, meaning},
#include "rare_list.inc"
#undef PROKTOR_SIM_RARE
  };
  return texts;
}

World::World(std::uint64_t seed, bool show_trace)
    : random_(seed), show_trace_(show_trace), rare_(rare_texts().size()) {
  LoopClock::simulated_ms = &now_ms_;
}

World::~World() { LoopClock::simulated_ms = nullptr; }

void World::after(DurationMs delay_ms, std::function<void()> what) {
  queue_.emplace(std::pair(now_ms_ + delay_ms, next_++), std::move(what));
}

bool World::step(DurationMs until_ms) {
  if (queue_.empty() || queue_.begin()->first.first > until_ms) {
    now_ms_ = until_ms;
    return false;
  }
  auto node = queue_.extract(queue_.begin());
  now_ms_ = node.key().first;
  node.mapped()();
  return true;
}

void World::say(std::string_view line) {
  std::string input(text_of(trace_));
  append_u64_be(input, static_cast<std::uint64_t>(now_ms_));
  input.append(line);
  trace_ = sha256(input);
  if (show_trace_) std::printf("%9lld %.*s\n", static_cast<long long>(now_ms_), static_cast<int>(line.size()), line.data());
}

void World::blame(std::string_view checker, std::string const& what) {
  std::string line = std::string(checker) + ": " + what;
  say("VIOLATION " + line);
  violations_.push_back(std::move(line));
}

}  // namespace proktor::sim
