// The model's folders: which names there are, and which a power cut could bring back or take away.

#include "model.hpp"
#include "raw.hpp"

#include <algorithm>

namespace proktor::fault::disk {

void Model::push(Node& folder, std::uint64_t sequence, std::vector<Change> changes) {
  for (auto const& change : changes) {
    if (change.node != nullptr) ++change.node->uses;
  }
  folder.pending.push_back({sequence, std::move(changes)});
}

void Model::unuse(Node* node) {
  if (node == nullptr || --node->uses > 0 || node->names > 0) return;
  if (!node->kept.empty()) raw::unlink_at(AT_FDCWD, node->kept.c_str(), 0);
  node->kept.clear();
  if (auto const found = by_inode_.find(node->inode); found != by_inode_.end() && found->second == node)
    by_inode_.erase(found);
}

void Model::apply_names(Node& folder, std::uint64_t sequence) {
  while (!folder.pending.empty() && folder.pending.front().sequence <= sequence) {
    auto const op = std::move(folder.pending.front());
    folder.pending.pop_front();
    // A move between two folders is one step: the other folder goes along.
    for (auto& node : nodes_) {
      if (!op.moves) break;
      auto const same = [&](NameOp const& other) { return other.sequence == op.sequence; };
      if (node->directory && std::any_of(node->pending.begin(), node->pending.end(), same))
        apply_names(*node, op.sequence);
    }
    for (auto const& change : op.changes) {
      Node* replaced = nullptr;
      if (auto const found = folder.durable.find(change.name); found != folder.durable.end()) {
        replaced = found->second;
        folder.durable.erase(found);
      }
      if (change.node != nullptr)
        folder.durable[change.name] = change.node;  // takes over the operation's use
      unuse(replaced);
    }
  }
}

Node* Model::create(Place const& place, struct stat const& status) {
  auto* const node = make_node(status);
  node->holds_nothing = place.name.ends_with("-shm");
  add_name(place, *node);
  return node;
}

void Model::add_name(Place const& place, Node& node) {
  push(*place.parent, ++sequence_, {{place.name, &node}});
  place.parent->now[place.name] = &node;
  ++node.names;
  node.parent = place.parent;
  node.name = place.name;
}

// A second name in the folder beside the root, so that the file can come back.
void Model::keep_before_unlink(Place const& place, Node& node) {
  if (node.directory || node.names != 1) return;
  node.kept = kept_ + "/" + std::to_string(node.id);
  raw::link_at(AT_FDCWD, (path_of(*place.parent) + "/" + place.name).c_str(), AT_FDCWD, node.kept.c_str());
}

void Model::unname(Place const& place) {
  auto const found = place.parent->now.find(place.name);
  if (found == place.parent->now.end()) return;
  auto& node = *found->second;
  place.parent->now.erase(found);
  --node.names;
  if (node.parent != place.parent || node.name != place.name) return;
  node.parent = nullptr;
  for (auto const& other : nodes_) {  // another link
    for (auto const& [name, linked] : other->now) {
      if (linked == &node) node.parent = other.get(), node.name = name;
    }
  }
  if (node.directory) by_inode_.erase(node.inode);
}

void Model::remove(Place const& place, Node& node) {
  unname(place);
  push(*place.parent, ++sequence_, {{place.name, nullptr}});
  if (node.uses == 0) {
    ++node.uses;
    unuse(&node);
  }
}

void Model::rename(Place const& from, Place const& to, Node& node, Node* replaced) {
  auto const sequence = ++sequence_;
  if (replaced != nullptr) unname(to);
  from.parent->now.erase(from.name);
  to.parent->now[to.name] = &node;
  node.parent = to.parent;
  node.name = to.name;
  if (from.parent == to.parent) {
    push(*from.parent, sequence, {{from.name, nullptr}, {to.name, &node}});
  } else {
    push(*from.parent, sequence, {{from.name, nullptr}});
    push(*to.parent, sequence, {{to.name, &node}});
    from.parent->pending.back().moves = to.parent->pending.back().moves = true;
  }
}

}  // namespace proktor::fault::disk
