#include "provisioning/recovery/medium_box.hpp"

#include "base/crypto.hpp"
#include "medium/follower.hpp"
#include "medium/keys.hpp"
#include "seal/envelope.hpp"
#include "seal/recovery_key.hpp"

namespace proktor::recovery {
namespace {

constexpr std::size_t text_bytes_max = std::size_t{256} << 10U;

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

}  // namespace proktor::recovery
