#pragma once
// An event directory read and checked as a whole: event.toml, participants.csv and the packages they name.
// Sends nothing, writes nothing. Blocking; one thread.

#include "provisioning/import/event.hpp"
#include "provisioning/import/finding.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace proktor::importing {

struct PackageFile {
  std::string name;    // inside the directory
  std::string sha256;  // of the whole file as it was checked
  std::uint64_t bytes = 0;
};

struct EventDirectory {
  EventData event;
  std::vector<PackageFile> packages;  // each once, in the order of the tests
};

// With any finding the result must not be used.
EventDirectory read_event_directory(std::filesystem::path const& directory, Findings& findings);

}  // namespace proktor::importing
