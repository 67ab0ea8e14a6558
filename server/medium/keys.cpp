#include "medium/keys.hpp"

#include "base/file.hpp"
#include "core/json_fields.hpp"
#include "seal/envelope.hpp"
#include "seal/signed_data.hpp"

#include <boost/json.hpp>

#include <utility>

namespace proktor::medium {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t file_bytes_max = std::size_t{256} << 10U;
constexpr std::size_t header_bytes_max = 4 * 1024;

Result<std::string> read_if_there(fs::path const& path) {
  auto content = read_file(path, file_bytes_max);
  if (!content && content.error() == Errc::not_found) return std::string();
  return content;
}

}  // namespace

std::vector<std::string> Keys::recipients() const {
  std::vector<std::string> list{signer.certificate};
  if (!recovery_certificate.empty()) list.push_back(recovery_certificate);
  return list;
}

Result<Keys> read_keys(fs::path const& data) {
  auto const box = data / "box";
  Keys keys;
  std::string enrolment;
  std::pair<char const*, std::string*> const wanted[] = {{"box.key", &keys.signer.key},
                                                         {"box.pem", &keys.signer.certificate},
                                                         {"chain.pem", &keys.signer.chain},
                                                         {"receipt_roots.pem", &keys.roots},
                                                         {"enrolment.json", &enrolment}};
  for (auto const& [name, out] : wanted) {
    auto content = read_file(box / name, file_bytes_max);
    if (!content)
      return content.error() == Errc::not_found ? fail(Errc::not_enrolled, name) : content.error();
    *out = std::move(*content);
  }
  auto const identity = seal::check_certificate(keys.signer.certificate, keys.signer.chain, keys.roots,
                                                seal::Role::box, seal::build_time_floor_s);
  if (!identity) return identity.error();
  keys.box = identity->id;
  keys.certificate_sha256 = identity->certificate_sha256;
  core::JsonFields fields(enrolment);
  if (fields.text("box") != keys.box) return fail(Errc::config_invalid, "enrolment.json names another box");
  auto certificate = read_if_there(box / "recovery.pem");
  if (!certificate) return certificate.error();
  auto locked = read_if_there(box / "recovery.key");
  if (!locked) return locked.error();
  keys.recovery_certificate = std::move(*certificate);
  keys.recovery_key = std::move(*locked);
  return keys;
}

Result<std::string> box_files_text(fs::path const& data) {
  json::object files;
  std::error_code error;
  std::map<std::string, fs::path> names;  // sorted: the same files give the same text
  for (auto const& entry : fs::directory_iterator(data / "box", error)) {
    if (entry.is_regular_file(error)) names[entry.path().filename().string()] = entry.path();
  }
  if (error) return fail(Errc::io_error, error.message());
  for (auto const& [name, path] : names) {
    auto const content = read_file(path, file_bytes_max);
    if (!content) return content.error();
    files[name] = base64url(bytes_of(*content));
  }
  return json::serialize(json::object{{"v", 1}, {"files", std::move(files)}});
}

Result<std::map<std::string, std::string>> read_box_files_text(std::string_view text) {
  boost::system::error_code error;
  auto const value = json::parse({text.data(), text.size()}, error);
  auto const* object = error ? nullptr : value.if_object();
  auto const* list = object == nullptr ? nullptr : object->if_contains("files");
  if (list == nullptr || !list->is_object()) return fail(Errc::decrypt_failed, "box.cms");
  std::map<std::string, std::string> files;
  for (auto const& [name, content] : list->get_object()) {
    // A name is a file in one folder and nothing else.
    bool const plain = !name.empty() && name.find('/') == std::string_view::npos && name.front() != '.';
    auto bytes = content.is_string() ? unbase64url(std::string_view(content.get_string()))
                                     : std::optional<std::string>();
    if (!plain || !bytes) return fail(Errc::decrypt_failed, "box.cms: " + std::string(name));
    files[std::string(name)] = std::move(*bytes);
  }
  return files;
}

Result<std::string> seal_piece(PieceHeader const& header, std::string_view bytes,
                               segment::SigningKey const& signer,
                               std::vector<std::string> const& recipients) {
  if (bytes.size() > piece_bytes_max) return fail(Errc::too_large, header.name);
  auto const envelope = seal::encrypt(bytes, std::span<std::string const>(recipients));
  if (!envelope) return envelope.error();
  json::object const object{{"type", "medium-file"},    {"v", 1},
                            {"box", header.box},        {"name", header.name},
                            {"offset", header.offset},  {"size", header.size},
                            {"sha256", header.sha256}};
  return seal::sign(json::serialize(object) + "\n" + *envelope, signer.key, signer.certificate,
                    signer.chain);
}

Result<SignedPiece> read_piece(std::string_view sealed, std::string_view roots) {
  auto opened = seal::verify(sealed, roots, seal::Role::box, seal::build_time_floor_s);
  if (!opened) return opened.error();
  auto const end = opened->content.find('\n');
  if (end == std::string::npos || end > header_bytes_max) return fail(Errc::segment_invalid, "header");
  core::JsonFields fields(std::string_view(opened->content).substr(0, end));
  SignedPiece piece;
  if (fields.text("type") != "medium-file") fields.refuse("type");
  if (fields.natural("v") != 1) fields.refuse("v");
  piece.header = {fields.text("box"), fields.text("name"), fields.natural("offset"), fields.natural("size"),
                  fields.text("sha256")};
  if (piece.header.box != opened->signer.id) fields.refuse("box");
  if (!fields.ok()) return fields.error(Errc::segment_invalid);
  piece.envelope = opened->content.substr(end + 1);
  piece.certificate_sha256 = opened->signer.certificate_sha256;
  return piece;
}

}  // namespace proktor::medium
