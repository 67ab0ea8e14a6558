#pragma once
// Reads required fields out of a JSON object and remembers the first that is missing or of the wrong type, so that a
// decoder is a plain list of fields. Pure.

#include "base/result.hpp"

#include <boost/json.hpp>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::core {

class JsonFields {
 public:
  // `text` must be one JSON object; otherwise ok() is false from the start.
  explicit JsonFields(std::string_view text);
  explicit JsonFields(boost::json::object object) : object_(std::move(object)) {}

  std::string text(std::string_view name);                        // required string
  std::string text_or(std::string_view name, std::string_view fallback = {});
  std::int64_t integer(std::string_view name);                    // required whole number
  std::uint64_t natural(std::string_view name);                   // required, >= 0
  bool boolean(std::string_view name);
  std::vector<std::string> texts(std::string_view name);          // required list of strings
  std::vector<std::string> texts_or_none(std::string_view name);  // absent: empty
  boost::json::array array(std::string_view name);
  boost::json::value const* find(std::string_view name) const { return object_.if_contains(name); }

  bool ok() const { return wrong_.empty(); }
  std::string const& wrong() const { return wrong_; }  // the first field at fault; "json" when it is no object
  Error error(Errc code) const { return fail(code, wrong_); }
  void refuse(std::string_view name);

 private:
  boost::json::object object_;
  std::string wrong_;
};

}  // namespace proktor::core
