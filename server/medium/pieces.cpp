#include "medium/pieces.hpp"

#include "base/crypto.hpp"
#include "medium/frame.hpp"
#include "medium/keys.hpp"
#include "seal/envelope.hpp"

namespace proktor::medium {
namespace {

constexpr std::size_t package_bytes_max = std::size_t{256} << 20U;

}  // namespace

Result<std::string> read_package(Files& files, std::string const& box_folder, std::string const& sha256_hex,
                                 Reading const& reading) {
  auto const path = box_folder + "/packages/" + sha256_hex + ".medium";
  std::string whole;
  for (std::uint64_t offset = file_header_bytes; whole.size() <= package_bytes_max;) {
    auto const frame = read_frame(files, path, offset);
    if (!frame) return frame.error() == Errc::not_found ? fail(Errc::package_invalid, sha256_hex) : frame.error();
    if (!*frame) break;
    offset = (*frame)->end();
    auto const piece = read_piece((*frame)->sealed, reading.roots);
    bool const fits = piece && piece->header.sha256 == sha256_hex && piece->header.offset == whole.size();
    auto const bytes = fits ? seal::decrypt(piece->envelope, reading.key, reading.certificate)
                            : Result<std::string>(fail(Errc::package_invalid));
    if (!bytes) return fail(Errc::package_invalid, sha256_hex);
    whole += *bytes;
  }
  if (hex(sha256(whole)) != sha256_hex) return fail(Errc::package_invalid, sha256_hex);
  return whole;
}

}  // namespace proktor::medium
