#include "http/client.hpp"

#include <boost/url/parse.hpp>
#include <boost/url/url_view.hpp>

#include <charconv>

namespace proktor::http {
namespace {

constexpr std::string_view unix_scheme = "unix:";
constexpr std::uint16_t http_port = 80;
constexpr std::uint16_t https_port = 443;

}  // namespace

Result<ParsedUrl> parse_url(std::string_view url) {
  ParsedUrl parsed;
  parsed.target = "/";
  if (url.starts_with(unix_scheme) && url.size() > unix_scheme.size()) {
    parsed.endpoint.unix_path = url.substr(unix_scheme.size());
    parsed.endpoint.host = "localhost";
    return parsed;
  }
  auto const view = boost::urls::parse_uri({url.data(), url.size()});
  if (!view || (view->scheme() != "http" && view->scheme() != "https") || view->host().empty() ||
      view->has_userinfo()) {
    return fail(Errc::bad_field, "url");
  }
  parsed.tls = view->scheme() == "https";
  parsed.endpoint.host = view->host_address();
  parsed.endpoint.port = parsed.tls ? https_port : http_port;
  if (auto const port = view->port(); !port.empty()) {
    // Not port_number(): it takes a number above 65,535 modulo 65,536.
    auto const error = std::from_chars(port.data(), port.data() + port.size(), parsed.endpoint.port).ec;
    if (error != std::errc() || parsed.endpoint.port == 0) return fail(Errc::bad_field, "port");
  }
  auto const target = view->encoded_target();
  if (!target.empty() && target.front() == '/') parsed.target = std::string(target.data(), target.size());
  return parsed;
}

}  // namespace proktor::http
