#pragma once
// Memory that runs out inside a library, from its n-th allocation on, once or for good. What is tried so is every place
// where one of its calls can fail. A Memory (the template parameter) puts counted() in the way of the library's own
// allocations while it lives. One thread.

#include <catch2/catch.hpp>

#include <algorithm>
#include <cstdint>
#include <new>

namespace proktor::testing {

class Allocations {
 public:
  Allocations() = default;
  ~Allocations() { disarm(); }
  Allocations(Allocations const&) = delete;
  Allocations& operator=(Allocations const&) = delete;

  // at 0: nothing is refused, only counted.
  void plan(std::uint64_t at, bool for_good) { at_ = at, for_good_ = for_good; }
  void arm() { counts() = {true, 0, at_, for_good_}; }
  void disarm() { counts().armed = false; }
  std::uint64_t made() const { return counts().made; }  // while it was armed last

 protected:
  // True: this allocation is refused.
  static bool refused() {
    auto& now = counts();
    if (!now.armed) return false;
    ++now.made;
    return now.at != 0 && (now.for_good ? now.made >= now.at : now.made == now.at);
  }

 private:
  struct Counts {
    bool armed = false;
    std::uint64_t made = 0, at = 0;
    bool for_good = false;
  };
  static Counts& counts() {
    static Counts now;
    return now;
  }

  std::uint64_t at_ = 0;
  bool for_good_ = false;
};

// Does `work` again and again, each time with another allocation refused, about `trials` times over its whole length.
// `work` gets the Allocations disarmed; between arm() and disarm() it does what is tried, and it judges that.
template <class Memory, class Work>
void at_allocations(std::uint64_t trials, bool for_good, Work const& work) {
  Memory memory;
  memory.plan(0, for_good);
  work(memory);
  auto const total = memory.made();
  REQUIRE(total > 0);
  for (std::uint64_t at = 1; at <= total; at += std::max<std::uint64_t>(1, total / trials)) {
    INFO("allocation " << at << " of " << total << (for_good ? " and all after it" : ""));
    memory.plan(at, for_good);
    try {
      work(memory);
    } catch (std::bad_alloc const&) {
      memory.disarm();  // the program ends there, and nothing was promised
    }
  }
}

}  // namespace proktor::testing
