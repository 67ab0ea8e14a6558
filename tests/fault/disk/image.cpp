// What a power cut leaves: names by folder, contents by sector; and the comparison of model and folder.

#include "model.hpp"
#include "raw.hpp"

#include <algorithm>
#include <cerrno>
#include <csignal>

#include <dirent.h>

namespace proktor::fault::disk {

void Model::cut() {
  dead = true;
  if (!ends_process) return;
  restore();
  raw::call(SYS_kill, static_cast<long>(::getpid()), static_cast<long>(SIGKILL));
  for (;;) ::pause();
}

std::map<Node*, Model::Names> Model::choose_names() {
  bool const ext4 = chance(50);
  unsigned const style =
      static_cast<unsigned>(below(4));  // nothing kept, all kept, any prefix (twice as often)
  std::map<Node*, std::size_t> kept;
  for (auto const& node : nodes_) {
    if (!node->directory) continue;
    auto const count = node->pending.size();
    std::size_t prefix = style == 0 ? 0 : style == 1 ? count : below(count + 1);
    for (std::size_t i = 0; i < count && ext4; ++i) {
      if (node->pending[i].file_synced) prefix = std::max(prefix, i + 1);
    }
    kept[node.get()] = prefix;
  }
  // A move is in both folders or in none: the other folder goes at least as far.
  for (bool again = true; std::exchange(again, false);) {
    for (auto const& [folder, prefix] : kept) {
      for (std::size_t i = 0; i < prefix; ++i) {
        if (!folder->pending[i].moves) continue;
        for (auto& [other, reach] : kept) {
          for (std::size_t j = reach; j < other->pending.size(); ++j) {
            if (other != folder && other->pending[j].sequence == folder->pending[i].sequence)
              reach = j + 1, again = true;
          }
        }
      }
    }
  }
  std::map<Node*, Names> out;
  for (auto const& [folder, prefix] : kept) {
    auto names = folder->durable;
    for (std::size_t i = 0; i < prefix; ++i) {
      for (auto const& change : folder->pending[i].changes) {
        if (change.node == nullptr)
          names.erase(change.name);
        else
          names[change.name] = change.node;
      }
    }
    out[folder] = std::move(names);
  }
  return out;
}

std::string Model::settled_sector(Node const& node, std::uint64_t sector, DirtySector const& dirty, int fd,
                                  unsigned kept) {
  auto const at = sector * sector_bytes;
  auto padded = [](std::string bytes) { return bytes.resize(sector_bytes, '\0'), bytes; };
  auto oldest = padded(dirty.versions.front().bytes);
  if (dirty.gone || at >= node.size || !chance(kept)) return oldest;
  std::string newest(sector_bytes, '\0');
  std::ignore = raw::read_at(fd, newest.data(), newest.size(), static_cast<off_t>(at));
  auto const& between = dirty.versions[below(dirty.versions.size())].bytes;
  switch (below(4)) {
    case 0: {  // torn
      auto const torn = below(sector_bytes);
      return newest.substr(0, torn) + oldest.substr(torn);
    }
    case 1:
      return padded(between);
    default:
      return newest;
  }
}

// Writes what is left of the file into the file itself.
void Model::settle(Node& node) {
  if (node.dirty.empty() && node.sizes.empty() && !node.holds_nothing) return;
  int const fd = raw::open_at(AT_FDCWD, path_of(node).c_str(), O_RDWR);
  if (fd < 0) return;
  if (node.holds_nothing) {
    std::string noise(node.size, static_cast<char>(below(256)));
    raw::write_at(fd, noise.data(), noise.size(), 0);
    raw::close(fd);
    return;
  }
  constexpr std::array<unsigned, 5> styles{0, 20, 50, 90, 100};
  auto const kept = styles[below(styles.size())];
  std::vector<std::pair<std::uint64_t, std::string>> sectors;
  for (auto const& [sector, dirty] : node.dirty)
    sectors.emplace_back(sector, settled_sector(node, sector, dirty, fd, kept));
  auto size = node.size;
  if (!node.sizes.empty() && kept < 100) {
    auto const first = node.sizes.front().second;
    auto const low = std::min(first, node.size);
    auto const high = std::max(first, node.size);
    size = kept == 0 || chance(30) ? first : chance(30) ? node.size : low + below(high - low + 1);
  }
  raw::truncate(fd, static_cast<off_t>(size));
  for (auto const& [sector, bytes] : sectors) {
    auto const at = sector * sector_bytes;
    if (at < size)
      raw::write_at(fd, bytes.data(),
                    static_cast<std::size_t>(std::min<std::uint64_t>(sector_bytes, size - at)),
                    static_cast<off_t>(at));
  }
  raw::close(fd);
}

// Files that somebody else made are as durable as they were before.
void Model::adopt_strangers(Node& folder) {
  scan(folder, path_of(folder));
}

void Model::restore() {
  if (!active_) return;
  Aside const aside;
  adopt_strangers(*top_);
  auto const target = choose_names();
  std::vector<Node*> waiting{top_};
  bool changed = false;
  while (!waiting.empty()) {
    auto* const folder = waiting.back();
    waiting.pop_back();
    auto const& names = target.at(folder);
    changed = changed || names != folder->now;
    for (auto const& [name, node] : names) {
      if (node->directory)
        waiting.push_back(node);
      else if (node->parent != nullptr || !node->kept.empty())
        settle(*node);
    }
  }
  if (changed) rebuild(target);
  forget();
}

// What is not the model's (a socket, a link) stays, and its folder with it.
void Model::clear(Node const& folder) {
  for (auto const& [name, node] : folder.now) {
    auto const path = path_of(folder) + "/" + name;
    if (node->directory) clear(*node);
    raw::unlink_at(AT_FDCWD, path.c_str(), node->directory ? AT_REMOVEDIR : 0);
  }
}

void Model::rebuild(std::map<Node*, Names> const& target) {
  auto const stage_of = [this](Node const& node) { return kept_ + "/s" + std::to_string(node.id); };
  for (auto const& [folder, names] : target) {
    for (auto const& [name, node] : names) {
      if (!node->directory) raw::link_at(AT_FDCWD, path_of(*node).c_str(), AT_FDCWD, stage_of(*node).c_str());
    }
  }
  clear(*top_);
  std::vector<std::pair<Node*, std::string>> waiting{{top_, root_}};
  while (!waiting.empty()) {
    auto const [folder, path] = waiting.back();
    waiting.pop_back();
    for (auto const& [name, node] : target.at(folder)) {
      auto const place = path + "/" + name;
      if (node->directory) {
        raw::make_directory_at(AT_FDCWD, place.c_str(), node->mode);
        waiting.emplace_back(node, place);
      } else if (!node->holds_nothing || chance(50)) {
        raw::link_at(AT_FDCWD, stage_of(*node).c_str(), AT_FDCWD, place.c_str());
      }
    }
  }
}

void Model::compare(Node const& folder, std::string const& path, std::string& out) const {
  auto expected = folder.now;
  for (auto const& entry : std::filesystem::directory_iterator(path)) {
    auto const name = entry.path().filename().string();
    auto const found = expected.find(name);
    if (found == expected.end()) {
      out += "unknown: " + entry.path().string() + "\n";
      continue;
    }
    auto const& node = *found->second;
    expected.erase(found);
    if (node.directory) {
      compare(node, entry.path().string(), out);
      continue;
    }
    if (node.holds_nothing) continue;
    if (entry.file_size() != node.size) out += "size: " + entry.path().string() + "\n";
    if (!keeps_contents || node.contents.empty()) continue;
    std::string bytes(node.contents.size() + 1, '\0');
    int const fd = raw::open_at(AT_FDCWD, entry.path().c_str(), O_RDONLY);
    auto const got = raw::read_at(fd, bytes.data(), bytes.size(), 0);
    raw::close(fd);
    bytes.resize(got > 0 ? static_cast<std::size_t>(got) : 0);
    if (bytes != node.contents) out += "contents: " + entry.path().string() + "\n";
  }
  for (auto const& [name, node] : expected) out += "missing: " + path + "/" + name + "\n";
}

std::string Model::difference() {
  Aside const aside;
  std::string out;
  if (active_) compare(*top_, root_, out);
  return out;
}

}  // namespace proktor::fault::disk
