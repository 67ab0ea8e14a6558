#pragma once
// `proktor restore`: makes a spare computer the box whose second medium is plugged in. docs/protocol.md, "Second medium"
// and "Recovery". Everything is opened and checked, then written into a sibling of DATA, which gets DATA's name at the
// end: each kegiatan whole or not at all, and nothing when none can be read. Each journal becomes a new stream. Called
// from main only.

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace proktor::recovery {

struct RestoreOptions {
  std::filesystem::path from;  // the medium: what holds proktor-cadangan, or that folder itself
  std::filesystem::path data;  // missing or empty
  std::string box{};           // of several on one medium
};

struct RestoredJournal {
  std::string folder{};
  std::string title{};  // of the kegiatan; empty for the box's own journal
  std::uint64_t participants = 0;
  std::uint64_t attempts = 0;
  std::uint64_t entries = 0;
  TimeMs last_at_ms = 0;
  std::uint64_t damaged_frames = 0;  // what they held is missing, or was elsewhere too
};

// What of the medium cannot be read; it stays there as it is.
struct MissingEvent {
  std::string id{};
  Error why{};
};

struct Restored {
  std::string box{};
  std::string name{};
  std::string fingerprint{};
  std::vector<RestoredJournal> journals{};
  std::vector<MissingEvent> missing{};
  std::uint64_t packages = 0;
};

// The boxes on the medium. Errors: not_found (no medium there), io_error.
Result<std::vector<std::string>> boxes_on(RestoreOptions const& options);

// Errors: already_enrolled (DATA is not empty), not_found (no such box, or no recovery card was ever made for it),
// decrypt_failed (wrong code), those of the disk, and journal_corrupt or package_invalid when the box's own journal or
// every kegiatan is damaged. Nothing stays behind then.
Result<Restored> restore(RestoreOptions const& options, std::string const& code, Random& random, TimeMs now_ms);

// 0: all of it; 3: without the kegiatan that it names; 1, 2: nothing was restored.
int run_restore(RestoreOptions const& options);

}  // namespace proktor::recovery
