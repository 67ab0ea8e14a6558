#pragma once
// proktord's settings: one TOML file, checked as a whole (all faults listed, unknown keys refused), into one immutable
// struct. Every limit has a default, so the file may be absent. Read once at start.

#include "api/context.hpp"
#include "app/disk_guard.hpp"
#include "base/result.hpp"
#include "http/limits.hpp"
#include "journal/writer.hpp"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::app {

struct Settings {
  http::Limits web;
  api::Settings api;
  journal::WriterOptions journal;
  DiskLimits disk;
  DurationMs silent_ms = board::silent_ms;
  DurationMs drain_ms = 5'000;
  DurationMs park_ms = 20'000;  // from SIGPWR to the drain: each page's heartbeat of 10 s has come by then
  DurationMs check_after_ms = 15'000;  // from the start to the reading of whole chains behind: a start has more urgent work
  std::filesystem::path medium;  // [medium] path: where a stick or second disk is mounted; empty: none
  bool plain_http = false;  // [web] plain_http: no TLS on the web port; a banner on every page
};

// Errors: config_invalid, with every fault on a line of its own in the detail.
Result<Settings> parse_settings(std::string_view toml);
Result<Settings> read_settings(std::filesystem::path const& file);

}  // namespace proktor::app
