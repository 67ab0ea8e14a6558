#pragma once
// The values that the view of one item shows: of its template variables and of its outcomes at the start,
// from an item session with the attempt's seed. Without a program nothing has a value. One thread. Source:
// QTI 3 ASI, "PrintedVariable", "Number Formatting Rules", "TemplateBlock", "MathML".

#include "qti/scoring/item_session.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::qti {

class ViewValues {
 public:
  ViewValues() = default;
  // lang: of the item; Indonesian prints numbers with a decimal comma, every other language with a point.
  ViewValues(std::shared_ptr<ItemProgram const> program, std::uint64_t seed, std::string_view lang);

  // Of a node or choice: false when a template variable hides it.
  bool shows(boost::json::object const& node) const;
  // The text of a "printed" node; empty for NULL.
  std::string printed(boost::json::object const& node) const;
  // Of a math variable.
  std::string number(std::string_view variable) const;

 private:
  Value const* value(std::string_view variable) const;

  std::optional<ItemSession> session_;
  char decimal_sign_ = '.';
};

}  // namespace proktor::qti
