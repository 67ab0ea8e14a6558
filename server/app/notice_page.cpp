#include "app/notice_page.hpp"

#include "app/page_assets.hpp"

#include <fmt/format.h>

namespace proktor::app {
namespace {

std::string escaped(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (c == '<') out.append("&lt;");
    else if (c == '>') out.append("&gt;");
    else if (c == '&') out.append("&amp;");
    else out.push_back(c);
  }
  return out;
}

struct Words {
  std::string title, lead, body;
};

// Of "journal_corrupt: Jurnal rusak. … (detail)": what anybody reads, and what only a technician needs.
struct Cause {
  std::string_view id, sentence, detail;
};

Cause parts_of(std::string_view cause) {
  Cause parts{cause.substr(0, cause.find(':')), cause, {}};
  if (cause.size() > parts.id.size() + 2) parts.sentence = cause.substr(parts.id.size() + 2);
  if (auto const open = parts.sentence.find(" ("); open != std::string_view::npos) {
    parts.detail = parts.sentence.substr(open);
    parts.sentence = parts.sentence.substr(0, open);
  }
  return parts;
}

Words pupil_words(Notice const& notice) {
  if (notice.why == api::NotServing::parked) {
    return {"Listrik server mati", "Listrik server sedang mati.",
            "<p>Jawabanmu aman. Tunggu di tempat; waktumu tidak berkurang.</p>"
            "<p>Halaman ini lanjut sendiri setelah listrik menyala.</p>"};
  }
  return {"Server sedang diperiksa", "Server sedang diperiksa.",
          "<p>Jawabanmu aman di komputer ini. Biarkan komputer menyala dan tunggu di tempat.</p>"
          "<p>Halaman ini lanjut sendiri setelah server siap.</p>"};
}

Words staff_words(Notice const& notice, std::string_view box) {
  if (notice.why == api::NotServing::parked) {
    return {"Listrik server mati", "Listrik server sedang mati. Server sudah menyimpan semuanya dan menunggu.",
            "<ol><li>Minta peserta tetap di tempat. Waktu mereka tidak berkurang.</li>"
            "<li>Setelah listrik menyala, server berjalan lagi sendiri.</li>"
            "<li>Bila halaman ini masih tampil, teknisi menjalankan <b class=\"mono\">proktor resume</b> di komputer "
            "server, atau menyalakan ulang komputer itu.</li></ol>"};
  }
  auto const cause = parts_of(notice.cause);
  return {"Mode aman", "Server dalam mode aman: tiga kali gagal dijalankan.",
          fmt::format(
              "<p>Penyebab: {}</p><p>Tidak ada data yang ditulis atau dihapus. Jawaban peserta aman di komputer "
              "masing-masing.</p>"
              "<ol><li>Minta peserta tetap di tempat dan membiarkan komputernya menyala.</li>"
              "<li>Telepon teknisi, lalu bacakan: <b class=\"mono code\">{}</b></li>"
              "<li>Setelah penyebabnya beres, teknisi menjalankan <b class=\"mono\">proktor resume</b>, atau "
              "matikan lalu nyalakan komputer server. Server mencoba membuka data sekali lagi.</li></ol>"
              "<p class=\"small muted\">Untuk teknisi: {}{} · server {} · versi {}</p>",
              escaped(cause.sentence), phone_code(cause.id), escaped(cause.id), escaped(cause.detail), escaped(box),
              PROKTOR_VERSION)};
}

void replace(std::string& text, std::string_view placeholder, std::string_view value) {
  for (auto at = text.find(placeholder); at != std::string::npos; at = text.find(placeholder, at + value.size())) {
    text.replace(at, placeholder.size(), value);
  }
}

}  // namespace

std::string phone_code(std::string_view error_id) {
  std::uint32_t hash = 2'166'136'261U;  // FNV-1a
  for (char const c : error_id) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  return std::to_string(1'000 + hash % 9'000);
}

std::string notice_page(Notice const& notice, std::string_view box, bool for_staff) {
  auto const words = for_staff ? staff_words(notice, box) : pupil_words(notice);
  std::string page(notice_template());
  if (page.empty()) page = "<!doctype html><title>{{judul}}</title><h1>{{pokok}}</h1>{{isi}}";
  replace(page, "{{judul}}", words.title);
  replace(page, "{{pokok}}", words.lead);
  replace(page, "{{isi}}", words.body);
  return page;
}

}  // namespace proktor::app
