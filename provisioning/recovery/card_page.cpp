// The printed recovery card: what a person reads who has a dead server and a room full of pupils.

#include "provisioning/recovery/card.hpp"
#include "provisioning/recovery/code.hpp"

#include <fmt/format.h>

namespace proktor::recovery {
namespace {

constexpr std::string_view style = R"(
@page { size: A4; margin: 0 }
* { box-sizing: border-box }
body { margin: 0; color: #000; background: #fff; font: 11pt/1.32 "Atkinson Hyperlegible Next", "Segoe UI", "Noto Sans", Arial, sans-serif }
main { width: 210mm; padding: 10mm 18mm 0; border-top: 1.6mm solid #000 }
h1 { font-size: 25pt; line-height: 1.1; margin: 0 0 1mm }
h2 { font-size: 13pt; margin: 4.5mm 0 1.5mm }
p { margin: 0 0 2mm }
.plat { display: inline-block; border: .5mm solid #000; padding: .5mm 3mm; font-weight: 600; margin-bottom: 3mm }
.kode { border: .8mm solid #000; margin: 4mm 0 2mm; padding: 3mm; display: grid; grid-template-columns: repeat(5, 1fr) }
.kode div { text-align: center; border-left: .2mm solid #000 }
.kode div:first-child { border-left: 0 }
.kode b { display: block; white-space: nowrap; font: 600 19pt/1.5 "Atkinson Hyperlegible Mono", Consolas, "DejaVu Sans Mono", monospace }
.kode span { font-size: 10pt }
ol { margin: 0; padding-left: 9mm }
li { margin-bottom: 1.6mm; padding-left: 1mm }
li::marker { font-weight: 600 }
code { font: 600 10pt "Atkinson Hyperlegible Mono", Consolas, "DejaVu Sans Mono", monospace; border: .2mm solid #000; padding: .3mm 1.5mm; white-space: nowrap }
table { border-collapse: collapse; width: 100% }
td { border: .2mm solid #000; padding: 1.4mm 3mm; vertical-align: top }
td:first-child { width: 45mm; font-weight: 600 }
footer { margin-top: 4mm; font-size: 9.5pt; border-top: .2mm solid #000; padding-top: 2mm }
)";

std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text) {
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      default:
        out += c;
    }
  }
  return out;
}

std::string code_boxes(std::string const& code) {
  std::string boxes;
  for (int number = 1; number <= code_groups; ++number) {
    auto const group = code.substr(static_cast<std::size_t>(number - 1) * group_digits, group_digits);
    boxes += fmt::format("<div><span>kelompok {}</span><b>{} {}</b></div>", number, group.substr(0, 3), group.substr(3));
  }
  return boxes;
}

constexpr std::string_view page = R"(<!doctype html>
<html lang="id"><head><meta charset="utf-8"><title>Kartu pemulihan {box}</title><style>{style}</style></head>
<body><main>
<div class="plat">RAHASIA. Simpan terpisah dari media cadangan.</div>
<h1>Kartu pemulihan server</h1>
<p><strong>{name}</strong> · kode server {box} · sidik {fingerprint} · dibuat {date}<br>Alamat: <strong>{addresses}</strong></p>
<div class="kode">{code}</div>
<p>Angka terakhir tiap kelompok adalah angka periksa: salah ketik langsung diketahui, per kelompok.</p>
<h2>Bila server rusak, lakukan ini. Lamanya sekitar lima menit.</h2>
<ol>
<li><strong>Tenang.</strong> Jawaban peserta aman di media cadangan dan di komputer peserta. Minta peserta tetap duduk dan <strong>jangan mematikan komputer</strong>.</li>
<li>Cabut kabel jaringan dan <strong>matikan server lama</strong>. Dua server yang sama tidak boleh hidup bersamaan.</li>
<li>Ambil komputer pengganti yang sudah dipasangi Proktor dan <strong>belum</strong> didaftarkan. Internet tidak perlu.</li>
<li>Pindahkan media cadangan (stik USB atau disk kedua) dan kabel jaringan ke komputer pengganti. Beri alamat yang sama dengan server lama, tertulis di atas.</li>
<li>Buka terminal sebagai <code>root</code>, lalu ketik:<br><code>systemctl stop proktord</code><br><code>ls /media/proktor</code> Bila tidak tampak <code>proktor-cadangan</code>, cari nama media dengan <code>lsblk</code>, lalu pasang, misalnya: <code>mkdir -p /media/proktor; mount /dev/sdb1 /media/proktor</code><br><code>proktor restore --from /media/proktor --data /var/lib/proktor</code></li>
<li>Ketik kelima kelompok angka di atas, satu per satu. Kelompok yang salah ketik ditanyakan lagi.</li>
<li>Bandingkan sidik di layar dengan sidik di kartu ini: <strong>{fingerprint}</strong>. Baca ringkasannya: jumlah peserta dan waktu catatan terakhir.</li>
<li>Ketik <code>systemctl restart proktord proktor-sync</code>. Peserta melanjutkan sendiri di soal yang sama; <strong>tidak perlu login lagi</strong>.</li>
<li>Lihat papan proktor sampai semua peserta kembali. Catat kejadian dan waktunya di berita acara.</li>
</ol>
<h2>Yang perlu diketahui</h2>
<table>
<tr><td>Kartu ini hilang</td><td>Media cadangan hanya dapat dibuka oleh server lama. Segera buat kartu baru di server itu: <code>proktor recovery-card --replace --data /var/lib/proktor</code></td></tr>
<tr><td>Kartu dan media jatuh ke orang lain</td><td>Ia dapat membuka jawaban dan kunci server. Laporkan, lalu daftarkan ulang server sebelum tes berikutnya.</td></tr>
<tr><td>Server lama hidup kembali</td><td>Jangan disambungkan ke jaringan. Simpan apa adanya untuk tim teknis.</td></tr>
</table>
<footer>Proktor · kartu ini satu-satunya tempat kode ditulis · Halaman 1 dari 1</footer>
</main></body></html>
)";

}  // namespace

std::string card_page(CardText const& text) {
  using namespace fmt::literals;
  return fmt::format(page, "style"_a = style, "box"_a = escaped(text.box), "name"_a = escaped(text.name),
                     "addresses"_a = escaped(text.addresses),
                     "fingerprint"_a = text.fingerprint, "date"_a = text.date, "code"_a = code_boxes(text.code));
}

}  // namespace proktor::recovery
