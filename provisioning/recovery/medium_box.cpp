#include "provisioning/recovery/medium_box.hpp"

#include "base/crypto.hpp"
#include "medium/follower.hpp"
#include "medium/frame.hpp"
#include "medium/keys.hpp"
#include "seal/envelope.hpp"
#include "seal/recovery_key.hpp"

namespace proktor::recovery {
namespace {

constexpr std::size_t text_bytes_max = std::size_t{256} << 10U;
constexpr std::size_t package_bytes_max = std::size_t{256} << 20U;

}  // namespace

Result<MediumBox> open_box(std::filesystem::path const& folder, std::string const& box, std::string const& code) {
  MediumBox out;
  out.files = std::make_unique<medium::DirectFiles>(folder);
  out.top = std::string(medium::top_folder) + "/" + box;
  auto const place = out.files->look();
  if (!place) return place.error();
  if (!place->present) return fail(Errc::not_found, folder.string());
  std::map<std::string, std::string> texts;
  for (std::string const name : {"recovery.key", "recovery.pem", "roots.pem"}) {
    auto text = medium::read_all(*out.files, out.top + "/" + name, text_bytes_max);
    if (!text) return text.error();
    texts[name] = std::move(*text);
  }
  auto key = seal::unlock_key(texts["recovery.key"], code);
  if (!key) return key.error();
  out.reading = {texts["roots.pem"], std::move(*key), texts["recovery.pem"]};
  auto const sealed = medium::read_all(*out.files, out.top + "/box.cms", medium::sealed_box_bytes_max);
  if (!sealed) return sealed.error();
  auto const piece = medium::read_piece(*sealed, out.reading.roots);
  if (!piece) return piece.error();
  auto const text = seal::decrypt(piece->envelope, out.reading.key, out.reading.certificate);
  if (!text) return text.error();
  if (piece->header.box != box || hex(sha256(*text)) != piece->header.sha256)
    return fail(Errc::segment_invalid, "box.cms");
  auto files = medium::read_box_files_text(*text);
  if (!files) return files.error();
  out.box_files = std::move(*files);
  // Whose word the frames' signatures are is what the sealed files say, not what lies open beside them.
  if (out.box_files["receipt_roots.pem"] != out.reading.roots) return fail(Errc::certificate_invalid, "roots.pem");
  out.certificate_sha256 = piece->certificate_sha256;
  return out;
}

Result<std::string> read_pieces(MediumBox const& box, std::string const& sha256_hex) {
  auto const path = box.top + "/packages/" + sha256_hex + ".medium";
  std::string whole;
  for (std::uint64_t offset = medium::file_header_bytes; whole.size() <= package_bytes_max;) {
    auto const frame = medium::read_frame(*box.files, path, offset);
    if (!frame) return frame.error() == Errc::not_found ? fail(Errc::package_invalid, sha256_hex) : frame.error();
    if (!*frame) break;
    offset = (*frame)->end();
    auto const piece = medium::read_piece((*frame)->sealed, box.reading.roots);
    bool const fits = piece && piece->header.sha256 == sha256_hex && piece->header.offset == whole.size();
    auto const bytes = fits ? seal::decrypt(piece->envelope, box.reading.key, box.reading.certificate)
                            : Result<std::string>(fail(Errc::package_invalid));
    if (!bytes) return fail(Errc::package_invalid, sha256_hex);
    whole += *bytes;
  }
  if (hex(sha256(whole)) != sha256_hex) return fail(Errc::package_invalid, sha256_hex);
  return whole;
}

}  // namespace proktor::recovery
