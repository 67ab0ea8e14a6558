#include "provisioning/verify/commands.hpp"

#include "base/bytes.hpp"
#include "provisioning/verify/verify.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <algorithm>
#include <cstdio>
#include <set>
#include <string_view>
#include <utility>

namespace proktor::verify {
namespace {

namespace json = boost::json;

constexpr int exit_holds = 0;
constexpr int exit_does_not = 1;

void print_json(DataReport const& data) {
  json::array journals;
  for (auto const& one : data.journals) {
    json::array findings;
    for (auto const& finding : one.report.findings) {
      findings.push_back({{"part", finding.part}, {"lsn", finding.lsn}, {"text", finding.text}});
    }
    journals.push_back(json::object{{"journal", one.name},
                                    {"ok", one.report.ok},
                                    {"stream", hex(one.report.stream)},
                                    {"last_lsn", one.report.head.lsn},
                                    {"last_hash", hex(one.report.head.hash)},
                                    {"events", one.report.events},
                                    {"attempts", one.report.attempts},
                                    {"receipts", one.report.receipts.size()},
                                    {"receipt_files", one.receipt_files},
                                    {"receipt_files_unchecked", one.receipt_files_unchecked},
                                    {"set_aside", json::array(one.set_aside.begin(), one.set_aside.end())},
                                    {"findings", std::move(findings)}});
    auto& journal = journals.back().as_object();
    json::array restored;
    for (auto const& before : one.restored) restored.push_back({{"from_stream", before.stream}, {"lsn", before.lsn}});
    journal["restored"] = std::move(restored);
    if (one.medium) journal["medium"] = {{"last", one.medium->last}, {"damaged_frames", one.medium->damaged_frames}};
  }
  json::value const out{{"ok", data.ok}, {"journals", std::move(journals)}};
  fmt::print("{}\n", json::serialize(out));
}

// What a finding of this part means, and what to do next.
std::string_view meaning_of(std::string_view part) {
  if (part == "chain") return "rantai catatan putus: sebagian catatan diubah atau hilang";
  if (part == "projection") return "ringkasan tidak sesuai catatan; dibuat lagi sendiri saat server dinyalakan";
  if (part == "attempt") return "urutan atau kode bukti satu pengerjaan tidak sesuai jawabannya";
  if (part == "copy") return "salinan journal.copy tidak sama; diperbaiki sendiri saat server dinyalakan";
  if (part == "receipt") return "tanda terima pusat tidak sah, tidak cocok, atau hilang; pusat dapat memberi lagi";
  if (part == "medium") return "media kedua tidak sama dengan basis data; jangan hapus keduanya";
  return "basis data tidak terbaca seluruhnya";
}

void print_about(JournalReport const& one) {
  for (auto const& before : one.restored) {
    fmt::print("  dipulihkan dari aliran {} sampai lsn {}\n", before.stream, before.lsn);
  }
  if (!one.set_aside.empty()) {
    fmt::print("  berkas rusak yang disimpan dari sebelum pemulihan: {}\n", fmt::join(one.set_aside, ", "));
  }
  if (one.medium) {
    auto const behind = one.report.head.lsn - std::min(one.report.head.lsn, one.medium->last);
    fmt::print("  media kedua sampai lsn {}{}\n", one.medium->last,
               behind == 0 ? "" : fmt::format(", tertinggal {} catatan", behind));
  }
}

void print_findings(journal::Report const& report) {
  std::set<std::string_view> explained;
  for (auto const& finding : report.findings) {
    fmt::print("  {} lsn {}: {}\n", finding.part, finding.lsn, finding.text);
    explained.insert(finding.part);
  }
  for (auto const part : explained) fmt::print("  artinya ({}): {}\n", part, meaning_of(part));
}

void print_text(DataReport const& data) {
  for (auto const& one : data.journals) {
    auto const& report = one.report;
    fmt::print("{}: {}; sampai lsn {}, {} jawaban dan peristiwa, {} pengerjaan, {} tanda terima\n", one.name,
               report.ok ? "utuh" : "TIDAK UTUH", report.head.lsn, report.events, report.attempts,
               report.receipts.size());
    if (one.receipt_files_unchecked > 0) {
      fmt::print("  {} berkas tanda terima tidak diperiksa: komputer ini belum didaftarkan\n",
                 one.receipt_files_unchecked);
    }
    print_about(one);
    print_findings(report);
    if (report.findings.size() >= journal::findings_max) fmt::print("  … mungkin masih ada yang lain\n");
  }
  fmt::print("{}\n", data.ok ? "Semua jurnal utuh."
                             : "Ada yang tidak utuh. Jangan hapus apa pun; hubungi tim teknis.");
}

}  // namespace

int run_verify(VerifyOptions const& options) {
  auto const data = verify_data(options.data, options.medium);
  if (!data) {
    auto const& error = data.error();
    if (options.json) {
      json::value const out{
          {"ok", false},
          {"error",
           {{"code", id_of(error.code)}, {"message", sentence_of(error.code)}, {"detail", error.detail}}}};
      fmt::print("{}\n", json::serialize(out));
    } else {
      fmt::print(stderr, "{}\n  {}: {}\n",
                 error == Errc::not_found ? "Tidak ada jurnal di folder ini." : sentence_of(error.code),
                 id_of(error.code), error.detail);
    }
    return exit_does_not;
  }
  options.json ? print_json(*data) : print_text(*data);
  return data->ok ? exit_holds : exit_does_not;
}

}  // namespace proktor::verify
