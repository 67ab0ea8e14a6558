#include "model.hpp"

#include "raw.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>

#include <dirent.h>

namespace proktor::fault::disk {
namespace {

constexpr std::size_t versions_between_syncs = 3;

std::vector<std::string> names_in(std::string const& path) {
  std::vector<std::string> out;
  DIR* const folder = ::opendir(path.c_str());
  if (folder == nullptr) return out;
  while (auto const* entry = ::readdir(folder)) {
    std::string_view const name(entry->d_name);
    if (name != "." && name != "..") out.emplace_back(name);
  }
  ::closedir(folder);
  std::sort(out.begin(), out.end());
  return out;
}

}  // namespace

thread_local bool Model::aside_ = false;

void Model::start(std::string root, std::uint64_t seed) {
  stop();
  Aside const aside;
  root_ = std::move(root);
  kept_ = root_ + ".kept";
  random_.seed(seed);
  forget();
  active_ = true;
}

void Model::stop() {
  if (!active_) return;
  Aside const aside;
  active_ = false;
  clear_descriptors(*this);
  std::error_code ignored;
  std::filesystem::remove_all(kept_, ignored);
}

// What is there now is what is durable.
void Model::forget() {
  clear_descriptors(*this);
  nodes_.clear();
  by_inode_.clear();
  unkept_promises_.clear();
  sequence_ = 0;
  reset_counters();
  std::error_code ignored;
  std::filesystem::remove_all(kept_, ignored);
  raw::make_directory_at(AT_FDCWD, kept_.c_str(), 0700);
  struct stat status {};
  if (!raw::status_at(AT_FDCWD, root_.c_str(), status)) return;
  top_ = make_node(status);
  scan(*top_, root_);
}

void Model::reset_counters() {
  trace.clear();
  operations = failures = cut_at = kill_at = 0;
  counts = {};
  failure = {};
  dead = false;
}

void Model::revive() {
  clear_descriptors(*this);
  reset_counters();
}

Node* Model::make_node(struct stat const& status) {
  auto& node = *nodes_.emplace_back(std::make_unique<Node>());
  node.model = this;
  node.id = nodes_.size();
  node.inode = status.st_ino;
  node.mode = status.st_mode & 07777U;
  node.directory = S_ISDIR(status.st_mode);
  node.size = static_cast<std::uint64_t>(status.st_size);
  by_inode_[node.inode] = &node;
  return &node;
}

void Model::scan(Node& folder, std::string const& path) {
  for (auto const& name : names_in(path)) {
    auto* const node = child({&folder, name});
    if (node != nullptr && node->directory) scan(*node, path + "/" + name);
  }
}

// A name that the model has not seen made counts as durable.
Node* Model::child(Place const& place) {
  if (auto const found = place.parent->now.find(place.name); found != place.parent->now.end())
    return found->second;
  auto const path = path_of(*place.parent) + "/" + place.name;
  struct stat status {};
  if (!raw::status_at(AT_FDCWD, path.c_str(), status, AT_SYMLINK_NOFOLLOW)) return nullptr;
  if (!S_ISREG(status.st_mode) && !S_ISDIR(status.st_mode)) return nullptr;
  auto* const known = node_of(status);
  auto* const node = known != nullptr ? known : make_node(status);
  node->holds_nothing = place.name.ends_with("-shm");
  if (keeps_contents && !node->directory && node->names == 0) {
    node->contents.resize(node->size);
    int const fd = raw::open_at(AT_FDCWD, path.c_str(), O_RDONLY);
    std::ignore = raw::read_at(fd, node->contents.data(), node->contents.size(), 0);
    raw::close(fd);
  }
  place.parent->durable[place.name] = place.parent->now[place.name] = node;
  ++node->uses, ++node->names;
  node->parent = place.parent;
  node->name = place.name;
  return node;
}

bool Model::fits(Op op, std::string_view what) const {
  if (!failure.only.empty() && failure.only != what) return false;
  switch (failure.fault) {
    case Fault::io_error:
      return op != Op::read || failure.reads;
    case Fault::no_space:
      return op == Op::create || op == Op::write || op == Op::mkdir || op == Op::link || op == Op::allocate ||
             op == Op::rename;
    case Fault::short_write:
      return op == Op::write;
    case Fault::failed_sync:
      return op == Op::sync || op == Op::sync_directory;
  }
  return false;
}

Step Model::next(Op op, std::string_view what) {
  constexpr std::array<char const*, op_count> words{"create",   "write",  "sync",  "sync folder", "truncate",
                                                    "rename",   "unlink", "mkdir", "rmdir",       "link",
                                                    "allocate", "close",  "read"};
  if (op == Op::read && !failure.reads) return {};
  ++operations;
  auto const kind = static_cast<std::size_t>(op);
  ++counts[kind];
  if (keeps_trace) trace.push_back(std::to_string(operations) + " " + words[kind] + " " + std::string(what));
  if (kill_at != 0 && operations >= kill_at) dead = true;
  if (dead) return {op == Op::read ? 0 : EIO, false, false};
  if (failure.at != 0 && operations >= failure.at && fits(op, what) && (failure.persistent || failures == 0)) {
    if (++failures == 1) failed_on = std::string(words[kind]) + " " + std::string(what);
    if (failure.fault == Fault::short_write) return {0, true, false};
    return {failure.fault == Fault::no_space ? ENOSPC : EIO, false, false};
  }
  return {0, false, operations == cut_at};
}

Place Model::place_of(int dir, char const* path) const {
  std::string whole(path);
  while (whole.size() > 1 && whole.back() == '/') whole.pop_back();
  auto const slash = whole.rfind('/');
  auto const parent =
      slash == std::string::npos ? std::string(".") : whole.substr(0, std::max<std::size_t>(slash, 1));
  struct stat status {};
  if (!raw::status_at(dir, parent.c_str(), status)) return {};
  auto* const node = node_of(status);
  if (node == nullptr || !node->directory) return {};
  return {node, slash == std::string::npos ? whole : whole.substr(slash + 1)};
}

Node* Model::node_of(struct stat const& status) const {
  auto const found = by_inode_.find(status.st_ino);
  return found == by_inode_.end() ? nullptr : found->second;
}

std::string Model::path_of(Node const& node) const {
  if (&node == top_) return root_;
  return node.parent == nullptr ? node.kept : path_of(*node.parent) + "/" + node.name;
}

void Model::before_write(Node& node, int fd, std::uint64_t offset, std::size_t count) {
  old_.clear();
  if (node.holds_nothing || count == 0) return;
  auto const first = offset / sector_bytes * sector_bytes;
  if (first >= node.size) return;
  auto const end = (offset + count + sector_bytes - 1) / sector_bytes * sector_bytes;
  old_.resize(static_cast<std::size_t>(std::min<std::uint64_t>(end, node.size) - first));
  auto const got = raw::read_at(fd, old_.data(), old_.size(), static_cast<off_t>(first));
  old_.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
}

void Model::after_write(Node& node, std::uint64_t offset, std::size_t count) {
  ++sequence_;
  if (node.holds_nothing || count == 0) return;
  auto const first = offset / sector_bytes;
  std::string_view const old(old_);
  for (auto sector = first; sector * sector_bytes < offset + count; ++sector) {
    auto const at = static_cast<std::size_t>(sector - first) * sector_bytes;
    remember(node, sector, at < old.size() ? old.substr(at, sector_bytes) : std::string_view());
  }
  if (offset + count > node.size) resize(node, offset + count);
}

void Model::remember(Node& node, std::uint64_t sector, std::string_view old) {
  auto& dirty = node.dirty[sector];
  dirty.gone = false;
  auto& versions = dirty.versions;
  auto const fresh = std::count_if(versions.begin(), versions.end(), [&](Version const& version) {
    return version.sequence > node.synced_sequence;
  });
  if (static_cast<std::size_t>(fresh) < versions_between_syncs)
    versions.push_back({sequence_, std::string(old)});
}

void Model::resize(Node& node, std::uint64_t size) {
  node.sizes.emplace_back(sequence_, node.size);
  node.size = size;
}

void Model::truncate(Node& node, int fd, std::uint64_t size, bool after) {
  if (!after)
    return before_write(node, fd, size, size < node.size ? static_cast<std::size_t>(node.size - size) : 0);
  ++sequence_;
  if (node.holds_nothing || size == node.size) return;
  std::string_view const old(old_);
  auto const first = size / sector_bytes;
  for (std::size_t at = 0; at < old.size(); at += sector_bytes)
    remember(node, first + at / sector_bytes, old.substr(at, sector_bytes));
  resize(node, size);
  if (keeps_contents) node.contents.resize(static_cast<std::size_t>(size));
}

void Model::sync(Node& node) {
  node.synced_sequence = sequence_;
  unkept_promises_.push_back({&node, sequence_});
  while (unkept_promises_.size() > lies) {
    auto const marker = unkept_promises_.front();
    unkept_promises_.pop_front();
    apply(*marker.node, marker.sequence);
  }
}

void Model::apply(Node& node, std::uint64_t sequence) {
  if (node.directory) return apply_names(node, sequence);
  auto const done = [sequence](auto const& version) { return version.sequence <= sequence; };
  for (auto it = node.dirty.begin(); it != node.dirty.end();) {
    auto& versions = it->second.versions;
    if (!it->second.gone)
      versions.erase(versions.begin(), std::find_if_not(versions.begin(), versions.end(), done));
    it = versions.empty() ? node.dirty.erase(it) : std::next(it);
  }
  std::erase_if(node.sizes, [sequence](auto const& size) { return size.first <= sequence; });
  if (node.parent == nullptr) return;
  for (auto& op : node.parent->pending) {
    for (auto const& change : op.changes) {
      if (change.node == &node && op.sequence <= sequence) op.file_synced = true;
    }
  }
}

// Linux: the pages count as clean, some reached the disk and some never will.
void Model::fail_sync(Node& node) {
  for (auto it = node.dirty.begin(); it != node.dirty.end();) {
    if (it->second.gone || chance(50)) {
      it->second.gone = true;
      ++it;
    } else {
      it = node.dirty.erase(it);
    }
  }
}

}  // namespace proktor::fault::disk
