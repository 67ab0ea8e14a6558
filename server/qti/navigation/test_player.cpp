#include "qti/navigation/test_player.hpp"

#include "qti/navigation/test_report.hpp"

#include <boost/json/array.hpp>

#include <algorithm>
#include <cmath>

namespace proktor::qti {
namespace {

namespace json = boost::json;

// Nothing is left to do with it: answered and waiting, or without a further attempt.
bool is_done(Delivery const& delivery) {
  if (delivery.session && !delivery.waiting) return delivery.session->state() == SessionState::closed;
  return delivery.answered;
}

class Player {
 public:
  Player(std::shared_ptr<TestProgram const> const& program, std::uint64_t seed)
      : program_(program), settings_{seed, true, {}}, session_(program, settings_) {}

  // A step as it was written; what it leaves unsaid comes first, as steps of their own.
  json::object turn(Step const& step) {
    bool const plain =
        step.select.empty() && !step.responses && !step.next && !step.end_part && !step.end_test;
    StepResult result;
    if (plain) {
      result = go_on(step.duration_seconds);
    } else {
      if (!step.select.empty()) reach(step.select);
      if (step.select.empty() && step.responses) go_to_open_item();
      auto const* part = session_.part();
      answered_ = step.responses ? name_for(step) : std::string();
      result = apply(step);
      if (part != session_.part() && !step.responses) answered_.clear();
    }
    return report(step, result);
  }

  void finish() {
    if (session_.ended()) return;
    auto const* part = session_.part();
    auto const in_part = session_.in_part();
    bool const any = std::ranges::any_of(in_part, &Delivery::answered);
    auto const closed = [this](Delivery const& one) { return is_closed(one); };
    bool const all = !in_part.empty() && std::ranges::all_of(in_part, closed);
    if ((part->simultaneous && any) || (!part->linear && all)) {
      apply(ending());
    } else if (part->linear && session_.current() != nullptr && is_closed(*session_.current())) {
      go_on(0);
    }
  }

  // Everything, unanswered; stops where the test does not let it go on.
  StepResult walk() {
    StepResult result;
    while (!session_.ended() && result.refused.empty()) result = go_on(0);
    return result;
  }

  TestSession const& session() const { return session_; }

 private:
  static Step moving() {
    Step step;
    step.next = true;
    return step;
  }
  static Step ending() {
    Step step;
    step.end_part = true;
    return step;
  }

  StepResult apply(Step const& step) {
    done_.push_back(step);
    return session_.apply(step);
  }

  StepResult go_on(double seconds) {
    auto step = moving();
    step.duration_seconds = seconds;
    auto const result = move_or_end(step);
    // What nobody can answer any more is passed over.
    for (auto passed = result; passed.refused.empty() && session_.current() != nullptr &&
                               session_.time_over(*session_.current());) {
      passed = move_or_end(moving());
    }
    return result;
  }

  StepResult move_or_end(Step const& step) {
    auto const result = apply(step);
    return result.refused == "last-item" ? apply(ending()) : result;
  }

  bool is_closed(Delivery const& delivery) const {
    return is_done(delivery) || session_.time_over(delivery);
  }

  std::string name_for(Step const& step) const {
    if (!step.select.empty()) return step.select;
    return session_.current() == nullptr ? std::string() : session_.current()->name;
  }

  // Ends the open part when `name` is not in it but in the part that comes then.
  void reach(std::string const& name) {
    auto const* part = session_.part();
    auto const here = [&](TestSession const& session) {
      return std::ranges::any_of(session.in_part(), [&](Delivery const& one) {
        return one.name == name || one.name + ".1" == name;
      });
    };
    if (part == nullptr || here(session_)) return;
    auto const steps = done_;
    TestSession trial(program_, settings_);
    for (auto const& step : steps) trial.apply(step);
    if (trial.apply(ending()).refused.empty() && here(trial)) apply(ending());
  }

  // The first item that can still be answered, from the current one on; part after part.
  void go_to_open_item() {
    while (auto const* part = session_.part()) {
      auto const* current = session_.current();
      if (current != nullptr && !is_closed(*current)) return;
      auto const result = part->linear ? apply(moving()) : choose_open_item();
      if (!result.refused.empty()) return;
    }
  }

  StepResult choose_open_item() {
    auto const in_part = session_.in_part();
    auto const closed = [this](Delivery const& one) { return is_closed(one); };
    auto from = in_part.begin();
    if (auto const* current = session_.current()) from += current - &in_part.front();
    auto next = std::find_if_not(from, in_part.end(), closed);
    if (next == in_part.end()) next = std::find_if_not(in_part.begin(), from, closed);
    if (next == in_part.end() || is_closed(*next)) return apply(ending());
    Step step;
    step.select = next->name;
    return apply(step);
  }

