// How a session finds what comes next: parts, pre-conditions and branch rules.

#include "qti/delivery/delivery_view.hpp"
#include "qti/delivery/order_tree.hpp"
#include "qti/delivery/shuffle.hpp"
#include "qti/navigation/test_session.hpp"

#include <algorithm>

namespace proktor::qti {

void TestSession::proceed(std::size_t place) {
  while (!ended_) {
    if (part_open_) {
      // In a nonlinear part the candidate chooses; a place at its end closes it.
      bool const stays = part()->linear ? seek(place) : place < deliveries_.size();
      if (stays) return;
      close_part();
    }
    if (leaving_test_ || !open_part()) {
      ended_ = true;
      current_.reset();
    }
    place = part_begin_;
  }
}

// The next part whose pre-conditions hold. False: there is none.
bool TestSession::open_part() {
  auto const& parts = program_->parts();
  while (next_part_ < parts.size() && !allowed(parts[next_part_])) ++next_part_;
  if (next_part_ == parts.size()) return false;
  auto const place = next_part_++;
  entered_.push_back(place);
  part_begin_ = deliveries_.size();
  current_.reset();
  part_open_ = true;
  for (auto const& leaf : order_tree(parts[place].tree, settings_.seed)) {
    auto name = instance_name(program_->items()[leaf.leaf].identifier, leaf.instance);
    deliveries_.push_back({leaf.leaf, leaf.instance, std::move(name), nullptr, {}, false, false});
    ItemState state;
    state.item = leaf.leaf;
    state.instance = leaf.instance;
    state_.items.push_back(state);
  }
  // Item sessions begin when the item is first shown where the way is fixed, with the part elsewhere.
  for (auto i = part_begin_; !parts[place].linear && i < deliveries_.size(); ++i) begin(i);
  return true;
}

// Linear: shows the first delivery from `place` on that may be shown. False: the part has no more.
bool TestSession::seek(std::size_t place) {
  while (place < deliveries_.size()) {
    bool open = true;
    for (auto const section : sections_of(place)) {
      auto& mark = marks_[section];
      if (mark == SectionMark::unknown) {
        mark = allowed(program_->sections()[section]) ? SectionMark::entered : SectionMark::skipped;
      }
      open = mark == SectionMark::entered;
      if (!open) break;
    }
    if (open && allowed(program_->items()[deliveries_[place].item])) {
      show(place);
      return true;
    }
    place = after(place, sections_of(place).size());
  }
  return false;
}

void TestSession::close_part() {
  auto const place = entered_.back();
  auto const& part = program_->parts()[place];
  for (auto i = part_begin_; i < deliveries_.size(); ++i) {
    auto& delivery = deliveries_[i];
    if (delivery.session && delivery.waiting) submit(delivery, *delivery.waiting);
    delivery.waiting.reset();
    if (delivery.session) delivery.session->end();
  }
  state_.process_outcomes();
  part_open_ = false;
  current_.reset();
  if (leaving_test_) return;
  for (auto const& rule : part.branch_rules) {
    if (!state_.is_true(rule.condition)) continue;
    leaving_test_ = rule.target == exit_test;
    auto const target = program_->find_part(rule.target);
    if (target && *target > place) next_part_ = *target;
    return;
  }
}

bool TestSession::allowed(CompiledNode const& node) {
  return std::ranges::all_of(node.pre_conditions,
                             [&](Expression const& condition) { return state_.is_true(condition); });
}

std::size_t TestSession::after(std::size_t place, std::size_t depth) {
  auto const sections = sections_of(place);
  while (depth-- > 0) {
    auto const section = sections[depth];
    if (marks_[section] != SectionMark::entered || last_of(section) != place) continue;
    if (auto const to = follow(program_->sections()[section], place, depth)) return *to;
  }
  return place + 1;
}

std::optional<std::size_t> TestSession::follow(CompiledNode const& node, std::size_t place,
                                               std::size_t depth) {
  for (auto const& rule : node.branch_rules) {
    if (!state_.is_true(rule.condition)) continue;
    if (rule.target == exit_test) leaving_test_ = true;
    if (rule.target == exit_test || rule.target == exit_part) return deliveries_.size();
    if (rule.target == exit_section) {
      // The section is over, so it speaks; of the outermost there is nothing to leave.
      if (depth == 0) return std::nullopt;
      return after(last_of(sections_of(place)[depth - 1]), depth);
    }
    // A target that selection left out or ordering put behind cannot be gone to.
    if (auto const to = ahead(rule.target, place)) return to;
  }
  return std::nullopt;
}

std::optional<std::size_t> TestSession::ahead(std::string const& target, std::size_t place) const {
  auto const item = program_->find_item(target);
  auto const section = program_->find_section(target);
  for (auto i = place + 1; i < deliveries_.size(); ++i) {
    if (item && deliveries_[i].item == *item) return i;
    if (section && std::ranges::find(sections_of(i), *section) != sections_of(i).end()) return i;
  }
  return std::nullopt;
}

std::size_t TestSession::last_of(std::size_t section) const {
  auto last = part_begin_;
  for (auto i = part_begin_; i < deliveries_.size(); ++i) {
    if (std::ranges::find(sections_of(i), section) != sections_of(i).end()) last = i;
  }
  return last;
}

void TestSession::begin(std::size_t place) {
  auto& delivery = deliveries_[place];
  auto const& item = program_->items()[delivery.item];
  if (delivery.session || !item.program) return;
  auto const& part = program_->parts()[item.part];
  ItemSessionSettings settings;
  settings.seed = session_seed(settings_.seed, item.identifier, delivery.instance);
  settings.binding = settings_.binding;
  settings.max_attempts = item.control.max_attempts.value_or(item.program->is_adaptive() ? 0 : 1);
  if (part.simultaneous) settings.max_attempts = 1;
  settings.validate_responses =
      settings_.enforce && !part.simultaneous && item.control.validate_responses.value_or(false);
  for (auto const& one : item.template_defaults) {
    settings.template_defaults.emplace_back(one.identifier, state_.evaluate(one.value));
  }
  delivery.session = std::make_unique<ItemSession>(item.program, std::move(settings));
  state_.items[place].variables = delivery.session->variables();
}

}  // namespace proktor::qti
