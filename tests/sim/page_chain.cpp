// The page's outbox: its own sequence and chain, joined to the server's mark (client-web/tes/engine/outbox.ts).

#include "page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace proktor::sim {

namespace json = boost::json;

namespace {

bool is_answer(std::string const& kind) {
  return kind == "answer" || kind == "clear" || kind == "flag" || kind == "submit";
}

}  // namespace

DurationMs Page::t() const { return std::max(record_->last_t, world_.now_ms() - record_->origin_ms); }

Bytes32 const* Page::head_at(Record const& record, std::uint64_t seq) {
  if (seq == record.base_seq) return &record.base_head;
  for (auto const& event : record.events) {
    if (event.seq == seq) return &event.head;
  }
  return nullptr;
}

void Page::append(std::string kind, std::string item, std::string value) {
  PageEvent event;
  event.seq = record_->seq + 1;
  event.kind = std::move(kind);
  event.item = std::move(item);
  event.value = std::move(value);
  record_->last_t = t();
  event.line = fmt::format(R"({{"v":1,"seq":{},"kind":"{}")", event.seq, event.kind);
  if (!event.item.empty()) event.line += fmt::format(R"(,"item":"{}")", event.item);
  if (!event.value.empty()) event.line += ",\"value\":" + event.value;
  event.line += fmt::format(R"(,"t":{}}})", record_->last_t);
  event.head = core::next_head(record_->head, event.line);
  record_->seq = event.seq;
  record_->head = event.head;
  if (event.kind == "submit") record_->submit_seq = event.seq;
  record_->events.push_back(std::move(event));
  plan(std::max<DurationMs>(0, not_before_ - world_.now_ms()));
}

bool Page::fits(Record const& old, WebReply const& server) const {
  auto const hwm = static_cast<std::uint64_t>(server.number("hwm").value_or(0));
  if (old.seq < hwm) return false;
  auto const tail = static_cast<std::uint64_t>(
      std::ranges::count_if(old.events, [hwm](PageEvent const& event) { return event.seq > hwm; }));
  if (tail != old.seq - hwm) return false;
  auto const* head = head_at(old, hwm);
  return head != nullptr && hex(*head) == server.text("head");
}

void Page::join(WebReply const& server, bool rejoining) {
  auto const attempt = unhex16(server.text("attempt")).value_or(core::AttemptId{});
  core::Epoch const epoch{static_cast<std::uint64_t>(server.number("term").value_or(0)),
                          static_cast<std::uint64_t>(server.number("n").value_or(0))};
  auto const hwm = static_cast<std::uint64_t>(server.number("hwm").value_or(0));
  auto const parent = unhex32(server.text("parent")).value_or(Bytes32{});
  auto const found = pc_.records.find({attempt, epoch});
  std::vector<PageEvent> rewrite;
  if (found != pc_.records.end() && fits(found->second, server)) {
    found->second.ticket = server.text("ticket");
    found->second.hwm = hwm;
    found->second.closed = false;
  } else {
    Record fresh;
    fresh.attempt = attempt;
    fresh.epoch = epoch;
    fresh.parent = parent;
    fresh.ticket = server.text("ticket");
    fresh.participant = nisn_of(pupil_);
    fresh.test = test_;
    fresh.base_seq = fresh.seq = fresh.hwm = hwm;
    fresh.base_head = fresh.head = hwm == 0 ? core::first_head(attempt, epoch, parent)
                                            : unhex32(server.text("head")).value_or(Bytes32{});
    fresh.origin_ms = found == pc_.records.end() ? world_.now_ms() : found->second.origin_ms;
    fresh.last_t = found == pc_.records.end() ? 0 : found->second.last_t;
    if (found != pc_.records.end()) {
      // Of another chain nothing is known to be there: all of it is written anew.
      auto const* own = head_at(found->second, hwm);
      bool const parted = own != nullptr && hex(*own) != server.text("head");
      for (auto const& event : found->second.events) {
        if (parted || event.seq > hwm) rewrite.push_back(event);
      }
    }
    pc_.records[{attempt, epoch}] = std::move(fresh);
  }
  record_ = &pc_.records[{attempt, epoch}];
  started_ = server.body.at("started").as_bool();
  deadline_ms_ = world_.now_ms() + server.number("remaining_ms").value_or(0);
  if (rejoining) return bring_to_what_is_seen(server.body.at("answers").as_object());
  answers_.clear();
  flags_.clear();
  for (auto const& [item, answer] : server.body.at("answers").as_object()) {
    if (auto const* value = answer.as_object().if_contains("value")) answers_[item] = json::serialize(*value);
    flags_[item] = answer.at("flag").as_bool();
  }
  for (auto const& event : record_->events) {
    if (event.seq > hwm) apply(event);
  }
  for (auto const& event : rewrite) {
    apply(event);
    if (is_answer(event.kind)) append(event.kind, event.item, event.value);
  }
  finishing_ = record_->submit_seq.has_value() || server.body.at("submitted").as_bool();
  if (finishing_ && !record_->submit_seq) append("submit", "", "");
}

void Page::apply(PageEvent const& event) {
  if (event.kind == "answer") answers_[event.item] = event.value;
  if (event.kind == "clear") answers_.erase(event.item);
  if (event.kind == "flag") flags_[event.item] = event.value == "true";
}

// After a rejoin: what the server does not have of what the pupil sees is written anew.
void Page::bring_to_what_is_seen(json::object const& server_answers) {
  auto const seen = answers_;
  auto const seen_flags = flags_;
  answers_.clear();
  flags_.clear();
  for (auto const& [item, answer] : server_answers) {
    if (auto const* value = answer.as_object().if_contains("value")) answers_[item] = json::serialize(*value);
    flags_[item] = answer.at("flag").as_bool();
  }
  for (auto const& event : record_->events) {
    if (event.seq > record_->hwm) apply(event);
  }
  auto const known = answers_;
  for (auto const& [item, value] : known) {
    if (!seen.contains(item)) append("clear", item, "");
  }
  for (auto const& [item, value] : seen) {
    auto const found = known.find(item);
    if (found == known.end() || found->second != value) append("answer", item, value);
  }
  for (auto const& [item, on] : seen_flags) {
    if (flags_[item] != on) append("flag", item, on ? "true" : "false");
  }
  answers_ = seen;
  flags_ = seen_flags;
  if (finishing_ && !record_->submit_seq) append("submit", "", "");
}

}  // namespace proktor::sim