  json::object report(Step const& step, StepResult const& result) const {
    json::object out{{"accepted", result.refused.empty()}};
    if (!result.refused.empty()) out["code"] = result.refused, out["message"] = result.message;
    if (!step.responses) return out;
    out["valid"] = result.valid;
    for (auto const& delivery : session_.deliveries()) {
      if (delivery.name != answered_) continue;
      out["item"] = delivery.name;
      if (delivery.session) out["outcomes"] = outcomes_json(delivery.session->variables());
    }
    return out;
  }

  std::shared_ptr<TestProgram const> program_;
  TestSettings settings_;
  TestSession session_;
  std::vector<Step> done_;
  std::string answered_;
};

bool flag(json::object const& from, std::string_view key, bool& out) {
  auto const* value = from.if_contains(key);
  if (value == nullptr) return true;
  if (!value->is_bool()) return false;
  out = value->as_bool();
  return true;
}

// Empty: the step was read; else what is wrong with it.
std::string read_step(json::value const& value, Step& out) {
  auto const* from = value.if_object();
  if (from == nullptr) return "it is no object";
  // Members of others ("note", "expected_item") are left alone, but a step must say something of its own.
  constexpr std::string_view known[] = {"select", "responses", "duration", "next", "end_part", "end_test"};
  bool const says_something =
      from->empty() || std::ranges::any_of(known, [&](std::string_view key) { return from->contains(key); });
  if (!says_something) {
    return "\"" + std::string(from->begin()->key()).substr(0, 80) + "\" is not known";
  }
  if (auto const* select = from->if_contains("select"); select != nullptr && !select->is_null()) {
    if (!select->is_string()) return "\"select\" is no text";
    out.select = std::string(select->as_string());
  }
  if (auto const* responses = from->if_contains("responses"); responses != nullptr && !responses->is_null()) {
    if (!responses->is_object()) return "\"responses\" is no object";
    out.responses = responses->as_object();
  }
  if (auto const* duration = from->if_contains("duration")) {
    if (!duration->is_number()) return "\"duration\" is no number of seconds";
    out.duration_seconds = duration->to_number<double>();
    if (!std::isfinite(out.duration_seconds) || out.duration_seconds < 0) return "\"duration\" is negative";
  }
  bool const flags = flag(*from, "next", out.next) && flag(*from, "end_part", out.end_part) &&
                     flag(*from, "end_test", out.end_test);
  return flags ? std::string() : "\"next\", \"end_part\" and \"end_test\" are true or false";
}

std::string where(TestSession const& session) {
  if (session.ended()) return "test ended";
  auto const place = "in part " + session.part()->identifier;
  return session.current() == nullptr ? place : place + " at item " + session.current()->name;
}

json::object summary(TestSession const& session) {
  json::object out;
  out["path"] = json::array(session.path().begin(), session.path().end());
  out["items"] = item_outcomes_json(session);
  out["test"] = outcomes_json(session.state().outcomes());
  out["end"] = where(session);
  json::object at;
  if (auto const* part = session.part()) at["part"] = part->identifier;
  if (auto const* current = session.current()) at["item"] = current->name;
  out["at"] = std::move(at);
  json::array parts, feedback;
  for (auto const place : session.parts_entered()) {
    json::array items;
    for (auto const& delivery : session.deliveries()) {
      if (session.program().items()[delivery.item].part == place) items.emplace_back(delivery.name);
    }
    parts.push_back({{"part", session.program().parts()[place].identifier}, {"items", std::move(items)}});
  }
  for (auto const* one : session.feedback()) feedback.emplace_back(one->identifier);
  out["parts"] = std::move(parts);
  out["feedback"] = std::move(feedback);
  return out;
}

}  // namespace

std::optional<json::object> play(std::shared_ptr<TestProgram const> const& program, json::value const& steps,
                                 PlayOptions const& options, Finding& wrong) {
  auto const* list = steps.if_array();
  if (list == nullptr || list->size() > play_steps_max) {
    wrong = {Severity::error, "bad-steps", "steps are a list of objects, not too long", {}, 0};
    return std::nullopt;
  }
  Player player(program, options.seed);
  json::array reports, refused;
  for (std::size_t i = 0; i < list->size(); ++i) {
    Step step;
    if (auto const why = read_step((*list)[i], step); !why.empty()) {
      wrong = {Severity::error, "bad-step", "step " + std::to_string(i) + ": " + why, {}, 0};
      return std::nullopt;
    }
    auto report = player.turn(step);
    if (!report["accepted"].as_bool()) {
      refused.push_back({{"step", i}, {"code", report["code"]}, {"message", report["message"]}});
    }
    reports.push_back(std::move(report));
  }
  if (list->empty()) {
    auto const stopped = player.walk();
    if (!stopped.refused.empty()) {
      refused.push_back({{"step", nullptr}, {"code", stopped.refused}, {"message", stopped.message}});
    }
  } else if (!options.leave_open) {
    player.finish();
  }
  auto out = summary(player.session());
  out["steps"] = std::move(reports);
  out["refused"] = std::move(refused);
  return out;
}

}  // namespace proktor::qti
