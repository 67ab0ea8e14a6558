// What `proktor restore` asks and tells. For a person in a hurry: one thing at a time, in plain words.

#include "provisioning/recovery/code.hpp"
#include "provisioning/recovery/restore.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <iostream>

#include <unistd.h>

namespace proktor::recovery {
namespace {

constexpr int tries_max = 10;
constexpr int exit_partial = 3;

std::string ask_group(int number) {
  for (int tries = 0; tries < tries_max; ++tries) {
    fmt::print("  Kelompok {} dari {} (6 angka): ", number, code_groups);
    std::fflush(stdout);
    std::string line;
    if (!std::getline(std::cin, line)) return {};
    auto group = digits_of(line);
    if (is_group(number, group)) return group;
    fmt::print("  Kelompok {} salah ketik. Lihat lagi kartunya.\n", number);
  }
  return {};
}

// From a terminal group by group; otherwise one line with all of it.
std::string ask_code() {
  if (::isatty(STDIN_FILENO) == 0) {
    std::string line;
    std::getline(std::cin, line);
    auto code = digits_of(line);
    auto const wrong = wrong_groups(code);
    for (int const number : wrong) fmt::print(stderr, "Kelompok {} salah ketik.\n", number);
    return wrong.empty() ? code : std::string();
  }
  fmt::print("Ketik kode dari kartu pemulihan.\n");
  std::string code;
  for (int number = 1; number <= code_groups; ++number) {
    auto const group = ask_group(number);
    if (group.empty()) return {};
    code += group;
  }
  return code;
}

std::string local_time(TimeMs at_ms) {
  return fmt::format("{:%d-%m-%Y %H.%M.%S}", fmt::localtime(static_cast<std::time_t>(at_ms / 1000)));
}

void tell(Restored const& restored, double seconds) {
  fmt::print("\n{} ({}) sudah dipulihkan dalam {:.1f} detik.\n", restored.name, restored.box, seconds);
  fmt::print("  sidik: {} (harus sama dengan di kartu)\n", restored.fingerprint);
  for (auto const& journal : restored.journals) {
    if (journal.title.empty()) continue;
    fmt::print("  {}: {} peserta, {} pengerjaan, {} catatan\n", journal.title, journal.participants, journal.attempts,
               journal.entries);
    fmt::print("    catatan terakhir {}. Jawaban sesudah itu masih ada di komputer peserta\n",
               local_time(journal.last_at_ms));
    fmt::print("    dan dikirim lagi sendiri begitu server menyala.\n");
    if (journal.damaged_frames > 0)
      fmt::print("    PERHATIAN: {} bagian media rusak; catatan sesudahnya tidak terbaca.\n", journal.damaged_frames);
  }
  fmt::print("  {} paket soal\n", restored.packages);
  for (auto const& missing : restored.missing) {
    fmt::print("\nPERHATIAN: kegiatan {} TIDAK dipulihkan, sebab di media ini tidak dapat dibaca utuh.\n", missing.id);
    fmt::print("  sebab: {}\n", describe(missing.why));
    fmt::print("  Simpan media ini apa adanya dan biarkan komputer peserta kegiatan itu menyala. Panggil tim teknis.\n");
  }
  // Not "start": a pupil's computer may have woken it through its socket before there was anything to serve.
  fmt::print("\nSekarang: pastikan server lama mati, lalu jalankan  systemctl restart proktord proktor-sync\n");
  fmt::print("Peserta melanjutkan sendiri, tanpa login lagi.\n");
}

int refuse(Error const& error) {
  if (error == Errc::decrypt_failed) {
    fmt::print(stderr, "Kode tidak cocok dengan media ini. Periksa apakah kartunya milik server ini dan yang terbaru.\n");
  } else if (error == Errc::already_enrolled) {
    fmt::print(stderr, "Folder data sudah berisi. Pakai komputer pengganti yang belum didaftarkan.\n");
  } else if (error == Errc::not_found) {
    fmt::print(stderr, "Media cadangan tidak lengkap atau tidak ditemukan: {}\n", error.detail);
  } else {
    fmt::print(stderr, "{}\n", describe(error));
  }
  fmt::print(stderr, "Tidak ada yang berubah di komputer ini.\n");
  return 1;
}

}  // namespace

int run_restore(RestoreOptions const& asked) {
  auto options = asked;
  auto const boxes = boxes_on(options);
  if (!boxes) return refuse(boxes.error());
  if (options.box.empty() && boxes->size() > 1) {
    fmt::print(stderr, "Media ini berisi beberapa server. Pilih dengan --box:");
    for (auto const& box : *boxes) fmt::print(stderr, " {}", box);
    fmt::print(stderr, "\n");
    return 2;
  }
  if (options.box.empty()) options.box = boxes->front();
  auto const code = ask_code();
  if (code.empty()) {
    fmt::print(stderr, "Kode belum lengkap. Tidak ada yang berubah di komputer ini.\n");
    return 2;
  }
  auto const begun = std::chrono::steady_clock::now();
  SystemRandom random;
  auto const restored = restore(options, code, random, SystemClock().wall_ms());
  if (!restored) return refuse(restored.error());
  tell(*restored, std::chrono::duration<double>(std::chrono::steady_clock::now() - begun).count());
  return restored->missing.empty() ? 0 : exit_partial;
}

}  // namespace proktor::recovery
