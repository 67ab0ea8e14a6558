#include "provisioning/drill/drill.hpp"

#include "provisioning/drill/fleet.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>

#include <sys/resource.h>

namespace proktor::drill {
namespace {

constexpr int exit_good = 0;
constexpr int exit_bad = 1;
constexpr int exit_refused = 2;
constexpr double rate_max = 1'000;
constexpr int reconnect_ms_max = 60'000;
constexpr double minutes_max = 24 * 60;

int refuse(std::string const& why) {
  fmt::print(stderr, "proktor drill: {}\n", why);
  return exit_refused;
}

int refuse(Error const& error) {
  return refuse(describe(error));
}

bool runs(DrillOptions const& options) {
  return options.play || options.minutes > 0;
}

std::string objection(DrillOptions const& options) {
  bool const named = !options.cards.empty() && !options.url.empty();
  if (options.demo.empty() && !named) return "sebutkan --demo FILE, atau --cards CSV --ca PEM --url U";
  if (!runs(options) && !options.verify) return "sebutkan --minutes M, --play, atau --verify";
  if (options.play && options.minutes > 0) return "pilih salah satu: --play atau --minutes";
  if (options.verify && options.ledger.empty()) return "--verify memerlukan --ledger FILE";
  if (options.students < 0 || options.minutes < 0 || options.minutes > minutes_max)
    return "angka di luar batas";
  if (!(options.rate > 0) || options.rate > rate_max || options.think_s < 0) return "--rate di luar batas";
  if (options.patience_s < 1 || options.patience_s > minutes_max * 60) return "--patience di luar batas";
  if (options.reconnect_ms < 1 || options.reconnect_ms > reconnect_ms_max) return "--reconnect-ms di luar batas";
  if (options.play && !(options.seconds_per_test > 0)) return "--seconds-per-test harus lebih dari 0";
  return {};
}

// One connection a pupil, and some for everything else.
void allow_descriptors() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
}

int verify_only(DrillOptions const& options, std::filesystem::path const& control) {
  auto const verdict = verify_ledger(options.ledger, control);
  if (!verdict) return refuse(verdict.error());
  std::string const text = options.json ? verdict_json(*verdict) + "\n" : verdict_table(*verdict);
  std::fputs(text.c_str(), stdout);
  return verdict->holds() ? exit_good : exit_bad;
}

bool kept_all_promises(DrillOptions const& options, Outcome const& outcome, Tally const& tally,
                       std::optional<Verdict> const& verdict) {
  bool const all_there = outcome.failed == 0 && (!options.play || outcome.finished == outcome.students);
  return all_there && tally.heads_wrong == 0 && tally.marks_back == 0 && tally.codes_wrong == 0 &&
         (!verdict || verdict->holds());
}

}  // namespace

int run_drill(DrillOptions const& options) {
  if (auto const why = objection(options); !why.empty()) return refuse(why);
  std::signal(SIGPIPE, SIG_IGN);
  auto scene = read_scene(options);
  if (!scene) return refuse(scene.error());
  if (!runs(options)) return verify_only(options, scene->control);
  if (scene->cards.empty()) return refuse("tidak ada kartu login");
  auto const wanted = static_cast<std::size_t>(options.students);
  if (wanted > scene->cards.size())
    return refuse(fmt::format("hanya ada {} kartu login", scene->cards.size()));
  if (wanted > 0) scene->cards.resize(wanted);
  allow_descriptors();
  Tally tally;
  if (!options.ledger.empty()) {
    if (auto const opened = tally.open_ledger(options.ledger); !opened) return refuse(opened.error());
  }
  Fleet fleet(options, *scene, tally);
  auto const outcome = fleet.run();
  if (!outcome) return refuse(outcome.error());
  tally.flush();
  std::optional<Verdict> verdict;
  if (options.verify) {
    auto compared = verify_ledger(options.ledger, scene->control);
    if (!compared) return refuse(compared.error());
    verdict = std::move(*compared);
  }
  bool const good = kept_all_promises(options, *outcome, tally, verdict);
  std::string const text = options.json ? report_json(options, *outcome, tally, verdict, good) + "\n"
                                        : report_table(options, *outcome, tally, verdict, good);
  std::fputs(text.c_str(), stdout);
  return good ? exit_good : exit_bad;
}

}  // namespace proktor::drill
