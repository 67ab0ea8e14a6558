#pragma once
// What an item program is made of; for sessions and for nobody else. Immutable once compiled; any thread. Owns all
// it needs: the item it was compiled from may go.

#include "qti/model/interaction.hpp"
#include "qti/scoring/item_program.hpp"
#include "qti/scoring/rules.hpp"

#include <map>
#include <vector>

namespace proktor::qti {

// A response declaration and what binds it.
struct ResponsePlan {
  std::uint32_t slot = 0;
  std::optional<Interaction> interaction;   // node is nullptr; nothing: no interaction sets it
  std::optional<std::uint32_t> text_slot;   // a second response that takes the same input as text (string-identifier)
  bool takes_text = false;                  // it is such a second response
  int radix = 10;                           // of a text interaction (base)
};

struct FeedbackPlan {
  std::string identifier;
  std::uint32_t outcome = 0;
  bool shows = true;
};

struct ItemProgram::Parts {
  static constexpr std::uint32_t completion_status = 0, attempts = 1, duration = 2, built_ins = 3;

  std::string identifier;
  bool adaptive = false;
  bool has_processing = false;
  bool has_templates = false;
  std::vector<Declaration> declarations;  // by slot; never resized after compiling began
  std::map<std::string, std::uint32_t, std::less<>> slots;
  std::vector<ResponsePlan> responses;
  std::vector<FeedbackPlan> feedback;
  std::vector<Rule> template_rules;
  std::vector<Rule> response_rules;
  std::vector<std::string> constants;  // what response processing compares with, as written; for the panel check
};

}  // namespace proktor::qti
