#pragma once
// Runs one expression against a fixed set of variables. Expressions are written short:
// <sum><i>2</i><v>I5</v></sum> stands for qti-sum over a qti-base-value of type integer and a qti-variable;
// b, i, f, s, id, p, pair, dpair, d, uri are base values of each type.

#include "base/random.hpp"
#include "qti/expression/expression.hpp"
#include "qti/model/declarations.hpp"

#include <deque>
#include <set>
#include <string>
#include <string_view>

namespace trial {

// What the eight test expressions were asked, answered with fixed values.
class Queries final : public proktor::qti::TestQueries {
 public:
  proktor::qti::Value item_variable(std::string_view name, std::string_view weight) const override;
  proktor::qti::Value item_default(std::string_view name) const override;
  proktor::qti::Value item_correct(std::string_view name) const override;
  proktor::qti::Value test_variables(proktor::qti::ItemSubset const& subset, std::string_view variable,
                                     proktor::qti::BaseType base, std::string_view weight) const override;
  proktor::qti::Value outcome_extreme(proktor::qti::ItemSubset const& subset, std::string_view outcome,
                                      std::string_view weight, bool maximum) const override;
  std::int64_t count(proktor::qti::ItemSubset const& subset, proktor::qti::ItemCount what) const override;

  mutable std::string asked;
};

struct Outcome {
  std::string value;  // "NULL", "integer 5", "multiple identifier A,B", or the code of the error
  std::string findings;
  bool exhausted = false;
};

class Variables final : public proktor::qti::Names {
 public:
  explicit Variables(bool is_test = false);
  std::optional<proktor::qti::Symbol> find(std::string_view identifier) const override;
  bool is_test() const override { return is_test_; }

  // used: the names of the elements that were compiled and evaluated.
  Outcome run(std::string_view expression, std::uint64_t seed = 1,
              std::set<std::string>* used = nullptr) const;

  Queries queries;

 private:
  std::deque<proktor::qti::Declaration> declarations_;
  std::vector<proktor::qti::Variable> variables_;
  bool is_test_;
};

std::string describe(proktor::qti::Value const& value);

}  // namespace trial
