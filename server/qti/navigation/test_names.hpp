#pragma once
// The variables that expressions of a test may name without a point: its outcomes. Borrows them; any thread.

#include "qti/expression/expression.hpp"

#include <algorithm>
#include <vector>

namespace proktor::qti {

class TestNames final : public Names {
 public:
  explicit TestNames(std::vector<Declaration> const& outcomes) : outcomes_(outcomes) {}

  std::optional<Symbol> find(std::string_view identifier) const override {
    auto const found = std::ranges::find(outcomes_, identifier, &Declaration::identifier);
    if (found == outcomes_.end()) return std::nullopt;
    return Symbol{&*found, static_cast<std::uint32_t>(found - outcomes_.begin())};
  }
  bool is_test() const override { return true; }

 private:
  std::vector<Declaration> const& outcomes_;
};

}  // namespace proktor::qti
