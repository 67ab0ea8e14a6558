#pragma once
// proktor-sync's one TOML file, checked as a whole: every mistake is listed, unknown keys are refused.
// Immutable after reading.

#include "base/result.hpp"

#include <chrono>
#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>

namespace proktor::sync {

struct SyncConfig {
  std::filesystem::path box_dir{};         // DATA/box, made by `proktor enrol`
  std::filesystem::path feed_socket{};     // proktord's
  std::filesystem::path control_socket{};  // proktord's
  std::filesystem::path spool_dir{};       // this program's own
  std::string centre_url{};                // empty: the enrolment's

  std::size_t segment_bytes_max = 256 * 1024;  // of feed lines; a segment is sealed when it is passed
  std::chrono::milliseconds segment_interval{
      300'000};  // and at the latest this long after its first entry, +-20 %
  std::size_t chunk_bytes_first = 16 * 1024;
  std::size_t chunk_bytes_max = 1024 * 1024;
  std::chrono::milliseconds backoff_first{5'000};
  std::chrono::milliseconds backoff_max{900'000};
  std::chrono::milliseconds refused_retry{3'600'000};  // after a refusal by the centre
  std::chrono::milliseconds local_retry{2'000};        // while proktord is away
  std::chrono::milliseconds status_interval{
      15'000};  // how often proktord hears the state, and journals are listed
};

// Seconds are numbers, fractions allowed. Errors: config_invalid; the detail holds one line per mistake.
Result<SyncConfig> parse_config(std::string_view toml);
Result<SyncConfig> load_config(std::filesystem::path const& path);

}  // namespace proktor::sync
