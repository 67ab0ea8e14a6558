#include "app/box_files.hpp"

#include "base/file.hpp"
#include "core/json_fields.hpp"

namespace proktor::app {
namespace {

constexpr std::size_t file_bytes_max = std::size_t{256} << 10U;
constexpr std::size_t site_key_bytes = 32;

}  // namespace

Result<void> read_box_files(std::filesystem::path const& data, BoxFiles& files) {
  auto const box = data / "box";
  Result<void> done;
  auto const fault = [&done](Error const& error) {
    if (done) done = error;
  };
  auto const enrolment = read_file(box / "enrolment.json", file_bytes_max);
  if (!enrolment) fault(enrolment.error() == Errc::not_found ? fail(Errc::not_enrolled) : enrolment.error());
  if (enrolment) {
    core::JsonFields f(*enrolment);
    files.id = f.text("box");
    files.name = f.text("name");
    files.hosts = f.texts("hosts");
    if (!f.ok()) fault(fail(Errc::io_error, "enrolment.json: " + f.wrong()));
  }
  for (auto const& [name, target] : {std::pair{"tls.key", &files.tls_key_pem},
                                     {"box.pem", &files.certificate_pem},
                                     {"tls.pem", &files.tls_chain_pem},
                                     {"site.key", &files.site_key},
                                     {"receipt_roots.pem", &files.receipt_roots_pem}}) {
    auto content = read_file(box / name, file_bytes_max);
    if (content) *target = std::move(*content);
    else fault(content.error());
  }
  if (done && files.site_key.size() != site_key_bytes) fault(fail(Errc::io_error, "site.key"));
  return done;
}

}  // namespace proktor::app
