// Expressions over any number of numbers, single or in containers. One NULL among them makes the result NULL.

#include "qti/expression/elements.hpp"

#include <numeric>

namespace proktor::qti::make {
namespace {

// Calls `take` with every number; false when there is a NULL or something that is no number.
template <typename Take>
bool for_each_number(Scope& scope, Nodes const& operands, Take take) {
  for (auto const& operand : operands) {
    if (operand->type().cardinality == Cardinality::single) {
      auto const number = operand->number(scope);
      if (number.is_null()) return false;
      take(number);
      continue;
    }
    Value room;
    auto const& value = operand->value(scope, room);
    if (value.size() == 0 || !spend(scope, value.size() / 4)) return false;
    for (auto const& scalar : value) {
      auto const number = Number::of(scalar);
      if (number.is_null()) return false;
      take(number);
    }
  }
  return true;
}

// Each of these takes numbers one by one and has the result at the end.

class Sum {
 public:
  void operator()(Number number) {
    real_ += number.real();
    all_integers_ = all_integers_ && number.is_integer();
    if (all_integers_) overflow_ = __builtin_add_overflow(integer_, number.integer(), &integer_) || overflow_;
  }
  Number result() const {
    if (!all_integers_) return Number::of(real_);
    return overflow_ ? Number() : Number::of(integer_);
  }

 private:
  double real_ = 0;
  std::int64_t integer_ = 0;
  bool all_integers_ = true, overflow_ = false;
};

class Product {
 public:
  void operator()(Number number) {
    real_ *= number.real();
    all_integers_ = all_integers_ && number.is_integer();
    if (all_integers_) overflow_ = __builtin_mul_overflow(integer_, number.integer(), &integer_) || overflow_;
  }
  Number result() const {
    if (!all_integers_) return Number::of(real_);
    return overflow_ ? Number() : Number::of(integer_);
  }

 private:
  double real_ = 1;
  std::int64_t integer_ = 1;
  bool all_integers_ = true, overflow_ = false;
};

template <int Sign>
class Extreme {
 public:
  void operator()(Number number) {
    all_integers_ = all_integers_ && number.is_integer();
    if (best_.is_null() || compare(number, best_) == Sign) best_ = number;
  }
  Number result() const { return all_integers_ || best_.is_null() ? best_ : Number::of(best_.real()); }

 private:
  Number best_;
  bool all_integers_ = true;
};

std::uint64_t magnitude(std::int64_t value) {
  return value < 0 ? std::uint64_t{0} - static_cast<std::uint64_t>(value) : static_cast<std::uint64_t>(value);
}

Number whole_number(std::uint64_t value) {
  return value > static_cast<std::uint64_t>(INT64_MAX) ? Number()
                                                       : Number::of(static_cast<std::int64_t>(value));
}

class Gcd {
 public:
  void operator()(Number number) {
    valid_ = valid_ && number.is_integer();
    if (valid_) gcd_ = std::gcd(gcd_, magnitude(number.integer()));
  }
  Number result() const { return valid_ ? whole_number(gcd_) : Number(); }

 private:
  std::uint64_t gcd_ = 0;
  bool valid_ = true;
};

class Lcm {
 public:
  void operator()(Number number) {
    valid_ = valid_ && number.is_integer();
    if (!valid_) return;
    auto const next = magnitude(number.integer());
    if (next == 0) zero_ = true;
    if (zero_) return;
    overflow_ = __builtin_mul_overflow(lcm_ / std::gcd(lcm_, next), next, &lcm_) || overflow_;
    if (overflow_) lcm_ = 1;
  }
  Number result() const {
    if (!valid_) return {};
    if (zero_) return Number::of(std::int64_t{0});
    return overflow_ ? Number() : whole_number(lcm_);
  }

 private:
  std::uint64_t lcm_ = 1;
  bool valid_ = true, zero_ = false, overflow_ = false;
};

template <typename Taker>
class Aggregate final : public NumberNode {
 public:
  Aggregate(Nodes operands, BaseType base) : NumberNode(base), operands_(std::move(operands)) {}

 private:
  Number count(Scope& scope) const override {
    Taker taker;
    if (!for_each_number(scope, operands_, [&](Number number) { taker(number); })) return {};
    return taker.result();
  }
  Nodes operands_;
};

enum class Statistic { mean, sample_variance, sample_deviation, population_variance, population_deviation };

class Stats final : public NumberNode {
 public:
  Stats(Nodes operands, Statistic what)
      : NumberNode(BaseType::floating), operands_(std::move(operands)), what_(what) {}

 private:
  Number count(Scope& scope) const override {
    std::vector<double> values;
    if (!for_each_number(scope, operands_, [&](Number number) { values.push_back(number.real()); }))
      return {};
    auto const size = static_cast<double>(values.size());
    auto const mean = std::accumulate(values.begin(), values.end(), 0.0) / size;
    if (what_ == Statistic::mean) return Number::of(mean);
    auto const of_sample = what_ == Statistic::sample_variance || what_ == Statistic::sample_deviation;
    if (of_sample && values.size() < 2) return {};
    double squares = 0;
    for (auto const value : values) squares += (value - mean) * (value - mean);
    auto const variance = squares / (of_sample ? size - 1 : size);
    auto const is_variance = what_ == Statistic::sample_variance || what_ == Statistic::population_variance;
    return Number::of(is_variance ? variance : std::sqrt(variance));
  }
  Nodes operands_;
  Statistic what_;
};

template <typename Taker>
NodePtr aggregate(Call& call, BaseTypes bases) {
  if (!call.want(one_or_more, bases)) return nullptr;
  auto const base = call.number_base();
  return std::make_unique<Aggregate<Taker>>(std::move(call.operands), base);
}

}  // namespace

NodePtr sum(Call& call) {
  return aggregate<Sum>(call, numbers);
}
NodePtr product(Call& call) {
  return aggregate<Product>(call, numbers);
}
NodePtr maximum(Call& call) {
  return aggregate<Extreme<1>>(call, numbers);
}
NodePtr minimum(Call& call) {
  return aggregate<Extreme<-1>>(call, numbers);
}
NodePtr gcd(Call& call) {
  return aggregate<Gcd>(call, {BaseType::integer});
}
NodePtr lcm(Call& call) {
  return aggregate<Lcm>(call, {BaseType::integer});
}

NodePtr stats_operator(Call& call) {
  constexpr std::array<std::string_view, 5> words{"mean", "sampleVariance", "sampleSD", "popVariance",
                                                  "popSD"};
  auto const what = call.choice("name", words, std::nullopt);
  if (!what || !call.want(containers, numbers)) return nullptr;
  return std::make_unique<Stats>(std::move(call.operands), static_cast<Statistic>(*what));
}

}  // namespace proktor::qti::make
