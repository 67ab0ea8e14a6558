// Comparing values of any type, and texts.

#include "qti/expression/elements.hpp"
#include "qti/value/fold.hpp"
#include "qti/value/pattern.hpp"

#include <algorithm>

namespace proktor::qti::make {
namespace {

class Match final : public TruthNode {
 public:
  explicit Match(Nodes operands)
      : left_(std::move(operands[0])),
        right_(std::move(operands[1])),
        as_text_(left_->type().base != right_->type().base && !is_numeric(left_->type().base) &&
                 left_->type().base != BaseType::none && right_->type().base != BaseType::none) {}

 private:
  Truth decide(Scope& scope) const override {
    Value left_room, right_room;
    auto const& left = left_->value(scope, left_room);
    auto const& right = right_->value(scope, right_room);
    if (left.is_null() || right.is_null()) return Truth::unknown;
    if (left.size() > 1 && !spend(scope, left.size() + right.size())) return Truth::unknown;
    if (!as_text_) return truth_of(same(left, right));
    Value retyped = right;
    retyped.retype(right.cardinality(), left.base());
    return truth_of(same(left, retyped));
  }
  NodePtr left_, right_;
  bool as_text_;
};

class Member final : public TruthNode {
 public:
  explicit Member(Nodes operands) : what_(std::move(operands[0])), in_(std::move(operands[1])) {}

 private:
  Truth decide(Scope& scope) const override {
    Value what_room, in_room;
    auto const& what = what_->value(scope, what_room);
    auto const& in = in_->value(scope, in_room);
    if (what.size() != 1 || in.is_null() || !spend(scope, in.size() / 4)) return Truth::unknown;
    return truth_of(std::any_of(in.begin(), in.end(),
                                [&](Scalar const& scalar) { return same(what[0], scalar, in.base()); }));
  }
  NodePtr what_, in_;
};

class Contains final : public TruthNode {
 public:
  explicit Contains(Nodes operands) : all_(std::move(operands[0])), part_(std::move(operands[1])) {}

 private:
  Truth decide(Scope& scope) const override {
    Value all_room, part_room;
    auto const& all = all_->value(scope, all_room);
    auto const& part = part_->value(scope, part_room);
    if (all.is_null() || part.is_null() || !spend(scope, all.size() * part.size() / 8)) return Truth::unknown;
    bool const ordered = all.cardinality() == Cardinality::ordered;
    bool const alike = part.cardinality() == all.cardinality() || part.cardinality() == Cardinality::single ||
                       all.cardinality() == Cardinality::single;
    if (!alike || part.size() > all.size()) return Truth::no;
    return truth_of(ordered ? has_sequence(all, part) : has_bag(all, part));
  }

  static bool has_sequence(Value const& all, Value const& part) {
    return std::search(all.begin(), all.end(), part.begin(), part.end(),
                       [&](auto const& a, auto const& b) { return same(a, b, all.base()); }) != all.end();
  }

  static bool has_bag(Value const& all, Value const& part) {
    std::vector<bool> used(all.size());
    return std::all_of(part.begin(), part.end(), [&](Scalar const& scalar) {
      for (std::size_t i = 0; i < all.size(); ++i) {
        if (used[i] || !same(all[i], scalar, all.base())) continue;
        used[i] = true;
        return true;
      }
      return false;
    });
  }

  NodePtr all_, part_;
};

enum class TextTest { same, first_has_second, second_has_first };

class TextComparison final : public TruthNode {
 public:
  TextComparison(Nodes operands, TextTest test, bool case_sensitive)
      : left_(std::move(operands[0])),
        right_(std::move(operands[1])),
        test_(test),
        case_sensitive_(case_sensitive) {}

