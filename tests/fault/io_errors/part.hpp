#pragma once
// What the sweep of io_parts.cpp drives: a part of the way on which an entry goes after the journal, used as its program
// uses it, with its own files under one folder. Everything else is made before the disk is modelled.

#include "tests/unit/sync/world.hpp"

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

namespace proktor::fault {

class Part {
 public:
  virtual ~Part() = default;
  // Goes on from where it stands, trying again as the program does, for a bounded time. True: all is done.
  virtual bool act() = 0;
  // The process is gone; what comes next starts anew.
  virtual void forget() = 0;
  // What does not hold of what was promised so far; empty: all does. Opens the files anew.
  virtual std::string broken() = 0;
  virtual std::uint64_t promised() const = 0;
};

// Keys, an enrolled box, its log and its segments.
struct Material {
  sync::testing::Place place{};
  sync::BoxFiles box = place.enrol("KOTAK-1");
  sync::testing::TestJournal journal{"KOTAK-1", 6};
  Material() { journal.add_people(8); }
};

std::unique_ptr<Part> make_spool(Material const& material, std::filesystem::path const& root);
std::unique_ptr<Part> make_gateway(Material const& material, std::filesystem::path const& root);
std::unique_ptr<Part> make_opener(Material const& material, std::filesystem::path const& root);
std::unique_ptr<Part> make_medium(Material const& material, std::filesystem::path const& root);

}  // namespace proktor::fault
