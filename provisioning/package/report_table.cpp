#include "provisioning/package/report.hpp"

#include "qti/navigation/panel.hpp"

#include <fmt/format.h>
#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <map>
#include <vector>

namespace proktor::package {
namespace {

namespace json = boost::json;

constexpr std::size_t shown_per_code = 8;  // of findings that repeat through a whole package

std::string text_of(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::uint64_t number_of(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value != nullptr && value->is_number() ? value->to_number<std::uint64_t>() : 0;
}

bool is_true(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  return value != nullptr && value->is_bool() && value->as_bool();
}

std::string duration_of(json::object const& test) {
  auto const minutes = number_of(test, "duration_ms") / 60'000;
  return minutes == 0 ? "tanpa batas waktu" : fmt::format("{} menit", minutes);
}

// One block per code, so that what repeats is read once.
void add_findings(json::object const& report, std::string_view key, std::string_view title,
                  std::string& out) {
  auto const& list = report.at(key).as_array();
  if (list.empty()) return;
  std::map<std::string, std::vector<json::object const*>> by_code;
  for (auto const& value : list) by_code[text_of(value.as_object(), "code")].push_back(&value.as_object());
  out += fmt::format("\n{} ({})\n", title, list.size());
  for (auto const& [code, findings] : by_code) {
    out += fmt::format("  {} ({})\n", code, findings.size());
    for (std::size_t i = 0; i < findings.size() && i < shown_per_code; ++i) {
      auto const line = number_of(*findings[i], "line");
      out += fmt::format("    {}{}  {}\n", text_of(*findings[i], "file"),
                         line > 0 ? fmt::format(":{}", line) : "", text_of(*findings[i], "message"));
    }
    if (findings.size() > shown_per_code) {
      out += fmt::format("    ... dan {} lagi\n", findings.size() - shown_per_code);
    }
  }
}

void add_tests(json::object const& report, std::string& out) {
  out += "\nTes\n";
  for (auto const& value : report.at("tests").as_array()) {
    auto const& test = value.as_object();
    out += fmt::format("  {:<28} {:>4} butir  {:>2} bagian  {}  {}{}\n", text_of(test, "id"),
                       number_of(test, "items"), number_of(test, "parts"), duration_of(test),
                       text_of(test, "title"), is_true(test, "routed") ? "  (bertahap)" : "");
  }
}

void add_items(json::object const& report, std::string& out) {
  auto const& items = report.at("items").as_object();
  out += fmt::format("\nButir  {} seluruhnya, {} dapat dimainkan, {} ditolak\n", number_of(items, "total"),
                     number_of(items, "playable"), number_of(items, "refused"));
  for (auto const& [name, count] : items.at("by_interaction").as_object()) {
    out += fmt::format("  {:<36} {:>4}\n", std::string_view(name), count.to_number<std::uint64_t>());
  }
  if (auto const* scoring = report.if_contains("scoring")) {
    auto const& by = scoring->as_object();
    out += fmt::format("Dinilai   mesin {}, orang {}, tidak dinilai {}\n", number_of(by, "machine"),
                       number_of(by, "person"), number_of(by, "none"));
  }
  if (report.contains("scoring_entries")) {
    out += fmt::format("Penilaian {} butir; hasil latihan untuk: {}\n", number_of(report, "scoring_entries"),
                       text_of(report, "results"));
  }
  auto const& assets = report.at("assets").as_object();
  out += fmt::format("Stimulus  {}\nMedia     {} berkas, {} bita\n", number_of(report, "stimuli"),
                     number_of(assets, "count"), number_of(assets, "bytes"));
}

// The one obvious step after this report.
std::string_view next_step(json::object const& report) {
  if (text_of(report, "format") == qti::scoring_format)
    return "Salinan pusat, berisi kunci: simpan di pusat, jangan dikirim ke sekolah.";
  if (text_of(report, "format") != "qti-content") return "Paket siap dimasukkan ke kegiatan: proktor import.";
  if (report.at("errors").as_array().empty())
    return "Paket dapat dibuat: proktor package build SUMBER --out BERKAS.paket";
  auto const& items = report.at("items").as_object();
  if (number_of(items, "refused") > 0 && number_of(items, "playable") > 0) {
    return "Perbaiki berkas yang disebut di atas, atau tinggalkan butirnya: proktor package build "
           "--only-playable";
  }
  return "Perbaiki berkas yang disebut di atas, lalu periksa lagi. Tidak ada yang ditulis.";
}

}  // namespace

std::string panels_text(Import const& content) {
  std::string out;
  for (auto const& test : content.tests) {
    if (test.panel) out += "\n" + test.test.identifier + "\n" + qti::to_text(*test.panel);
  }
  return out;
}

std::string panels_text(qti::Package const& package) {
  std::string out;
  for (auto const& test : package.tests) {
    if (test.routed) out += "\n" + test.id + "\n" + qti::to_text(qti::check_panel(*test.program));
  }
  return out;
}

std::string report_table(json::object const& report, std::string_view panels) {
  auto const mark = text_of(report, "mark");
  std::string out;
  bool const unread = !report.at("errors").as_array().empty() && report.at("tests").as_array().empty() &&
                      number_of(report.at("items").as_object(), "total") == 0;
  if (unread) {
    add_findings(report, "errors", "Kesalahan", out);  // nothing was read: only why
    return out.substr(1) + fmt::format("\nLangkah berikut\n  {}\n", next_step(report));
  }
  out = fmt::format("{}{}  ({})\n", text_of(report, "title"), mark.empty() ? "" : "  " + mark,
                    text_of(report, "id"));
  add_tests(report, out);
  if (!panels.empty()) out.append("\nTahap (bagian, nilai yang mungkin, tahap berikut)\n").append(panels);
  add_items(report, out);
  add_findings(report, "errors", "Kesalahan", out);
  add_findings(report, "warnings", "Peringatan", out);
  out += fmt::format("\nLangkah berikut\n  {}\n", next_step(report));
  return out;
}

}  // namespace proktor::package
