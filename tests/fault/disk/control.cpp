// The functions of disk.hpp.

#include "disk.hpp"

#include "model.hpp"

#include <pthread.h>

namespace proktor::fault::disk {
namespace {

using Lock = std::lock_guard<std::mutex>;

Model& model(std::size_t disk = 0) {
  return Model::all().at(disk);
}

}  // namespace

void start(std::filesystem::path const& root, std::uint64_t seed, std::size_t disk) {
  // A child shares the files, but not the model's memory: it goes past it.
  [[maybe_unused]] static int const once = ::pthread_atfork(nullptr, nullptr, [] {
    for (auto& model : Model::all()) model.deactivate();
  });
  Lock const lock(Model::mutex);
  model(disk).start(std::filesystem::canonical(root).string(), seed);
}

void stop(std::size_t disk) {
  Lock const lock(Model::mutex);
  model(disk).stop();
}

std::uint64_t operations(std::size_t disk) {
  Lock const lock(Model::mutex);
  return model(disk).operations;
}

Counts counts(std::size_t disk) {
  Lock const lock(Model::mutex);
  return model(disk).counts;
}

void cut_at(std::uint64_t at, std::size_t disk) {
  Lock const lock(Model::mutex);
  model(disk).cut_at = at;
}

void cut_now(std::size_t disk) {
  Lock const lock(Model::mutex);
  model(disk).cut();
}

bool is_cut(std::size_t disk) {
  Lock const lock(Model::mutex);
  return model(disk).dead;
}

void restore_image(std::size_t disk) {
  Lock const lock(Model::mutex);
  model(disk).restore();
}

void kill_at(std::uint64_t at, std::size_t disk) {
  Lock const lock(Model::mutex);
  model(disk).kill_at = at;
}

void revive(std::size_t disk) {
  Lock const lock(Model::mutex);
  model(disk).revive();
}

void fail(Failure const& failure, std::size_t disk) {
  Lock const lock(Model::mutex);
  model(disk).failure = failure;
  model(disk).failures = 0;
}

std::uint64_t failures(std::size_t disk) {
  Lock const lock(Model::mutex);
  return model(disk).failures;
}

std::string failed_on(std::size_t disk) {
  Lock const lock(Model::mutex);
  return model(disk).failed_on;
}

void lie(std::size_t syncs, std::size_t disk) {
  Lock const lock(Model::mutex);
  model(disk).lies = syncs;
}

void delay_syncs(unsigned milliseconds) {
  Lock const lock(Model::mutex);
  model().sync_delay_ms = milliseconds;
}

void keep_contents(bool contents) {
  Lock const lock(Model::mutex);
  model().keeps_contents = contents;
}

std::string difference(std::size_t disk) {
  Lock const lock(Model::mutex);
  return model(disk).difference();
}

void keep_trace(bool kept) {
  Lock const lock(Model::mutex);
  model().keeps_trace = kept;
}

std::vector<std::string> trace() {
  Lock const lock(Model::mutex);
  return model().trace;
}

}  // namespace proktor::fault::disk
