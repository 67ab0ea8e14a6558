#include "qti/expression/compiler.hpp"

#include "qti/value/text.hpp"

#include <algorithm>

namespace proktor::qti {
namespace {

bool is_text(BaseType base) {
  return base == BaseType::string || base == BaseType::identifier || base == BaseType::uri;
}

std::string quoted(std::string_view attribute, std::string_view value) {
  return std::string(attribute) + "=\"" + std::string(value) + "\"";
}

// A reference may stand in braces, as QTI 2.0 wrote it.
std::string_view without_braces(std::string_view word) {
  if (word.size() > 2 && word.front() == '{' && word.back() == '}') return word.substr(1, word.size() - 2);
  return word;
}

std::string place(Call const& call, std::size_t operand) {
  return call.node.name + ": operand " + std::to_string(operand + 1);
}

}  // namespace

Number NumberOrVariable::get(Scope const& scope) const {
  if (!slot_) return constant_;
  if (*slot_ >= scope.variables.size()) return {};
  auto const& value = scope.variables[*slot_].value;
  if (value.cardinality() != Cardinality::single || value.is_null()) return {};
  return Number::of(value[0]);
}

std::optional<std::int64_t> NumberOrVariable::integer(Scope const& scope) const {
  auto const number = get(scope);
  if (!number.is_integer()) return std::nullopt;
  return number.integer();
}

NodePtr Call::refuse(std::string_view code, std::string message) {
  reader.error(code, node.line, node.name + ": " + std::move(message));
  return nullptr;
}

bool Call::want(Cardinalities cardinalities, BaseTypes bases) {
  bool good = true;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    good = want_cardinality(i, cardinalities) && want_base(i, bases) && good;
  }
  return good;
}

bool Call::want_cardinality(std::size_t operand, Cardinalities cardinalities) {
  auto const known = operands[operand]->type().cardinality;
  if (!known || cardinalities.has(*known)) return true;
  reader.error("wrong-cardinality", node.line,
               place(*this, operand) + " has cardinality " + std::string(name(*known)));
  return false;
}

bool Call::want_base(std::size_t operand, BaseTypes bases) {
  auto const base = operands[operand]->type().base;
  if (base == BaseType::none || bases.has(base)) return true;
  if (is_text(base) && bases.has(BaseType::string)) {
    reader.warning("wrong-base-type", node.line,
                   place(*this, operand) + " is " + std::string(name(base)) + "; read as string");
    return true;
  }
  reader.error("wrong-base-type", node.line,
               place(*this, operand) + " has base type " + std::string(name(base)));
  return false;
}

bool Call::want_same_base() {
  BaseType first = BaseType::none;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    auto const base = operands[i]->type().base;
    if (first == BaseType::none) first = base;
    if (base == BaseType::none || base == first || (is_numeric(base) && is_numeric(first))) continue;
    auto const message =
        place(*this, i) + " is " + std::string(name(base)) + ", the first is " + std::string(name(first));
    if (!is_text(base) || !is_text(first)) {
      reader.error("wrong-base-type", node.line, message);
      return false;
    }
    reader.warning("wrong-base-type", node.line, message + "; compared as text");
  }
  return true;
}

BaseType Call::number_base() const {
  auto result = BaseType::integer;
  for (auto const& operand : operands) {
    auto const base = operand->type().base;
    if (base == BaseType::floating || base == BaseType::duration) return BaseType::floating;
    if (base != BaseType::integer) result = BaseType::none;
  }
  return result;
}

std::optional<std::string> Call::text(std::string_view attribute) {
  if (auto const value = node.attribute(attribute)) return std::string(*value);
  refuse("bad-attribute", "has no " + std::string(attribute));
  return std::nullopt;
}

std::optional<bool> Call::boolean(std::string_view attribute, std::optional<bool> fallback) {
  auto const value = node.attribute(attribute);
  if (!value && fallback) return fallback;
  auto const word = trim(value.value_or(""));
  if (word == "true" || word == "1") return true;
  if (word == "false" || word == "0") return false;
  refuse("bad-attribute", value ? quoted(attribute, *value) + " is neither true nor false"
                                : "has no " + std::string(attribute));
  return std::nullopt;
}

std::optional<std::size_t> Call::choice(std::string_view attribute, std::span<std::string_view const> words,
                                        std::optional<std::size_t> fallback) {
  auto const value = node.attribute(attribute);
  if (!value && fallback) return fallback;
  auto const found = std::ranges::find(words, trim(value.value_or("")));
  if (found != words.end()) return static_cast<std::size_t>(found - words.begin());
  refuse("bad-attribute",
         value ? quoted(attribute, *value) + " is not known" : "has no " + std::string(attribute));
  return std::nullopt;
}

std::optional<NumberOrVariable> Call::number_in(std::string_view attribute, std::string_view word,
                                                bool whole) {
  if (auto const scalar = scalar_from(whole ? BaseType::integer : BaseType::floating, word)) {
    return NumberOrVariable(Number::of(*scalar));
  }
  auto const symbol = names.find(without_braces(trim(word)));
  if (!symbol) {
    refuse("bad-attribute", quoted(attribute, word) + " is neither a number nor a variable");
    return std::nullopt;
  }
  auto const base = symbol->declaration->base;
  auto const fits = base == BaseType::integer || (!whole && base == BaseType::floating);
  if (symbol->declaration->cardinality != Cardinality::single || !fits) {
    refuse("bad-attribute", quoted(attribute, word) + " names a variable of the wrong type");
    return std::nullopt;
  }
  return NumberOrVariable(symbol->slot);
}

std::optional<NumberOrVariable> Call::integer(std::string_view attribute,
                                              std::optional<std::int64_t> fallback) {
  auto const value = node.attribute(attribute);
  if (value) return number_in(attribute, *value, true);
  if (fallback) return NumberOrVariable(Number::of(*fallback));
  refuse("bad-attribute", "has no " + std::string(attribute));
  return std::nullopt;
}

std::optional<NumberOrVariable> Call::number(std::string_view attribute, std::optional<double> fallback) {
  auto const value = node.attribute(attribute);
  if (value) return number_in(attribute, *value, false);
  if (fallback) return NumberOrVariable(Number::of(*fallback));
  refuse("bad-attribute", "has no " + std::string(attribute));
  return std::nullopt;
}

std::optional<Symbol> Call::variable(std::string_view identifier) {
  if (auto symbol = names.find(identifier)) return symbol;
  refuse("unknown-variable", "there is no variable " + std::string(identifier));
  return std::nullopt;
}

}  // namespace proktor::qti
