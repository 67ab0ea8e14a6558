#pragma once
// One candidate's session with one item (QTI 3 ASI, "Item session"): template processing at its beginning, attempts,
// response processing, outcomes. Owns its variables; one thread. The same program, seed and submissions always give
// the same state. Knows no clock: durations are told.

#include "qti/expression/scope.hpp"
#include "qti/scoring/item_program.hpp"
#include "qti/value/binding.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

constexpr std::uint32_t template_tries_max = 100;  // until every template constraint holds (QTI 3 ASI)

struct ItemSessionSettings {
  std::uint64_t seed = 1;
  std::uint32_t max_attempts = 1;  // 0: no limit; an adaptive item goes on until completionStatus says completed
  bool validate_responses = false;  // true: an invalid submission is refused and no attempt is used
  BindingPolicy binding;
  std::vector<std::pair<std::string, Value>> template_defaults;  // of the test's reference
};

enum class SessionState { initial, interacting, closed };  // closed: no further attempt is possible

struct Submission {
  bool accepted = false;  // false: closed, no attempts left, or invalid and validate_responses
  bool valid = false;     // all responses could be bound and keep to their interactions' limits
};

class ItemSession {
 public:
  ItemSession(std::shared_ptr<ItemProgram const> program, ItemSessionSettings settings);

  // One attempt. responses: DESIGN 14's form, by identifier in the author's words; what is not named is NULL (of an
  // end-attempt: false; a response without interaction keeps its default). duration_seconds: of the session so far.
  // When a response breaks its constraints it is kept but response processing is not run.
  Submission submit(boost::json::object const& responses, double duration_seconds = 0);
  void end();  // closes; completionStatus of an untouched session stays not_attempted

  SessionState state() const { return state_; }
  ItemProgram const& program() const { return *program_; }
  std::span<Variable const> variables() const { return variables_; }
  Variable const* variable(std::string_view identifier) const;
  Value const& value(std::string_view identifier) const;  // NULL when there is no such variable
  std::uint32_t attempts() const { return attempts_; }
  bool is_valid() const { return valid_; }
  bool is_responded() const;  // a response differs from its default and is not NULL
  bool is_correct() const;    // every response with a correct value matches it, and there is one
  // Identifiers of the modal feedback that shows now.
  std::vector<std::string> feedback() const;

 private:
  void declare();
  void process_templates();
  bool bind_responses(boost::json::object const& responses, std::vector<Value>& bound) const;
  void process_responses();

  std::shared_ptr<ItemProgram const> program_;
  ItemSessionSettings settings_;
  std::vector<Variable> variables_;  // by the program's slots
  SplitMix64 random_;                // of response processing, over all attempts
  SessionState state_ = SessionState::initial;
  std::uint32_t attempts_ = 0;
  bool valid_ = true;
};

}  // namespace proktor::qti
