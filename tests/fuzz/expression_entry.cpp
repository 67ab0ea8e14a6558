#include "tests/fuzz/expression_growth.hpp"

#include "qti/expression/expression.hpp"
#include "qti/value/text.hpp"

#include <boost/json/serialize.hpp>

#include <cmath>
#include <deque>
#include <map>
#include <string>
#include <vector>

namespace proktor::fuzz {
namespace {

using qti::BaseType;
using qti::Cardinality;
using qti::Value;

constexpr int depth_max = 6;

qti::Scalar scalar(Choices& choices, BaseType base) {
  constexpr std::int64_t integers[] = {0,         1,        -1, 2, 7, 100, 2'147'483'647, -2'147'483'648LL,
                                       INT64_MAX, INT64_MIN};
  constexpr double numbers[] = {0,      1,    -1,  0.5,      1.0 / 3,   1e308, -1e308,
                                5e-324, 1e15, 2.5, INFINITY, -INFINITY, -0.0};
  constexpr char const* texts[] = {"a", "A", "abc", "É", "ß", " ", "3,14", "aaaaaaaaz"};
  auto const text = [&] {
    auto drawn = choices.one_in(4) ? choices.text(16) : std::string(texts[choices.below(std::size(texts))]);
    return drawn.empty() ? std::string("a") : drawn;
  };
  switch (base) {
    case BaseType::boolean:
      return choices.one_in(2);
    case BaseType::integer:
      return integers[choices.below(std::size(integers))];
    case BaseType::floating:
      return numbers[choices.below(std::size(numbers))];
    case BaseType::duration:
      return std::abs(numbers[choices.below(std::size(numbers))]);
    case BaseType::point:
      return qti::Point{static_cast<std::int64_t>(choices.byte()),
                        integers[choices.below(std::size(integers))]};
    case BaseType::pair:
    case BaseType::directed_pair:
      return qti::Pair{text(), text()};
    default:
      return text();
  }
}

Value value(Choices& choices, Kind kind) {
  if (kind.cardinality == Cardinality::record) {
    return Value::record({{"a", Value::single(BaseType::floating, scalar(choices, BaseType::floating))},
                          {"b", Value::single(BaseType::integer, scalar(choices, BaseType::integer))},
                          {"c", Value::single(BaseType::string, scalar(choices, BaseType::string))}});
  }
  Value made{kind.cardinality, kind.base};
  std::size_t const count = kind.cardinality == Cardinality::single ? choices.below(4) > 0 : choices.below(5);
  for (std::size_t left = count; left > 0; --left) made.add(scalar(choices, kind.base));
  return made;
}

class Variables final : public qti::Names, public qti::TestQueries {
 public:
  Variables(Choices& choices, bool is_test) : is_test_(is_test) {
    for (int cardinality = 0; cardinality < 3; ++cardinality) {
      for (int base = 1; base <= 11; ++base) {
        add(choices, {static_cast<Cardinality>(cardinality), static_cast<BaseType>(base)});
      }
    }
    add(choices, {Cardinality::record, BaseType::none});
  }

  std::optional<qti::Symbol> find(std::string_view identifier) const override {
    auto const found = slots_.find(identifier);
    if (found == slots_.end()) return std::nullopt;
    return qti::Symbol{&declarations_[found->second], found->second};
  }
  bool is_test() const override { return is_test_; }
  std::vector<qti::Variable> const& all() const { return variables_; }

  Value item_variable(std::string_view, std::string_view) const override { return Value::floating(1.5); }
  Value item_default(std::string_view) const override { return {}; }
  Value item_correct(std::string_view) const override { return Value::identifier("A"); }
  Value test_variables(qti::ItemSubset const&, std::string_view, BaseType, std::string_view) const override {
    return scores();
  }
  Value outcome_extreme(qti::ItemSubset const&, std::string_view, std::string_view, bool) const override {
    return scores();
  }
  std::int64_t count(qti::ItemSubset const&, qti::ItemCount what) const override {
    return static_cast<std::int64_t>(what);
  }