 private:
  Truth decide(Scope& scope) const override {
    Value left_room, right_room;
    auto const* left = left_->value(scope, left_room).as_text();
    auto const* right = right_->value(scope, right_room).as_text();
    if (left == nullptr || right == nullptr) return Truth::unknown;
    if (!spend(scope, (left->size() + right->size()) / 64)) return Truth::unknown;
    switch (test_) {
      case TextTest::same:
        return truth_of(case_sensitive_ ? *left == *right : same_without_case(*left, *right));
      case TextTest::first_has_second:
        return truth_of(contains_text(*left, *right, case_sensitive_));
      case TextTest::second_has_first:
        break;
    }
    return truth_of(contains_text(*right, *left, case_sensitive_));
  }
  NodePtr left_, right_;
  TextTest test_;
  bool case_sensitive_;
};

class PatternMatch final : public TruthNode {
 public:
  PatternMatch(NodePtr operand, Pattern pattern)
      : operand_(std::move(operand)), pattern_(std::move(pattern)) {}

 private:
  Truth decide(Scope& scope) const override {
    Value room;
    auto const* text = operand_->value(scope, room).as_text();
    if (text == nullptr || !spend(scope, text->size() / 16)) return Truth::unknown;
    return truth_of(pattern_.matches(*text));
  }
  NodePtr operand_;
  Pattern pattern_;
};

bool want_same_cardinality(Call& call) {
  auto const left = call.operands[0]->type().cardinality, right = call.operands[1]->type().cardinality;
  if (!left || !right || *left == *right) return true;
  call.refuse("wrong-cardinality",
              "compares " + std::string(name(*left)) + " with " + std::string(name(*right)));
  return false;
}

// Real items ask whether a single value is a member of a single one; it is a container of one, said in a warning.
bool want_container(Call& call, std::size_t operand) {
  if (call.operands[operand]->type().cardinality != Cardinality::single) {
    return call.want_cardinality(operand, containers);
  }
  call.reader.warning("wrong-cardinality", call.node.line,
                      call.node.name + ": operand " + std::to_string(operand + 1) +
                          " is single; taken as a container of one");
  return true;
}

NodePtr text_comparison(Call& call, TextTest test) {
  auto const case_sensitive = call.boolean("case-sensitive", std::nullopt);
  if (!case_sensitive || !call.want(one, {BaseType::string})) return nullptr;
  return std::make_unique<TextComparison>(std::move(call.operands), test, *case_sensitive);
}

}  // namespace

NodePtr match(Call& call) {
  if (!want_same_cardinality(call) || !call.want_same_base()) return nullptr;
  return std::make_unique<Match>(std::move(call.operands));
}

NodePtr member(Call& call) {
  if (!call.want_cardinality(0, one) || !want_container(call, 1) || !call.want_same_base()) {
    return nullptr;
  }
  return std::make_unique<Member>(std::move(call.operands));
}

NodePtr contains(Call& call) {
  auto const single = [&](std::size_t operand) {
    return call.operands[operand]->type().cardinality == Cardinality::single;
  };
  if (!want_container(call, 0) || !want_container(call, 1) ||
      (!single(0) && !single(1) && !want_same_cardinality(call)) || !call.want_same_base()) {
    return nullptr;
  }
  return std::make_unique<Contains>(std::move(call.operands));
}

NodePtr string_match(Call& call) {
  auto const part = call.boolean("substring", false);
  return part ? text_comparison(call, *part ? TextTest::first_has_second : TextTest::same) : nullptr;
}

NodePtr substring(Call& call) {
  return text_comparison(call, TextTest::second_has_first);
}

NodePtr pattern_match(Call& call) {
  auto const text = call.text("pattern");
  if (!text || !call.want(one, {BaseType::string})) return nullptr;
  std::string reason;
  auto pattern = Pattern::compile(*text, reason);
  if (!pattern) return call.refuse("bad-pattern", "pattern=\"" + *text + "\": " + reason);
  return std::make_unique<PatternMatch>(std::move(call.operands[0]), std::move(*pattern));
}

}  // namespace proktor::qti::make
