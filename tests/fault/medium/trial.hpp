#pragma once
// One box, two sticks and a spare in a folder of their own, driven at random; an oracle keeps what was acknowledged and
// what each stick was seen to hold. A promise that does not hold is a sentence in `violations`.

#include "base/clock.hpp"
#include "base/random.hpp"
#include "journal/entry_source.hpp"
#include "journal/writer.hpp"
#include "medium/follower.hpp"
#include "tests/fault/medium/faulty_files.hpp"

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace proktor::fault {

struct Template {
  std::filesystem::path box;  // DATA/box of an enrolled box with a recovery card
  std::string code{};
};

struct Counts {
  std::uint64_t acknowledged = 0;
  std::uint64_t on_medium = 0;  // the greatest watermark seen, in sum
  std::uint64_t tails = 0;      // lost tails that came back from the medium
  std::uint64_t rebuilt = 0;
  std::uint64_t restored = 0;
  std::uint64_t damaged = 0;
};

class Trial {
 public:
  Trial(std::filesystem::path root, Template const& box, std::uint64_t seed, Counts& counts);
  ~Trial();

  void run();
  std::vector<std::string> violations{};

 private:
  using History = std::vector<std::string>;  // bytes by lsn - 1; the first entry is not compared
  struct Stick {
    std::filesystem::path home;
    History promised{};  // what it held when it was last seen in step
  };

  void append();
  void steps();
  void plug(std::size_t which);
  void pull();
  void tear();
  void close();
  void open();
  void restart();
  void lose_tail();
  void destroy();
  void restore();
  void compare(std::filesystem::path const& data, History const& at_least, std::string const& after);
  History read(std::filesystem::path const& directory) const;
  std::filesystem::path data() const { return root_ / "data"; }
  std::filesystem::path mount() const { return root_ / "stik"; }
  std::filesystem::path journal() const { return data() / "kegiatan/uji"; }
  std::unique_ptr<journal::EntrySource> medium_source();
  void violate(std::string what) { violations.push_back(std::move(what)); }

  std::filesystem::path root_;
  std::string code_;
  SplitMix64 random_;
  Counts& counts_;
  ManualClock clock_{};
  std::array<Stick, 2> sticks_{};
  std::optional<std::size_t> plugged_{};
  std::unique_ptr<FaultyFiles> files_{};
  std::unique_ptr<medium::Follower> follower_{};
  std::unique_ptr<journal::Writer> writer_{};
  std::vector<std::function<void()>> tasks_{};
  std::mutex tasks_mutex_{};
  journal::JournalHandle handle_{};
  History acked_{};
};

}  // namespace proktor::fault
