// LD_PRELOAD: the model runs from the program's first instruction to its end, as the environment says.
//   PROKTOR_DISK_ROOT     the folder; without it the library does nothing
//   PROKTOR_DISK_SEED     of all random choices
//   PROKTOR_DISK_CUT      the operation at which power goes: the folder becomes the image, the process ends
//   by SIGKILL PROKTOR_DISK_FAIL     AT:KIND[:always][:reads], KIND eio, enospc, short, fsync
//   PROKTOR_DISK_LIE      syncs that a cut forgets
//   PROKTOR_DISK_DELAY    milliseconds of each sync
//   PROKTOR_DISK_COUNT    a file that gets the number of operations, and what went past the model, at an
//   orderly exit PROKTOR_DISK_PROGRAM  only a program of this name is modelled (what it starts is not)

#include "disk.hpp"
#include "model.hpp"

#include <cstdlib>
#include <fstream>

#include <unistd.h>

namespace proktor::fault::disk {
namespace {

std::string setting(char const* name) {
  auto const* const value = std::getenv(name);
  return value == nullptr ? std::string() : std::string(value);
}

std::uint64_t number(char const* name) {
  return std::strtoull(setting(name).c_str(), nullptr, 10);
}

Failure failure_of(std::string const& text) {
  Failure out;
  if (text.empty()) return out;
  auto const has = [&text](char const* word) { return text.find(word) != std::string::npos; };
  out.at = std::strtoull(text.c_str(), nullptr, 10);
  out.fault = has(":enospc")  ? Fault::no_space
              : has(":short") ? Fault::short_write
              : has(":fsync") ? Fault::failed_sync
                              : Fault::io_error;
  out.persistent = has(":always");
  out.reads = has(":reads");
  return out;
}

void finish() {
  if (!Model::any_active()) return;
  auto const count = operations();
  auto const past = difference();
  stop();
  std::ofstream(setting("PROKTOR_DISK_COUNT")) << count << "\n" << past;
}

__attribute__((constructor)) void begin() {
  auto const root = setting("PROKTOR_DISK_ROOT");
  auto const program = setting("PROKTOR_DISK_PROGRAM");
  if (root.empty()) return;
  std::error_code ignored;
  auto const self = std::filesystem::read_symlink("/proc/self/exe", ignored).filename().string();
  if (!program.empty() && self != program) return;
  start(root, number("PROKTOR_DISK_SEED"));
  auto& model = Model::all().front();
  model.ends_process = true;
  model.cut_at = number("PROKTOR_DISK_CUT");
  model.lies = number("PROKTOR_DISK_LIE");
  model.sync_delay_ms = static_cast<unsigned>(number("PROKTOR_DISK_DELAY"));
  model.failure = failure_of(setting("PROKTOR_DISK_FAIL"));
  if (!setting("PROKTOR_DISK_COUNT").empty()) std::atexit(finish);
}

}  // namespace
}  // namespace proktor::fault::disk
