#include "http/message.hpp"

#include <boost/json/serialize.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace proktor::http {
namespace {

bool equal_fold(std::string_view a, std::string_view b) {
  auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + ('a' - 'A')) : c; };
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [&](char x, char y) { return lower(x) == lower(y); });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

}  // namespace

std::string_view name_of(Method method) {
  switch (method) {
    case Method::get:
      return "GET";
    case Method::head:
      return "HEAD";
    case Method::post:
      return "POST";
    case Method::put:
      return "PUT";
    case Method::patch:
      return "PATCH";
    case Method::delete_:
      return "DELETE";
    case Method::options:
      return "OPTIONS";
    case Method::other:
      break;
  }
  return "OTHER";
}

std::string_view find_field(Fields const& fields, std::string_view name) {
  for (auto const& [field, value] : fields) {
    if (equal_fold(field, name)) return value;
  }
  return {};
}

bool RequestHead::has_header(std::string_view name) const {
  return std::any_of(headers.begin(), headers.end(),
                     [&](auto const& field) { return equal_fold(field.first, name); });
}

std::string_view RequestHead::query_value(std::string_view name) const {
  for (auto const& [key, value] : query) {
    if (key == name) return value;
  }
  return {};
}

std::string_view RequestHead::cookie(std::string_view name) const {
  for (auto const& [field, value] : headers) {
    if (!equal_fold(field, "cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      std::size_t const end = std::min(rest.find(';'), rest.size());
      std::string_view const pair = trim(rest.substr(0, end));
      std::size_t const equals = pair.find('=');
      if (equals != std::string_view::npos && pair.substr(0, equals) == name) return pair.substr(equals + 1);
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return {};
}

Response error_response(Errc code) {
  boost::json::value const body = {{"error", {{"code", id_of(code)}, {"message", sentence_of(code)}}}};
  Response response = json_response(boost::json::serialize(body), http_status_of(code));
  if (response.status == 503 || response.status == 429) {
    response.headers.emplace_back("Retry-After", std::to_string(retry_after_seconds_default));
  }
  return response;
}

Response json_response(std::string json, int status) {
  Response response;
  response.status = status;
  response.content_type = "application/json";
  response.body = std::move(json);
  return response;
}

}  // namespace proktor::http
