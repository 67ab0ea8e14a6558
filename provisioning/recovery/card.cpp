#include "provisioning/recovery/card.hpp"

#include "base/file.hpp"
#include "core/json_fields.hpp"
#include "medium/keys.hpp"
#include "provisioning/recovery/code.hpp"
#include "seal/recovery_key.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <cstdio>

#include <sys/stat.h>
#include <unistd.h>

namespace proktor::recovery {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t enrolment_bytes_max = 64 * 1024;
constexpr mode_t secret_mode = 0600;
constexpr mode_t public_mode = 0644;

// proktord reads these as its own user, whoever made them.
Result<void> write_for_box(fs::path const& path, std::string_view content, mode_t mode) {
  if (auto done = write_file(path, content, mode); !done) return done;
  struct stat folder {};
  bool const known = ::stat(path.parent_path().c_str(), &folder) == 0;
  if (known && ::geteuid() == 0 && ::chown(path.c_str(), folder.st_uid, folder.st_gid) != 0)
    return fail(Errc::io_error, path.string());
  return {};
}

struct Named {
  std::string name{};
  std::string addresses{};  // on the school's network; this computer's own are none
};

Result<Named> box_named(fs::path const& data) {
  auto const enrolment = read_file(data / "box" / "enrolment.json", enrolment_bytes_max);
  if (!enrolment) return enrolment.error();
  core::JsonFields fields(*enrolment);
  Named named{fields.text("name")};
  for (auto const& host : fields.texts_or_none("hosts")) {
    if (host == "localhost" || host == "127.0.0.1" || host == "::1") continue;
    named.addresses.append(named.addresses.empty() ? "" : ", ").append(host);
  }
  if (named.addresses.empty()) named.addresses = "________________";  // by hand
  if (!fields.ok()) return fields.error(Errc::config_invalid);
  return named;
}

}  // namespace

std::string short_fingerprint(std::string_view certificate_sha256) {
  std::string text;
  for (char const c : certificate_sha256.substr(0, 8)) {
    if (text.size() == 4) text.push_back('-');
    text.push_back(static_cast<char>(c >= 'a' ? c - 'a' + 'A' : c));
  }
  return text;
}

Result<fs::path> make_card(CardOptions const& options, Random& random, TimeMs now_ms) {
  auto const keys = medium::read_keys(options.data);
  if (!keys) return keys.error();
  if (!keys->recovery_certificate.empty() && !options.replace) return fail(Errc::already_enrolled, "recovery.pem");
  auto const named = box_named(options.data);
  if (!named) return named.error();
  auto const issued = seal::make_recovery_key(keys->box, now_ms / 1000);
  if (!issued) return issued.error();
  auto const code = make_code(random);
  auto const locked = seal::lock_key(issued->key_pem, code);
  if (!locked) return locked.error();
  CardText const text{keys->box, named->name, named->addresses, code, short_fingerprint(keys->certificate_sha256),
                      fmt::format("{:%d-%m-%Y}", fmt::gmtime(now_ms / 1000))};
  auto const out = options.out.empty() ? fs::current_path() / ("kartu-pemulihan-" + keys->box + ".html") : options.out;
  // The page first: a key whose code nobody has would be worse than none.
  if (auto done = write_file(out, card_page(text), secret_mode); !done) return done.error();
  auto const box = options.data / "box";
  if (auto done = write_for_box(box / "recovery.key", *locked, secret_mode); !done) return done.error();
  if (auto done = write_for_box(box / "recovery.pem", issued->certificate_pem, public_mode); !done) return done.error();
  return out;
}

int run_card(CardOptions const& options) {
  SystemRandom random;
  auto const made = make_card(options, random, SystemClock().wall_ms());
  if (!made && made.error() == Errc::already_enrolled) {
    fmt::print(stderr, "Kartu pemulihan sudah ada. Bila hilang, buat yang baru: proktor recovery-card --replace …\n");
    return 2;
  }
  if (!made) {
    fmt::print(stderr, "Kartu tidak dibuat. {}\n", describe(made.error()));
    return 1;
  }
  fmt::print("Kartu pemulihan: {}\n", made->string());
  fmt::print("  1. Cetak sekarang (satu halaman A4), lalu periksa bahwa kelima kelompok angka terbaca.\n");
  fmt::print("  2. Hapus berkas itu. Kode tidak tersimpan di tempat lain.\n");
  fmt::print("  3. Simpan kartu terpisah dari media cadangan.\n");
  fmt::print("  4. Server yang sedang berjalan memakai kartu ini sendiri. Biarkan media cadangan terpasang sampai\n     peringatan tentang media kedua di papan proktor hilang.\n");
  return 0;
}

}  // namespace proktor::recovery
