#include "provisioning/verify/commands.hpp"

#include "base/bytes.hpp"
#include "provisioning/verify/verify.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <cstdio>
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
                                    {"findings", std::move(findings)}});
  }
  json::value const out{{"ok", data.ok}, {"journals", std::move(journals)}};
  fmt::print("{}\n", json::serialize(out));
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
    for (auto const& finding : report.findings) {
      fmt::print("  {} lsn {}: {}\n", finding.part, finding.lsn, finding.text);
    }
    if (report.findings.size() >= journal::findings_max) fmt::print("  … mungkin masih ada yang lain\n");
  }
  fmt::print("{}\n", data.ok ? "Semua jurnal utuh."
                             : "Ada yang tidak utuh. Jangan hapus apa pun; hubungi tim teknis.");
}

}  // namespace

int run_verify(VerifyOptions const& options) {
  auto const data = verify_data(options.data);
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
