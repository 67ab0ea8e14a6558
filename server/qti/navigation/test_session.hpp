#pragma once
// One candidate's way through a test (QTI 3 ASI, "Test Session", "PreCondition", "BranchRule",
// "ItemSessionControl", "TimeLimits"). Given steps, it keeps to the test's rules or refuses with a code. Owns
// its state; one thread; knows no clock: durations are told. The same program, seed and steps always give the
// same state, so the steps are the session: to store it, store them.

#include "qti/navigation/test_state.hpp"
#include "qti/scoring/item_session.hpp"

#include <boost/json/object.hpp>

#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace proktor::qti {

// One act. In this order: go to an item, let time pass there, answer it, move on.
struct Step {
  std::string select;                            // "Q7", "Q7.2"; empty: stay
  double duration_seconds = 0;                   // spent since the step before
  std::optional<boost::json::object> responses;  // DESIGN 14's form
  bool next = false;
  bool end_part = false;
  bool end_test = false;  // leaves at once, whatever is open
};

// Codes: test-ended, no-such-item, not-in-part, linear-part, no-review, no-item, no-attempts-left,
// invalid-response, skipping-not-allowed, too-early, time-over, last-item.
struct StepResult {
  std::string refused;  // the code; empty: done
  std::string message;
  bool valid = true;  // of responses that were processed
};

struct TestSettings {
  std::uint64_t seed = 1;
  bool enforce = true;  // false: time limits, skipping and validation were somebody else's to enforce
  BindingPolicy binding;
};

// One delivery of an item in a part that was entered.
struct Delivery {
  std::size_t item = 0;  // in TestProgram::items()
  std::uint32_t instance = 1;
  std::string name;
  std::unique_ptr<ItemSession> session;        // when its scoring is here and it was presented
  std::optional<boost::json::object> waiting;  // of a simultaneous part
  bool shown = false;
  bool answered = false;  // responses were taken
};

class TestSession {
 public:
  TestSession(std::shared_ptr<TestProgram const> program, TestSettings settings);

  StepResult apply(Step const& step);

  bool ended() const { return ended_; }
  CompiledPart const* part() const;  // nullptr when the test has ended
  Delivery const* current() const;   // nullptr: none was chosen yet (nonlinear), or the test has ended
  std::vector<Delivery> const& deliveries() const { return deliveries_; }  // of all parts entered, in order
  std::span<Delivery const> in_part() const;                               // of the current part
  std::vector<std::size_t> const& parts_entered() const { return entered_; }
  std::vector<std::string> const& path() const {
    return path_;
  }  // items shown, in the order of first showing
  TestState const& state() const { return state_; }
  TestProgram const& program() const { return *program_; }
  // Of the part that is open: a limit of the item or around it was passed, and late submission is not allowed.
  bool time_over(Delivery const& delivery) const;
  // What shows now: during, of the part and test that run; atEnd, of what has ended last.
  std::vector<TestFeedback const*> feedback() const;
  // Everything a candidate's steps have changed, for comparing.
  boost::json::object snapshot() const;

 private:
  enum class SectionMark : char { unknown, entered, skipped };

  StepResult select(std::string const& name);
  StepResult answer(boost::json::object const& responses);
  StepResult answer_now(Delivery& delivery, boost::json::object const& responses);
  StepResult move_on();
  StepResult end_part();
  StepResult may_leave(std::size_t place) const;
  bool time_over(std::size_t place) const;
  bool too_early(std::size_t place) const;
  bool skipped_against_the_rule(std::size_t place) const;
  void pass_time(double seconds);

  // Shows what comes at or after `place` of the current part, or opens part after part until something shows.
  void proceed(std::size_t place);
  bool open_part();
  bool seek(std::size_t place);
  void close_part();
  bool allowed(CompiledNode const& node);
  // Linear parts. Where to look next after a place: sections that end there speak, innermost first; depth:
  // how many of its sections are still to be asked.
  std::size_t after(std::size_t place, std::size_t depth);
  // Where the first branch rule that holds leads; depth: how many sections stand around the node.
  std::optional<std::size_t> follow(CompiledNode const& node, std::size_t place, std::size_t depth);
  std::optional<std::size_t> ahead(std::string const& target, std::size_t place) const;
  std::size_t last_of(std::size_t section) const;
  std::vector<std::size_t> const& sections_of(std::size_t place) const;

  void show(std::size_t place);
  void begin(std::size_t place);
  Submission submit(Delivery& delivery, boost::json::object const& responses);

  std::shared_ptr<TestProgram const> program_;
  TestSettings settings_;
  TestState state_;  // its items stand beside deliveries_
  std::vector<Delivery> deliveries_;
  std::vector<SectionMark> marks_;
  std::vector<std::size_t> entered_;
  std::vector<std::string> path_;
  std::size_t next_part_ = 0;
  std::size_t part_begin_ = 0;          // of the current part in deliveries_
  std::optional<std::size_t> current_;  // in deliveries_
  bool part_open_ = false;
  bool leaving_test_ = false;  // a branch rule or a step said so; the open part is still to be closed
  bool ended_ = false;
};

}  // namespace proktor::qti