 private:
  static Value scores() {
    Value made{Cardinality::multiple, BaseType::floating};
    made.add(1.0);
    made.add(0.25);
    return made;
  }

  void add(Choices& choices, Kind kind) {
    auto& declaration = declarations_.emplace_back();
    declaration.identifier = variable_name(kind);
    declaration.kind = qti::VariableKind::response;
    declaration.cardinality = kind.cardinality;
    declaration.base = kind.base;
    declaration.default_value = value(choices, kind);
    declaration.correct = value(choices, kind);
    if (kind.base == BaseType::point) {
      declaration.area_mapping.emplace();
      declaration.area_mapping->default_value = 0.5;
      declaration.area_mapping->upper = 2;
      declaration.area_mapping->entries.push_back({{qti::Shape::circle, {0, 0, 100}}, 1});
      declaration.area_mapping->entries.push_back({{qti::Shape::polygon, {0, 0, 200, 0, 0, 200}}, 1});
    } else if (kind.cardinality != Cardinality::record) {
      declaration.mapping.emplace();
      declaration.mapping->lower = -1;
      declaration.mapping->default_value = 0.25;
      declaration.mapping->entries.push_back({scalar(choices, kind.base), {}, 1.5, true});
    }
    auto const slot = static_cast<std::uint32_t>(variables_.size());
    slots_.emplace(declaration.identifier, slot);
    variables_.push_back(
        {&declaration, value(choices, kind), declaration.default_value, declaration.correct});
  }

  bool is_test_;
  std::deque<qti::Declaration> declarations_;
  std::vector<qti::Variable> variables_;
  std::map<std::string, std::uint32_t, std::less<>> slots_;
};

void check_value(Value const& result) {
  for (auto const& member : result) {
    auto const* number = std::get_if<double>(&member);
    require(number == nullptr || !std::isnan(*number), "no value is NaN");
    auto const* text = std::get_if<std::string>(&member);
    require(text == nullptr || !text->empty() || result.base() == BaseType::string,
            "no text without letters");
  }
  require(result.cardinality() != Cardinality::single || result.size() <= 1, "a single has one member");
}

void run(qti::XmlNode const& node, Variables const& variables) {
  qti::Reader reader{"expression.xml", {}};
  auto const compiled = qti::Expression::compile(reader, node, variables);
  require(compiled.has_value() != qti::has_errors(reader.findings),
          "what is refused has an error, and only that");
  if (!compiled) return;
  std::string first;
  for (int turn = 0; turn < 2; ++turn) {
    SplitMix64 random(7);
    qti::Scope scope{variables.all(), random};
    if (variables.is_test()) scope.test = &variables;
    auto const result = compiled->evaluate(scope);
    check_value(result);
    auto const known = compiled->cardinality();
    require(result.is_null() || !known || result.cardinality() == *known,
            "the cardinality is the one foretold");
    bool const is_known = compiled->base() != BaseType::none && !result.is_null();
    require(!is_known || result.base() == compiled->base(), "the base type is the one foretold");
    auto const text = boost::json::serialize(qti::to_json(result));
    require(turn == 0 || text == first, "the same seed gives the same value");
    first = text;
  }
}

}  // namespace

void expression(std::string_view bytes) {
  if (bytes.empty()) return;
  bool const is_test = bytes[0] == 'T' || bytes[0] == 't';
  bool const is_xml = bytes[0] == 'X' || bytes[0] == 'T';
  Choices choices(bytes.substr(1));
  if (is_xml) {
    auto const document = qti::read_xml(bytes.substr(1), "expression.xml");
    Choices fixed("\1\2\3\4\5\6\7\1\2\3\4\5\6\7\1\2\3\4\5\6\7\1\2\3\4\5\6\7\1\2\3\4\5\6\7\1\2\3\4\5\6\7");
    if (document.root) run(*document.root, Variables(fixed, is_test));
    return;
  }
  constexpr BaseType wanted[] = {BaseType::boolean, BaseType::integer, BaseType::floating};
  auto const root = grow(choices, {Cardinality::single, wanted[choices.below(3)]}, depth_max);
  run(root, Variables(choices, is_test));
}

}  // namespace proktor::fuzz
