#include "qti/model/binding_rules.hpp"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <string>

namespace proktor::qti {
namespace {

// Sets of enumerators, as bits.
template <class E>
constexpr unsigned set_of(std::initializer_list<E> members) {
  unsigned bits = 0;
  for (auto const member : members) bits |= 1U << static_cast<unsigned>(member);
  return bits;
}
template <class E>
constexpr bool has(unsigned bits, E member) {
  return (bits >> static_cast<unsigned>(member) & 1U) != 0;
}

using enum BaseType;
using enum Cardinality;

constexpr unsigned one = set_of({single});
constexpr unsigned some = set_of({single, multiple});
constexpr unsigned in_order = set_of({ordered});
constexpr unsigned typed = set_of({string, integer, floating});

struct Rule {
  InteractionKind kind;
  unsigned bases;
  unsigned cardinalities;
  std::string_view bases_told;
  std::string_view cardinalities_told;
};

// A record is only for typed text: it has no base type of its own.
constexpr std::array rules{
    Rule{InteractionKind::choice, set_of({identifier}), some, "identifier", "single or multiple"},
    Rule{InteractionKind::match, set_of({directed_pair}), some, "directedPair", "single or multiple"},
    Rule{InteractionKind::text_entry, typed, set_of({single, record}), "string, integer or float",
         "single or record"},
    Rule{InteractionKind::extended_text, typed, set_of({single, multiple, ordered, record}),
         "string, integer or float", "single, multiple, ordered or record"},
    Rule{InteractionKind::associate, set_of({pair}), some, "pair", "single or multiple"},
    Rule{InteractionKind::drawing, set_of({file}), one, "file", "single"},
    Rule{InteractionKind::end_attempt, set_of({boolean}), one, "boolean", "single"},
    Rule{InteractionKind::gap_match, set_of({directed_pair}), some, "directedPair", "single or multiple"},
    Rule{InteractionKind::graphic_associate, set_of({pair}), some, "pair", "single or multiple"},
    Rule{InteractionKind::graphic_gap_match, set_of({directed_pair}), some, "directedPair",
         "single or multiple"},
    Rule{InteractionKind::graphic_order, set_of({identifier}), in_order, "identifier", "ordered"},
    Rule{InteractionKind::hotspot, set_of({identifier}), some, "identifier", "single or multiple"},
    Rule{InteractionKind::hottext, set_of({identifier}), some, "identifier", "single or multiple"},
    Rule{InteractionKind::inline_choice, set_of({identifier}), one, "identifier", "single"},
    Rule{InteractionKind::media, set_of({integer}), one, "integer", "single"},
    Rule{InteractionKind::order, set_of({identifier}), in_order, "identifier", "ordered"},
    Rule{InteractionKind::position_object, set_of({point}), some, "point", "single or multiple"},
    Rule{InteractionKind::select_point, set_of({point}), some, "point", "single or multiple"},
    Rule{InteractionKind::slider, set_of({integer, floating}), one, "integer or float", "single"},
    Rule{InteractionKind::upload, set_of({file}), one, "file", "single"}};

bool has_choice(std::vector<Choice> const& choices, std::string_view identifier) {
  return std::ranges::find(choices, identifier, &Choice::identifier) != choices.end();
}

class KeyCheck {
 public:
  KeyCheck(Reader& reader, Interaction const& interaction, Declaration const& declaration)
      : reader_(reader), interaction_(interaction), declaration_(declaration) {}

  void key(Scalar const& key, std::string_view where) {
    if (auto const* word = std::get_if<std::string>(&key)) {
      named(*word, where);
    } else if (auto const* words = std::get_if<Pair>(&key)) {
      bool const known = named(words->first, where) & named(words->second, where);
      if (!known || interaction_.columns.empty() || has_choice(interaction_.choices, words->first)) return;
      reader_.warning("pair-order", declaration_.line,
                      std::string(where) + " of " + declaration_.identifier + " has the pair " +
                          words->first + " " + words->second + ", but what is put there stands second");
    }
  }

 private:
  bool named(std::string const& identifier, std::string_view where) {
    if (has_choice(interaction_.choices, identifier) || has_choice(interaction_.columns, identifier))
      return true;
    reader_.error("unknown-choice", declaration_.line,
                  std::string(where) + " of " + declaration_.identifier + " names " + identifier +
                      ", which is no choice");
    return false;
  }

  Reader& reader_;
  Interaction const& interaction_;
  Declaration const& declaration_;
};

}  // namespace

bool may_bind(InteractionKind kind, Cardinality cardinality, BaseType base) {
  auto const rule = std::ranges::find(rules, kind, &Rule::kind);
  return rule != rules.end() && has(rule->cardinalities, cardinality) &&
         (cardinality == record || has(rule->bases, base));
}

void check_binding(Reader& reader, Interaction const& interaction, Declaration const& declaration) {
  auto const rule = std::ranges::find(rules, interaction.kind, &Rule::kind);
  if (rule == rules.end()) return;
  auto const refuse = [&](std::string_view code, std::string_view what, std::string_view wanted) {
    reader.error(code, interaction.line,
                 std::string(name(interaction.kind)) + " needs a response of " + std::string(what) + " " +
                     std::string(wanted) + "; " + declaration.identifier + " is " +
                     std::string(name(declaration.cardinality)) + " " + std::string(name(declaration.base)));
  };
  bool const is_record = declaration.cardinality == record && has(rule->cardinalities, record);
  if (!is_record && !has(rule->bases, declaration.base))
    refuse("wrong-base-type", "base-type", rule->bases_told);
  if (!has(rule->cardinalities, declaration.cardinality))
    refuse("wrong-cardinality", "cardinality", rule->cardinalities_told);
}

void check_keys(Reader& reader, Interaction const& interaction, Declaration const& declaration) {
  if (interaction.choices.empty()) return;
  KeyCheck check(reader, interaction, declaration);
  for (auto const& correct : declaration.correct) check.key(correct, "the correct response");
  if (!declaration.mapping) return;
  for (auto const& entry : declaration.mapping->entries) check.key(entry.key, "the mapping");
}

void check_templates(Reader& reader, Interaction const& interaction, Item const& item) {
  for (auto const* list : {&interaction.choices, &interaction.columns}) {
    for (auto const& choice : *list) {
      if (choice.template_identifier.empty()) continue;
      auto const* variable = item.declaration(choice.template_identifier);
      if (variable != nullptr && variable->kind == VariableKind::template_variable) continue;
      reader.error(
          "unknown-variable", choice.node->line,
          choice.identifier + " shows by " + choice.template_identifier + ", which is no template variable");
    }
  }
}

}  // namespace proktor::qti
