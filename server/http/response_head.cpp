#include "http/response_head.hpp"

#include <algorithm>
#include <array>

namespace proktor::http {
namespace {

constexpr std::string_view policy =
    "default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src 'none'; base-uri "
    "'none'; "
    "frame-ancestors 'none'; form-action 'self'";

// HSTS is left out: a LAN name must stay reachable when the box is replaced.
constexpr std::array<std::pair<std::string_view, std::string_view>, 7> standing_headers{{
    {"Cache-Control", "no-store"},
    {"Content-Security-Policy", policy},
    {"X-Content-Type-Options", "nosniff"},
    {"Referrer-Policy", "no-referrer"},
    {"Cross-Origin-Opener-Policy", "same-origin"},
    {"Cross-Origin-Resource-Policy", "same-origin"},
    {"Permissions-Policy", "camera=(), microphone=(), geolocation=(), usb=(), payment=()"},
}};

constexpr std::size_t head_bytes_typical = 900;

bool is_token_char(char c) {
  constexpr std::string_view others = "!#$%&'*+-.^_`|~";
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
         others.find(c) != std::string_view::npos;
}

bool is_safe(std::string_view name, std::string_view value) {
  return !name.empty() && std::all_of(name.begin(), name.end(), is_token_char) &&
         std::none_of(value.begin(), value.end(), [](char c) {
           return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
         });
}

void append_field(std::string& out, std::string_view name, std::string_view value) {
  if (is_safe(name, value)) out.append(name).append(": ").append(value).append("\r\n");
}

}  // namespace

std::string_view content_security_policy() {
  return policy;
}

std::string_view reason_of(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 413:
      return "Content Too Large";
    case 415:
      return "Unsupported Media Type";
    case 416:
      return "Range Not Satisfiable";
    case 421:
      return "Misdirected Request";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    default:
      return "Status";
  }
}

std::string response_head(Response const& response, Framing const& framing) {
  std::string out;
  out.reserve(head_bytes_typical);
  out.append("HTTP/1.1 ")
      .append(std::to_string(response.status))
      .append(" ")
      .append(reason_of(response.status));
  out.append("\r\n");
  if (!response.content_type.empty()) append_field(out, "Content-Type", response.content_type);
  if (framing.content_length) append_field(out, "Content-Length", std::to_string(*framing.content_length));
  if (framing.chunked) append_field(out, "Transfer-Encoding", "chunked");
  append_field(out, "Connection", framing.close ? "close" : "keep-alive");
  for (auto const& [name, value] : response.headers) append_field(out, name, value);
  for (auto const& [name, value] : standing_headers) {
    if (find_field(response.headers, name).empty())
      out.append(name).append(": ").append(value).append("\r\n");
  }
  out.append("\r\n");
  return out;
}

}  // namespace proktor::http
