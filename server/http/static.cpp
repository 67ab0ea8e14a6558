#include "http/static.hpp"

#include <algorithm>

namespace proktor::http {
namespace {

constexpr std::string_view immutable_cache = "public, max-age=31536000, immutable";
constexpr std::string_view checked_cache = "no-cache";

std::string_view trim(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// Calls visit(element) for each element of a comma-separated list; stops when it returns true.
template <class Visit>
bool any_element(std::string_view list, Visit visit) {
  while (!list.empty()) {
    std::size_t const end = std::min(list.find(','), list.size());
    if (visit(trim(list.substr(0, end)))) return true;
    list.remove_prefix(std::min(end + 1, list.size()));
  }
  return false;
}

bool accepts(std::string_view list, std::string_view coding) {
  return any_element(list, [&](std::string_view element) {
    std::size_t const semicolon = std::min(element.find(';'), element.size());
    if (trim(element.substr(0, semicolon)) != coding) return false;
    std::string_view const parameters = trim(element.substr(std::min(semicolon + 1, element.size())));
    return parameters != "q=0" && parameters != "q=0.0" && parameters != "q=0.00" && parameters != "q=0.000";
  });
}

bool matches(std::string_view list, std::string_view quoted) {
  return any_element(list, [&](std::string_view element) {
    if (element == "*") return true;
    if (element.starts_with("W/")) element.remove_prefix(2);
    return element == quoted;
  });
}

}  // namespace

StaticAssets::StaticAssets(std::span<Asset const> assets) {
  for (Asset const& asset : assets) by_path_.emplace(asset.path, &asset);
}

std::optional<Response> StaticAssets::find(RequestHead const& head, std::string_view path) const {
  auto const found = by_path_.find(path);
  if (found == by_path_.end()) return std::nullopt;
  if (head.method != Method::get && head.method != Method::head) {
    Response refused = error_response(Errc::method_not_allowed);
    refused.headers.emplace_back("Allow", "GET, HEAD");
    return refused;
  }
  Asset const& asset = *found->second;
  std::string_view const codings = head.header("accept-encoding");
  std::string_view coding;
  StaticBytes bytes{asset.bytes};
  if (!asset.br.empty() && accepts(codings, "br")) {
    coding = "br", bytes.bytes = asset.br;
  } else if (!asset.gz.empty() && accepts(codings, "gzip")) {
    coding = "gzip", bytes.bytes = asset.gz;
  }
  // Encoded forms are other bytes, so a strong tag must differ.
  std::string const tag =
      '"' + std::string(asset.etag) + (coding.empty() ? "" : "-") + std::string(coding) + '"';
  Response response;
  response.content_type = asset.content_type;
  response.headers.emplace_back("ETag", tag);
  response.headers.emplace_back("Cache-Control", asset.immutable ? immutable_cache : checked_cache);
  if (!asset.br.empty() || !asset.gz.empty()) response.headers.emplace_back("Vary", "Accept-Encoding");
  if (matches(head.header("if-none-match"), tag)) {
    response.status = 304;
    return response;
  }
  if (!coding.empty()) response.headers.emplace_back("Content-Encoding", coding);
  response.body = bytes;
  return response;
}

}  // namespace proktor::http
