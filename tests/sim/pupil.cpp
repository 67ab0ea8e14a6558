#include "people.hpp"

#include <fmt/format.h>

namespace proktor::sim {

Pupil::Pupil(World& world, Plan const& plan, Network& network, Oracle& oracle, Room& room, unsigned number)
    : world_(world), plan_(plan), network_(network), oracle_(oracle), room_(room), number_(number) {}

Pc& Pupil::new_pc() {
  auto pc = std::make_unique<Pc>();
  pc->place = number_ * 10 + static_cast<unsigned>(pcs_.size());
  pc->device = hex(world_.random().bytes16());
  pc->stores = !world_.chance(plan_.no_storage);
  pcs_.push_back(std::move(pc));
  return *pcs_.back();
}

void Pupil::open_page(Pc& pc) {
  if (!pc.stores) pc.records.clear();
  pages_.push_back(std::make_shared<Page>(world_, network_, oracle_, room_, pc, number_));
  pages_.back()->open();
}

void Pupil::come() {
  open_page(new_pc());
  world_.after(world_.between(0, plan_.pace_ms * 2), [this] { act(); });
}

void Pupil::act() {
  if (room_.healing) return;
  world_.after(world_.between(plan_.pace_ms / 2, plan_.pace_ms * 2), [this] { act(); });
  auto& page = *pages_.back();
  auto& pc = page.pc();
  if (world_.chance(plan_.partition)) network_.pull_cable(pc.place, world_.between(1'000, 90'000));
  if (world_.chance(plan_.reload)) {
    page.close();
    if (world_.chance(plan_.lose_cookie)) pc.cookies.clear();
    return open_page(pc);
  }
  if (pcs_.size() < 3 && page.at() == Page::At::working && world_.chance(plan_.change_pc)) {
    // The old PC is switched off, or goes on beside the new one with whoever sits there.
    if (!world_.chance(plan_.twin)) page.close();
    return open_page(new_pc());
  }
  if (page.at() == Page::At::locked && world_.chance(200)) {
    page.close();
    return open_page(pc);
  }
  for (auto const& each : pages_) {
    if (each->at_work()) each->act(plan_);
  }
}

void Pupil::bring_home() {
  for (auto const& page : pages_) page->wake();
  // PCs that nobody sits at any more: somebody opens the page, which hands over what is left.
  for (auto const& pc : pcs_) {
    bool used = false;
    for (auto const& page : pages_) used = used || (&page->pc() == pc.get() && page->at_work());
    bool owes = false;
    for (auto const& [where, record] : pc->records) owes = owes || record.hwm < record.seq;
    if (used || !owes) continue;
    auto page = std::make_shared<Page>(world_, network_, oracle_, room_, *pc, number_);
    pages_.insert(pages_.begin(), page);
    page->hand_over_all();
  }
}

std::string Pupil::page_cookie() const {
  auto const& cookies = page().pc().cookies;
  auto const found = cookies.find("__Host-proktor");
  return found == cookies.end() ? std::string() : found->second;
}

bool Pupil::everything_sent() const {
  for (auto const& pc : pcs_) {
    for (auto const& [where, record] : pc->records) {
      if (record.hwm < record.seq) return false;
    }
  }
  return true;
}

void Page::hand_over_all() {
  std::vector<Record*> left;
  for (auto& [where, record] : pc_.records) {
    if (record.hwm < record.seq) left.push_back(&record);
  }
  hand_over(std::move(left), [] {});
}

void Page::act(Plan const& plan) {
  if (!record_ || finishing_ || !sender_on_) return;
  auto const item = fmt::format("i{}", 1 + world_.below(plan.items));
  if (world_.chance(plan.leave)) {
    append("leave", "", "");
    append("return", "", "");
  }
  if (!field_.empty() && (world_.chance(500) || field_ != item)) {
    answers_[field_] = text_;
    append("answer", std::exchange(field_, {}), text_);
  }
  if (world_.chance(plan.hurry)) {
    finishing_ = true;
    return append("submit", "", "");
  }
  auto const choice = fmt::format(R"({{"RESPONSE":"c{}"}})", 1 + world_.below(9));
  if (world_.chance(plan.type)) {
    field_ = item;
    text_ = choice;
    return;
  }
  switch (world_.below(10)) {
    case 0: return append("visit", item, "");
    case 1: {
      flags_[item] = !flags_[item];
      return append("flag", item, flags_[item] ? "true" : "false");
    }
    case 2:
      if (answers_.erase(item) == 0) return;
      return append("clear", item, "");
    default: answers_[item] = choice; return append("answer", item, choice);
  }
}

}  // namespace proktor::sim
