#include "provisioning/keys/enrol.hpp"

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "provisioning/keys/keys.hpp"
#include "provisioning/keys/staged_directory.hpp"
#include "seal/certificate.hpp"
#include "seal/trust.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <array>
#include <cstdio>
#include <utility>

namespace proktor::keys {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t pem_bytes_max = 64 * 1024;
constexpr std::size_t name_bytes_max = 200;

struct Authority {
  seal::Issued box;  // the intermediate that signs boxes
  std::string roots;
  std::string centre;
};

Result<Authority> read_authority(fs::path const& directory) {
  std::array<std::string, 5> texts;
  constexpr std::array<char const*, 5> names = {"authority/box.key", "authority/box.pem",
                                                "authority/root.pem", "centre/centre.pem",
                                                "centre/centre_chain.pem"};
  for (std::size_t i = 0; i < names.size(); ++i) {
    auto text = read_file(directory / names[i], pem_bytes_max);
    if (!text) return text.error();
    texts[i] = std::move(*text);
  }
  // A wrong recipient would make every result unreadable, and nobody would notice before the end.
  auto const centre =
      seal::check_certificate(texts[3], texts[4], texts[2], seal::Role::centre, seal::build_time_floor_s);
  if (!centre) return centre.error();
  return Authority{{texts[0], texts[1]}, texts[2], texts[3]};
}

std::string enrolment_json(EnrolOptions const& options, std::vector<std::string> const& hosts,
                           seal::Identity const& identity, std::int64_t now_s) {
  boost::json::object const object = {{"box", options.box},
                                      {"name", options.name},
                                      {"centre", options.centre_url},
                                      {"serial", identity.serial},
                                      {"certificate_sha256", identity.certificate_sha256},
                                      {"hosts", boost::json::value_from(hosts)},
                                      {"at", now_s * 1000}};
  return boost::json::serialize(object) + "\n";
}

Result<void> check_options(EnrolOptions const& options) {
  if (!seal::is_certificate_id(options.box))
    return fail(Errc::bad_field, "--box: 1-64 huruf, angka, _ atau -");
  if (options.name.empty() || options.name.size() > name_bytes_max || !is_utf8(options.name))
    return fail(Errc::bad_field, "--name: 1-200 byte teks");
  if (!options.centre_url.empty() && !options.centre_url.starts_with("https://"))
    return fail(Errc::bad_field, "--centre: harus https://");
  std::error_code failure;
  if (fs::exists(options.data / "box", failure))
    return fail(Errc::already_enrolled, (options.data / "box").string());
  // New keys would open no card and know no pupil's cookie of what is there: `box` comes back from the second medium.
  if (fs::exists(options.data / "kegiatan", failure) && !fs::is_empty(options.data / "kegiatan", failure))
    return fail(Errc::already_enrolled, (options.data / "kegiatan").string());
  return {};
}

}  // namespace

Result<void> enrol(EnrolOptions const& options, std::int64_t now_s) {
  if (auto const checked = check_options(options); !checked) return checked.error();
  auto const authority = read_authority(options.keys);
  if (!authority) return authority.error();
  auto const box = seal::make_leaf(authority->box, seal::Role::box, options.box, {}, now_s);
  if (!box) return box.error();
  auto const identity = seal::check_certificate(box->certificate_pem, authority->box.certificate_pem,
                                                authority->roots, seal::Role::box, seal::build_time_floor_s);
  if (!identity) return identity.error();
  std::vector<std::string> const hosts = with_local_names(options.hosts);
  auto const lan = seal::make_school_tls(options.box, hosts, now_s);
  if (!lan) return lan.error();
  std::array<std::uint8_t, 32> site_key{};
  SystemRandom().fill(site_key);

  std::pair<char const*, std::string_view> const files[] = {{"box.key", box->key_pem},
                                                            {"box.pem", box->certificate_pem},
                                                            {"chain.pem", authority->box.certificate_pem},
                                                            {"centre.pem", authority->centre},
                                                            {"receipt_roots.pem", authority->roots},
                                                            {"tls.key", lan->server.key_pem},
                                                            {"tls.pem", lan->server.certificate_pem},
                                                            {"school_ca.pem", lan->authority_pem},
                                                            {"site.key", text_of(site_key)}};
  auto staged = StagedDirectory::begin(options.data / "box");
  if (!staged) return staged.error();
  for (auto const& [name, content] : files)
    if (auto const added = staged->add(name, content); !added) return added.error();
  if (auto const added = staged->add("enrolment.json", enrolment_json(options, hosts, *identity, now_s));
      !added)
    return added.error();
  return staged->commit();
}

int run_enrol(EnrolOptions const& options) {
  fmt::print("Mendaftarkan {} ({})\n", options.name, options.box);
  auto const done = enrol(options, SystemClock().wall_ms() / 1000);
  if (!done) {
    fmt::print(stderr, "Pendaftaran gagal, tidak ada yang berubah. {}\n", describe(done.error()));
    return 1;
  }
  fmt::print("  kunci dan sertifikat komputer ini: {}\n", (options.data / "box").string());
  fmt::print("  alamat di jaringan sekolah:");
  for (std::string const& host : with_local_names(options.hosts)) fmt::print(" {}", host);
  fmt::print("\n  pasang di komputer peserta: {}\n", (options.data / "box" / "school_ca.pem").string());
  fmt::print("  kunci penerbit sertifikat sekolah sudah dimusnahkan\n");
  fmt::print("Selesai. Komputer ini terdaftar.\n");
  return 0;
}

}  // namespace proktor::keys
