#pragma once
// The world of one seed: true time, the queue of what happens next, one source of randomness, the trace and its hash,
// counters of rare paths, and what the checkers complained about. One thread.

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/random.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace proktor::sim {

enum class Rare : std::uint8_t {
#define PROKTOR_SIM_RARE(name, meaning) name,
#include "rare_list.inc"
#undef PROKTOR_SIM_RARE
};
struct RareText {
  std::string_view name, meaning;
};
std::vector<RareText> const& rare_texts();
using RareCounts = std::vector<std::uint64_t>;

class World {
 public:
  World(std::uint64_t seed, bool show_trace);
  ~World();
  World(World const&) = delete;
  World& operator=(World const&) = delete;

  DurationMs now_ms() const { return now_ms_; }  // true time since the run began
  Random& random() { return random_; }
  std::uint64_t below(std::uint64_t limit) { return random_.below(limit); }
  DurationMs between(DurationMs least, DurationMs most) {
    return least + static_cast<DurationMs>(below(static_cast<std::uint64_t>(most - least) + 1));
  }
  bool chance(unsigned per_mille) { return below(1000) < per_mille; }

  void after(DurationMs delay_ms, std::function<void()> what);
  bool step(DurationMs until_ms);  // the next thing; false: nothing more until then

  // Part of the trace: two runs of a seed must say the same.
  void say(std::string_view line);
  std::string trace_hash() const { return hex(trace_); }

  void reach(Rare rare) { ++rare_.at(static_cast<std::size_t>(rare)); }
  RareCounts const& rare() const { return rare_; }

  // A promise was broken.
  void blame(std::string_view checker, std::string const& what);
  std::vector<std::string> const& violations() const { return violations_; }

 private:
  std::int64_t now_ms_ = 0;
  std::uint64_t next_ = 0;
  std::map<std::pair<std::int64_t, std::uint64_t>, std::function<void()>> queue_;
  SplitMix64 random_;
  bool show_trace_;
  Bytes32 trace_{};
  RareCounts rare_;
  std::vector<std::string> violations_;
};

}  // namespace proktor::sim
