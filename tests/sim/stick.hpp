#pragma once
// The second medium of the simulated box: two sticks, each with a simulated disk of its own, and the port that one of
// them is in. What the product's Hand does in a process of its own the port does here, directly (DirectFiles); the
// product's Follower runs in the one thread there is. Keeps what each stick was seen to hold.

#include "machine.hpp"
#include "plan.hpp"

#include "disk.hpp"
#include "journal/reader.hpp"
#include "medium/medium.hpp"

#include <array>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace proktor::sim {

// What makes an entry the same one in a stream that continues another.
Bytes32 digest_of(journal::Entry const& entry);
using Digests = std::vector<Bytes32>;  // by lsn - 1

class Port final : public medium::Files {
 public:
  static constexpr std::size_t stick_count = 2;
  static constexpr std::size_t first_disk = 1;  // of fault::disk; 0 is the box's

  Port(World& world, std::filesystem::path const& root, std::uint64_t seed);
  ~Port() override;

  void plug(std::size_t stick);
  void pull();               // whatever was not synced may be gone, and is torn where it was being written
  void power_cut();          // the stick stays where it is
  void make_silent(bool silent) { silent_ = silent; }
  std::optional<std::size_t> plugged() const { return plugged_; }
  bool torn() const;         // pulled in the middle of a write: pull() is due
  std::size_t disk() const { return first_disk + plugged_.value_or(0); }
  bool answers() const { return plugged_ && !silent_ && !sticks_.at(*plugged_).failing; }
  void make_failing(fault::disk::Failure const& failure);  // from now on, the plugged one
  void heal(std::size_t stick);

  // The plugged stick was seen to hold the stream's entries up to here; null: nothing yet.
  void saw(Bytes16 const& stream, journal::Entry const& entry);
  std::size_t seen(Bytes16 const& stream) const;
  std::map<Bytes16, Digests> const& promised(std::size_t stick) const { return sticks_.at(stick).promised; }
  std::filesystem::path const& folder(std::size_t stick) const { return sticks_.at(stick).folder; }

  Result<medium::Place> look() override;
  Result<std::vector<std::string>> list(std::string const& path) override;
  Result<std::uint64_t> size(std::string const& path) override;
  Result<std::string> read(std::string const& path, std::uint64_t offset, std::size_t count) override;
  Result<void> append(std::string const& path, std::uint64_t at, std::string_view bytes) override;
  Result<void> cut(std::string const& path, std::uint64_t size) override;
  Result<void> rename(std::string const& from, std::string const& to) override;

 private:
  struct Stick {
    std::filesystem::path folder{};
    std::map<Bytes16, Digests> promised{};
    bool failing = false;
  };
  template <class Work>
  auto reach(Work work) -> decltype(work());

  World& world_;
  std::array<Stick, stick_count> sticks_{};
  std::optional<std::size_t> plugged_{};
  std::optional<medium::DirectFiles> files_{};
  bool silent_ = false;
};

// The product's second medium without thread and process; of one life of the box.
class SimMedium final : public medium::Medium {
 public:
  SimMedium(World& world, Plan const& plan, Port& port, std::string exam_folder)
      : world_(world), plan_(plan), port_(port), exam_folder_(std::move(exam_folder)) {}

  medium::Files& files_at_start() override { return port_; }
  void follow(Clock& clock, medium::Keys keys, std::filesystem::path data, medium::Journals journals) override;
  std::optional<medium::Status> status() const override;
  void step();

 private:
  void note(medium::Followed const& exam);

  World& world_;
  Plan const& plan_;
  Port& port_;
  std::string exam_folder_;
  std::filesystem::path data_{};
  medium::Journals journals_{};
  std::optional<medium::Follower> follower_{};
  std::optional<journal::Reader> reader_{};
};

}  // namespace proktor::sim
