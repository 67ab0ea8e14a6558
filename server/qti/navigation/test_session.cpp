#include "qti/navigation/test_session.hpp"

#include "qti/delivery/shuffle.hpp"

#include <algorithm>
#include <cmath>

namespace proktor::qti {
namespace {

namespace json = boost::json;

StepResult refused(std::string code, std::string message) {
  return {std::move(code), std::move(message), true};
}

// Nothing that could be a response: all NULL, empty strings or empty lists.
bool is_empty(json::object const& responses) {
  return std::ranges::all_of(responses, [](auto const& member) {
    auto const& value = member.value();
    if (auto const* text = value.if_string()) return text->empty();
    if (auto const* list = value.if_array()) return list->empty();
    return value.is_null();
  });
}

bool has_responses(ItemSession const& session) {
  return std::ranges::any_of(session.variables(), [](Variable const& variable) {
    return variable.declaration->kind == VariableKind::response;
  });
}

// spent: how many seconds; asked only where there is a limit.
template <class Spent>
bool is_over(std::optional<TimeLimits> const& limits, Spent const& spent) {
  return limits && limits->max_seconds && !limits->allow_late && spent() > *limits->max_seconds;
}

}  // namespace

TestSession::TestSession(std::shared_ptr<TestProgram const> program, TestSettings settings)
    : program_(std::move(program)), settings_(settings), state_(*program_, settings.seed) {
  marks_.resize(program_->sections().size());
  proceed(0);
}

CompiledPart const* TestSession::part() const {
  return part_open_ ? &program_->parts()[entered_.back()] : nullptr;
}

Delivery const* TestSession::current() const {
  return current_ ? &deliveries_[*current_] : nullptr;
}

std::span<Delivery const> TestSession::in_part() const {
  return std::span(deliveries_).subspan(part_open_ ? part_begin_ : deliveries_.size());
}

StepResult TestSession::apply(Step const& step) {
  if (ended_) return refused("test-ended", "the test has ended");
  if (!step.select.empty()) {
    if (auto result = select(step.select); !result.refused.empty()) return result;
  }
  pass_time(step.duration_seconds);
  StepResult result;
  if (step.responses) result = answer(*step.responses);
  if (step.end_test) {
    leaving_test_ = true;
    proceed(deliveries_.size());
  } else if (result.refused.empty() && (step.next || step.end_part)) {
    auto moved = step.end_part ? end_part() : move_on();
    result.refused = std::move(moved.refused);
    result.message = std::move(moved.message);
  }
  return result;
}

StepResult TestSession::select(std::string const& name) {
  auto const wanted = name.ends_with(".1") ? name.substr(0, name.size() - 2) : name;
  for (std::size_t place = part_begin_; place < deliveries_.size(); ++place) {
    auto const& delivery = deliveries_[place];
    if (delivery.name != name && delivery.name != wanted) continue;
    if (current_ == place) return {};
    if (part()->linear) return refused("linear-part", "in a linear part one goes on with `next` only");
    bool const closed = delivery.session && delivery.session->state() == SessionState::closed;
    auto const& control = program_->items()[delivery.item].control;
    if (settings_.enforce && closed && !control.allow_review.value_or(true)) {
      return refused("no-review", name + " is closed and may not be seen again");
    }
    show(place);
    return {};
  }
  bool const known = program_->find_item(name).has_value() || program_->find_item(wanted).has_value();
  return known ? refused("not-in-part", name + " is not in the part that is open")
               : refused("no-such-item", "there is no item " + name);
}

StepResult TestSession::answer(json::object const& responses) {
  if (!current_) return refused("no-item", "no item was chosen");
  auto& delivery = deliveries_[*current_];
  if (settings_.enforce && time_over(*current_))
    return refused("time-over", "the time of " + delivery.name + " is over");
  if (!part()->simultaneous) return answer_now(delivery, responses);
  delivery.waiting = responses;
  delivery.answered = true;
  return {};
}

StepResult TestSession::answer_now(Delivery& delivery, json::object const& responses) {
  bool const closed =
      delivery.session ? delivery.session->state() == SessionState::closed : delivery.answered;
  if (closed) return refused("no-attempts-left", delivery.name + " takes no further attempt");
  auto const& control = program_->items()[delivery.item].control;
  if (settings_.enforce && !control.allow_skipping.value_or(true) && is_empty(responses)) {
    return refused("skipping-not-allowed", delivery.name + " may not be skipped");
  }
  if (settings_.enforce && too_early(*current_)) {
    return refused("too-early", delivery.name + " may not be left yet");
  }
  StepResult result;
  if (delivery.session) {
    auto const submission = submit(delivery, responses);
    if (!submission.accepted) {
      return refused("invalid-response", "the responses to " + delivery.name + " break its limits");
    }
    result.valid = submission.valid;
  }
  delivery.answered = true;
  state_.process_outcomes();
  return result;
}

StepResult TestSession::move_on() {
  if (!part()->linear) {
    auto const next = current_ ? *current_ + 1 : part_begin_;
    if (next >= deliveries_.size()) return refused("last-item", "this was the last item; end the part");
    show(next);
    return {};
  }
  auto const place = *current_;
  if (auto result = may_leave(place); !result.refused.empty()) return result;
  auto const depth = sections_of(place).size();
  auto const to = follow(program_->items()[deliveries_[place].item], place, depth);
  proceed(to ? *to : after(place, depth));
  return {};
}

StepResult TestSession::end_part() {
  for (auto place = part()->linear ? *current_ : part_begin_; place < deliveries_.size(); ++place) {
    if (auto result = may_leave(place); !result.refused.empty()) return result;
    if (part()->linear) break;
  }
  proceed(deliveries_.size());
  return {};
}

StepResult TestSession::may_leave(std::size_t place) const {
  if (!settings_.enforce || time_over(place)) return {};
  auto const& name = deliveries_[place].name;
  if (too_early(place)) return refused("too-early", name + " may not be left yet");
  if (skipped_against_the_rule(place)) return refused("skipping-not-allowed", name + " may not be skipped");
  return {};
}

// min-time binds items, and sections that would be left, of linear parts only (QTI 3 ASI, "TimeLimits").
bool TestSession::too_early(std::size_t place) const {
  if (!part()->linear) return false;
  auto const early = [](std::optional<TimeLimits> const& limits, double seconds) {
    return limits && limits->min_seconds && seconds < *limits->min_seconds;
  };
  if (early(program_->items()[deliveries_[place].item].limits, state_.items[place].seconds)) return true;
  return std::ranges::any_of(sections_of(place), [&](std::size_t section) {
    return last_of(section) == place &&
           early(program_->sections()[section].limits, state_.item_seconds(section, {}));
  });
}

// Individual submission only; an item without responses cannot be skipped (QTI 3 ASI, "ItemSessionControl").
bool TestSession::skipped_against_the_rule(std::size_t place) const {
  auto const& delivery = deliveries_[place];
  auto const& control = program_->items()[delivery.item].control;
  if (part()->simultaneous || control.allow_skipping.value_or(true)) return false;
  if (!delivery.session) return !delivery.answered && delivery.shown;
  return has_responses(*delivery.session) && !delivery.session->is_responded();
}

bool TestSession::time_over(std::size_t place) const {
  auto const& item = program_->items()[deliveries_[place].item];
  if (is_over(item.limits, [&] { return state_.items[place].seconds; })) return true;
  if (is_over(part()->limits, [&] { return state_.item_seconds({}, entered_.back()); })) return true;
  if (is_over(program_->source().time_limits, [&] { return state_.item_seconds({}, {}); })) return true;
  return std::ranges::any_of(sections_of(place), [&](std::size_t section) {
    return is_over(program_->sections()[section].limits, [&] { return state_.item_seconds(section, {}); });
  });
}

bool TestSession::time_over(Delivery const& delivery) const {
  return time_over(static_cast<std::size_t>(&delivery - deliveries_.data()));
}

void TestSession::pass_time(double seconds) {
  if (!std::isfinite(seconds) || seconds <= 0) return;
  (current_ ? state_.items[*current_].seconds : state_.part_seconds[entered_.back()]) += seconds;
}

void TestSession::show(std::size_t place) {
  current_ = place;
  begin(place);
  auto& delivery = deliveries_[place];
  if (!delivery.shown) path_.push_back(delivery.name);
  delivery.shown = true;
}

Submission TestSession::submit(Delivery& delivery, json::object const& responses) {
  auto& state = state_.items[static_cast<std::size_t>(&delivery - deliveries_.data())];
  auto const submission = delivery.session->submit(responses, state.seconds);
  state.attempted = delivery.session->attempts() > 0;
  state.responded = delivery.session->is_responded();
  state.variables = delivery.session->variables();
  return submission;
}

std::vector<std::size_t> const& TestSession::sections_of(std::size_t place) const {
  return program_->items()[deliveries_[place].item].sections;
}

}  // namespace proktor::qti
