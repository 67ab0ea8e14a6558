#include "provisioning/drill/report.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <fmt/format.h>

#include <cmath>

namespace proktor::drill {
namespace {

namespace json = boost::json;

constexpr double late_share_max = 0.01;

double rounded(double value) {
  return std::round(value * 1000) / 1000;
}

json::object latency_json(Histogram const& histogram) {
  return {{"count", histogram.count()},
          {"p50", rounded(histogram.quantile_ms(0.5))},
          {"p99", rounded(histogram.quantile_ms(0.99))},
          {"p99_9", rounded(histogram.quantile_ms(0.999))},
          {"max", rounded(histogram.max_ms())}};
}

double acks_per_second(Outcome const& outcome) {
  return outcome.measured_s > 0 ? static_cast<double>(outcome.acks_measured) / outcome.measured_s : 0;
}

// Microseconds of CPU per acknowledgement.
double per_ack_us(double cpu_s, Outcome const& outcome) {
  return outcome.acks_measured > 0 ? cpu_s * 1e6 / static_cast<double>(outcome.acks_measured) : 0;
}

json::object verdict_object(Verdict const& verdict) {
  json::array examples;
  for (auto const& example : verdict.examples) examples.emplace_back(example);
  return {{"acknowledged", verdict.acknowledged}, {"epochs", verdict.epochs},
          {"missing", verdict.missing},           {"different", verdict.different},
          {"examples", std::move(examples)},      {"ok", verdict.holds()}};
}

}  // namespace

bool generator_was_late(Tally const& tally) {
  return static_cast<double>(tally.sends_late) > late_share_max * static_cast<double>(tally.sends);
}

std::string report_json(DrillOptions const& options, Outcome const& outcome, Tally const& tally,
                        std::optional<Verdict> const& verdict, bool good) {
  json::object troubles;
  for (auto const& [code, count] : tally.troubles) troubles[code] = count;
  json::array failures;
  for (auto const& failure : outcome.failures) failures.emplace_back(failure);
  json::array codes;
  for (auto const& [attempt, code] : tally.codes)
    codes.push_back(json::object{{"attempt", attempt}, {"code", code}});
  json::object report{{"ok", good},
                      {"mode", options.play ? "play" : "drill"},
                      {"students", outcome.students},
                      {"finished", outcome.finished},
                      {"failed", outcome.failed},
                      {"acknowledged", tally.acked_total},
                      {"acks_per_second", rounded(acks_per_second(outcome))},
                      {"latency_ms", latency_json(tally.acks)},
                      {"first_request_ms", latency_json(tally.first)},
                      {"ramp_s", rounded(outcome.ramp_s)},
                      {"measured_s", rounded(outcome.measured_s)},
                      {"own_cpu_us_per_ack", rounded(per_ack_us(outcome.own_cpu_s, outcome))},
                      {"server_cpu_us_per_ack", nullptr},
                      {"server_rss_bytes", nullptr},
                      {"load_average", rounded(outcome.load_average)},
                      {"late_sends", tally.sends_late},
                      {"sends", tally.sends},
                      {"valid", !generator_was_late(tally)},
                      {"requests", tally.requests},
                      {"reconnects", tally.reconnects},
                      {"heads_wrong", tally.heads_wrong},
                      {"acks_lost", tally.marks_back},
                      {"codes_wrong", tally.codes_wrong},
                      {"refusals", std::move(troubles)},
                      {"failures", std::move(failures)},
                      {"codes", std::move(codes)},
                      {"seed", options.seed},
                      {"rate", options.rate}};
  if (outcome.server_cpu_s)
    report["server_cpu_us_per_ack"] = rounded(per_ack_us(*outcome.server_cpu_s, outcome));
  if (outcome.server_rss_bytes) report["server_rss_bytes"] = *outcome.server_rss_bytes;
  if (verdict) report["verify"] = verdict_object(*verdict);
  return json::serialize(report);
}

std::string report_table(DrillOptions const& options, Outcome const& outcome, Tally const& tally,
                         std::optional<Verdict> const& verdict, bool good) {
  std::string out;
  auto const line = [&out](std::string_view name, std::string const& value) {
    out += fmt::format("{:<34}{}\n", name, value);
  };
  auto const spread = [](Histogram const& h) {
    return fmt::format("p50 {:.1f}  p99 {:.1f}  p99,9 {:.1f}  maks {:.1f} ms ({})", h.quantile_ms(0.5),
                       h.quantile_ms(0.99), h.quantile_ms(0.999), h.max_ms(), h.count());
  };
  line("murid virtual",
       fmt::format("{} (selesai {}, gagal {})", outcome.students, outcome.finished, outcome.failed));
  line("jawaban tersimpan", std::to_string(tally.acked_total));
  line("tersimpan per detik",
       fmt::format("{:.1f} selama {:.1f} s", acks_per_second(outcome), outcome.measured_s));
  line("dari ketikan sampai tersimpan", spread(tally.acks));
  line("sambungan sampai jawaban pertama", spread(tally.first));
  if (outcome.server_cpu_s) {
    line("CPU server per jawaban", fmt::format("{:.1f} us", per_ack_us(*outcome.server_cpu_s, outcome)));
  }
  if (outcome.server_rss_bytes) {
    line("memori server", fmt::format("{} MB", *outcome.server_rss_bytes / (1024 * 1024)));
  }
  line("CPU alat uji per jawaban", fmt::format("{:.1f} us", per_ack_us(outcome.own_cpu_s, outcome)));
  line("beban komputer", fmt::format("{:.1f}", outcome.load_average));
  line("terlambat mengirim", fmt::format("{} dari {}{}", tally.sends_late, tally.sends,
                                         generator_was_late(tally) ? ": angka waktu TIDAK sah" : ""));
  line("sambung ulang", std::to_string(tally.reconnects));
  if (!options.play) line("laju", fmt::format("{} per detik per murid", options.rate));
  if (!tally.codes.empty()) {
    line("kode bukti",
         fmt::format("{} cocok, {} tidak", tally.codes.size() - tally.codes_wrong, tally.codes_wrong));
  }
  for (auto const& [code, count] : tally.troubles) line("ditolak: " + code, std::to_string(count));
  for (auto const& failure : outcome.failures) line("gagal", failure);
  if (tally.heads_wrong + tally.marks_back > 0) {
    line("JANJI TIDAK DITEPATI",
         fmt::format("{} rantai beda, {} jawaban hilang", tally.heads_wrong, tally.marks_back));
  }
  if (verdict) out += verdict_table(*verdict);
  line("hasil", good ? "BAIK" : "TIDAK BAIK");
  return out;
}

std::string verdict_json(Verdict const& verdict) {
  return json::serialize(json::object{{"verify", verdict_object(verdict)}});
}

std::string verdict_table(Verdict const& verdict) {
  std::string out = fmt::format("{:<34}{} jawaban, {} hilang, {} berbeda\n", "dicocokkan dengan jurnal",
                                verdict.acknowledged, verdict.missing, verdict.different);
  for (auto const& example : verdict.examples) out += "  " + example + "\n";
  return out;
}

}  // namespace proktor::drill
