#include "qti/navigation/test_report.hpp"

#include "qti/scoring/variable_json.hpp"
#include "qti/value/text.hpp"

#include <boost/json/array.hpp>

#include <algorithm>

namespace proktor::qti {

namespace json = boost::json;

json::object outcomes_json(std::span<Variable const> variables) {
  json::object out;
  for (auto const& variable : variables) {
    auto const& declaration = *variable.declaration;
    bool const outcome =
        declaration.kind == VariableKind::outcome || declaration.identifier == "completionStatus";
    if (outcome) out[declaration.identifier] = to_json(variable);
  }
  return out;
}

json::object item_outcomes_json(TestSession const& session) {
  json::object out;
  for (auto const& delivery : session.deliveries()) {
    if (delivery.session) out[delivery.name] = outcomes_json(delivery.session->variables());
  }
  return out;
}

std::vector<TestFeedback const*> TestSession::feedback() const {
  std::vector<TestFeedback const*> out;
  auto const add = [&](std::vector<TestFeedback> const& all, bool at_end) {
    for (auto const& one : all) {
      auto const* outcome = state_.outcome(one.outcome);
      bool const has = outcome != nullptr && std::ranges::any_of(outcome->value, [&](Scalar const& scalar) {
                         auto const* text = std::get_if<std::string>(&scalar);
                         return text != nullptr && *text == one.identifier;
                       });
      if (one.at_end == at_end && has == one.show) out.push_back(&one);
    }
  };
  // Of the part that runs, and of the one that ended just before, until an item of the next one is shown.
  auto const& parts = program_->parts();
  if (part_open_) add(parts[entered_.back()].part->feedback, false);
  bool const fresh = part_open_ && std::ranges::none_of(in_part(), &Delivery::shown);
  if (part_open_ && fresh && entered_.size() > 1)
    add(parts[entered_[entered_.size() - 2]].part->feedback, true);
  if (!part_open_ && !entered_.empty()) add(parts[entered_.back()].part->feedback, true);
  add(program_->source().feedback, ended_);
  return out;
}

json::object TestSession::snapshot() const {
  json::object items;
  for (std::size_t i = 0; i < deliveries_.size(); ++i) {
    auto const& delivery = deliveries_[i];
    json::object one{
        {"seconds", state_.items[i].seconds}, {"shown", delivery.shown}, {"answered", delivery.answered}};
    if (delivery.waiting) one["waiting"] = *delivery.waiting;
    if (delivery.session) {
      json::object variables;
      for (auto const& variable : delivery.session->variables()) {
        variables[variable.declaration->identifier] = to_json(variable.value);
      }
      one["variables"] = std::move(variables);
      one["attempts"] = delivery.session->attempts();
    }
    items[delivery.name] = std::move(one);
  }
  json::array path(path_.begin(), path_.end()), entered;
  for (auto const part : entered_) entered.emplace_back(program_->parts()[part].identifier);
  return {{"ended", ended_},
          {"part", part_open_ ? json::value(part()->identifier) : json::value()},
          {"item", current_ ? json::value(current()->name) : json::value()},
          {"parts", std::move(entered)},
          {"path", std::move(path)},
          {"items", std::move(items)},
          {"test", outcomes_json(state_.outcomes())}};
}

}  // namespace proktor::qti
