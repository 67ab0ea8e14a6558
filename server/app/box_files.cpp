#include "app/box_files.hpp"

#include "base/file.hpp"
#include "core/json_fields.hpp"

namespace proktor::app {
namespace {

constexpr std::size_t file_bytes_max = std::size_t{256} << 10U;
constexpr std::size_t site_key_bytes = 32;

}  // namespace

Result<BoxFiles> read_box_files(std::filesystem::path const& data) {
  auto const box = data / "box";
  auto const enrolment = read_file(box / "enrolment.json", file_bytes_max);
  if (!enrolment) return enrolment.error() == Errc::not_found ? fail(Errc::not_enrolled) : enrolment.error();
  core::JsonFields f(*enrolment);
  BoxFiles files;
  files.id = f.text("box");
  files.name = f.text("name");
  files.hosts = f.texts("hosts");
  if (!f.ok()) return fail(Errc::config_invalid, "enrolment.json: " + f.wrong());
  for (auto const& [name, target] : {std::pair{"tls.key", &files.tls_key_pem},
                                     {"box.pem", &files.certificate_pem},
                                     {"tls.pem", &files.tls_chain_pem},
                                     {"site.key", &files.site_key},
                                     {"receipt_roots.pem", &files.receipt_roots_pem}}) {
    auto content = read_file(box / name, file_bytes_max);
    if (!content) return content.error();
    *target = std::move(*content);
  }
  if (files.site_key.size() != site_key_bytes) return fail(Errc::config_invalid, "site.key");
  return files;
}

}  // namespace proktor::app
