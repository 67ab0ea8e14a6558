// The functions of disk.hpp.

#include "disk.hpp"

#include "model.hpp"

#include <pthread.h>

namespace proktor::fault::disk {
namespace {

using Lock = std::lock_guard<std::mutex>;

Model& model() {
  return Model::get();
}

}  // namespace

void start(std::filesystem::path const& root, std::uint64_t seed) {
  // A child shares the files, but not the model's memory: it goes past it.
  [[maybe_unused]] static int const once = ::pthread_atfork(nullptr, nullptr, [] {
    Model::get().deactivate();
    clear_descriptors();
  });
  Lock const lock(model().mutex);
  model().start(std::filesystem::canonical(root).string(), seed);
}

void stop() {
  Lock const lock(model().mutex);
  model().stop();
}

std::uint64_t operations() {
  Lock const lock(model().mutex);
  return model().operations;
}

Counts counts() {
  Lock const lock(model().mutex);
  return model().counts;
}

void cut_at(std::uint64_t at) {
  Lock const lock(model().mutex);
  model().cut_at = at;
}

void cut_now() {
  Lock const lock(model().mutex);
  model().cut();
}

bool is_cut() {
  Lock const lock(model().mutex);
  return model().dead;
}

void restore_image() {
  Lock const lock(model().mutex);
  model().restore();
}

void kill_at(std::uint64_t at) {
  Lock const lock(model().mutex);
  model().kill_at = at;
}

void revive() {
  Lock const lock(model().mutex);
  model().revive();
}

void fail(Failure const& failure) {
  Lock const lock(model().mutex);
  model().failure = failure;
  model().failures = 0;
}

std::uint64_t failures() {
  Lock const lock(model().mutex);
  return model().failures;
}

std::string failed_on() {
  Lock const lock(model().mutex);
  return model().failed_on;
}

void lie(std::size_t syncs) {
  Lock const lock(model().mutex);
  model().lies = syncs;
}

void delay_syncs(unsigned milliseconds) {
  Lock const lock(model().mutex);
  model().sync_delay_ms = milliseconds;
}

void keep_contents(bool contents) {
  Lock const lock(model().mutex);
  model().keeps_contents = contents;
}

std::string difference() {
  Lock const lock(model().mutex);
  return model().difference();
}

void keep_trace(bool kept) {
  Lock const lock(model().mutex);
  model().keeps_trace = kept;
}

std::vector<std::string> trace() {
  Lock const lock(model().mutex);
  return model().trace;
}

}  // namespace proktor::fault::disk
