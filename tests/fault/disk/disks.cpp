// All the disks of the program, and which of them a path or an open file is on.

#include "model.hpp"
#include "raw.hpp"

#include <algorithm>
#include <atomic>

namespace proktor::fault::disk {
namespace {

constexpr int descriptors_max = 65'536;
std::atomic<int> descriptors_used = 0;

std::array<std::atomic<Node*>, descriptors_max>& descriptors() {
  static std::array<std::atomic<Node*>, descriptors_max> table;
  return table;
}

}  // namespace

Node* node_at(int fd) {
  return fd < 0 || fd >= descriptors_max ? nullptr : descriptors()[static_cast<std::size_t>(fd)].load();
}

void set_node_at(int fd, Node* node) {
  if (fd < 0 || fd >= descriptors_max) return;
  descriptors()[static_cast<std::size_t>(fd)] = node;
  if (node != nullptr && fd >= descriptors_used) descriptors_used = fd + 1;
}

void clear_descriptors(Model const& model) {
  for (int fd = 0; fd < descriptors_used; ++fd) {
    auto const* const node = node_at(fd);
    if (node != nullptr && node->model == &model) set_node_at(fd, nullptr);
  }
}

std::array<Model, disks_max>& Model::all() {
  static auto* const models = new std::array<Model, disks_max>;  // outlives whatever closes files at exit
  return *models;
}

bool Model::any_active() {
  return std::any_of(all().begin(), all().end(), [](Model const& model) { return model.active(); });
}

Model* Model::holding(int dir, char const* path) {
  struct stat status {};
  bool const there = raw::status_at(dir, path, status);
  for (auto& model : all()) {
    if (!model.active()) continue;
    if ((there && model.node_of(status) != nullptr) || model.place_of(dir, path).parent != nullptr) return &model;
  }
  return nullptr;
}

void Model::deactivate() {
  active_ = false;
  clear_descriptors(*this);
}

}  // namespace proktor::fault::disk
