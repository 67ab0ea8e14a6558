#include "app/page_assets.hpp"

#include "client-web/embed/pages.hpp"

namespace proktor::app {
namespace {

constexpr std::string_view notice_path = "/pemberitahuan";

}  // namespace

std::vector<http::Asset> page_assets() {
  std::vector<http::Asset> assets;
  for (auto const& file : pages::files()) {
    if (file.path == notice_path) continue;
    std::string_view etag = file.etag;
    if (etag.size() >= 2 && etag.front() == '"') etag = etag.substr(1, etag.size() - 2);
    assets.push_back({file.path, file.content_type, file.raw, file.gz, file.br, etag, file.immutable});
  }
  return assets;
}

std::string_view notice_template() {
  for (auto const& file : pages::files()) {
    if (file.path == notice_path) return file.raw;
  }
  return {};
}

}  // namespace proktor::app
