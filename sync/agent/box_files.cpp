#include "sync/agent/box_files.hpp"

#include "base/file.hpp"
#include "core/json_fields.hpp"
#include "seal/trust.hpp"

#include <utility>

namespace proktor::sync {
namespace {

constexpr std::size_t file_bytes_max = 64 * 1024;

}  // namespace

Result<BoxFiles> load_box_files(std::filesystem::path const& directory) {
  BoxFiles files;
  std::string enrolment;
  std::pair<char const*, std::string*> const wanted[] = {
      {"box.key", &files.signer.key},      {"box.pem", &files.signer.certificate},
      {"chain.pem", &files.signer.chain},  {"centre.pem", &files.centre_certificate},
      {"receipt_roots.pem", &files.roots}, {"enrolment.json", &enrolment}};
  for (auto const& [name, out] : wanted) {
    auto text = read_file(directory / name, file_bytes_max);
    if (!text)
      return text.error() == Errc::not_found ? fail(Errc::not_enrolled, text.error().detail) : text.error();
    *out = std::move(*text);
  }
  core::JsonFields fields(enrolment);
  files.box = fields.text("box");
  files.centre_url = fields.text_or("centre");
  if (!fields.ok()) return fail(Errc::not_enrolled, "enrolment.json: " + fields.wrong());
  auto const identity = seal::check_certificate(files.signer.certificate, files.signer.chain, files.roots,
                                                seal::Role::box, seal::build_time_floor_s);
  if (!identity) return identity.error();
  if (identity->id != files.box) return fail(Errc::certificate_invalid, "certificate of another box");
  return files;
}

}  // namespace proktor::sync
