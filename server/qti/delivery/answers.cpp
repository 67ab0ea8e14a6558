#include "qti/delivery/delivery_view.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace proktor::qti {
namespace {

namespace json = boost::json;

std::string_view view(json::string const& text) {
  return {text.data(), text.size()};
}

// The author's word for one choice, or for a pair of choices. Errors: bad_field.
Result<std::string> authored_value(ResponseIds const& ids, std::string_view value) {
  bool const pair = ids.base == "directedPair" || ids.base == "pair";
  if (ids.base != "identifier" && !pair) return std::string(value);
  auto const authored = [&](std::string_view opaque) -> std::string const* {
    for (auto const& [id, name] : ids.choices) {
      if (id == opaque) return &name;
    }
    return nullptr;
  };
  auto const gap = pair ? value.find(' ') : std::string_view::npos;
  auto const* first = authored(value.substr(0, gap));
  auto const* second = gap == std::string_view::npos ? nullptr : authored(value.substr(gap + 1));
  if (first == nullptr || (pair && second == nullptr)) {
    return fail(Errc::bad_field, ids.opaque + ": unknown choice " + std::string(value.substr(0, 40)));
  }
  return pair ? *first + " " + *second : *first;
}

Result<json::value> authored_response(ResponseIds const& ids, json::value const& value) {
  if (ids.cardinality == "single") {
    auto const* text = value.if_string();
    if (text == nullptr) return fail(Errc::bad_field, ids.opaque + ": expected a string");
    auto mapped = authored_value(ids, view(*text));
    if (!mapped) return mapped.error();
    return json::value(std::string_view(*mapped));
  }
  auto const* list = value.if_array();
  if (list == nullptr) return fail(Errc::bad_field, ids.opaque + ": expected a list");
  json::array out;
  for (auto const& entry : *list) {
    auto const* text = entry.if_string();
    if (text == nullptr) return fail(Errc::bad_field, ids.opaque + ": expected a list of strings");
    auto mapped = authored_value(ids, view(*text));
    if (!mapped) return mapped.error();
    out.emplace_back(std::string_view(*mapped));
  }
  return json::value(std::move(out));
}

}  // namespace

Result<json::object> authored_answer(ItemIds const& ids, json::object const& answer) {
  json::object out;
  for (auto const& [key, value] : answer) {
    std::string_view const opaque{key.data(), key.size()};
    auto const found = std::ranges::find(ids.responses, opaque, &ResponseIds::opaque);
    if (found == ids.responses.end()) {
      return fail(Errc::bad_field, "unknown response " + std::string(opaque.substr(0, 40)));
    }
    auto mapped = authored_response(*found, value);
    if (!mapped) return mapped.error();
    out[found->authored] = std::move(*mapped);
  }
  return out;
}

json::object to_json(DeliveryIds const& ids) {
  json::object out;
  for (auto const& item : ids.items) {
    json::object responses;
    for (auto const& response : item.responses) {
      json::object choices;
      for (auto const& [opaque, authored] : response.choices) choices[opaque] = authored;
      responses[response.opaque] = {{"id", response.authored}, {"choices", std::move(choices)}};
    }
    out[item.opaque] = {{"ref", item.authored}, {"item", item.item}, {"responses", std::move(responses)}};
  }
  return out;
}

}  // namespace proktor::qti
