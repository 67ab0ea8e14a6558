#include "provisioning/drill/fleet.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <sstream>

#include <sys/epoll.h>
#include <sys/resource.h>
#include <unistd.h>

namespace proktor::drill {
namespace {

constexpr TimeUs second_us = 1'000'000;
constexpr TimeUs look_every_us = second_us;
constexpr TimeUs spacing_us = 10'000;           // between the pupils' first connections
constexpr TimeUs ramp_max_us = 60 * second_us;  // then the measuring begins with those who are there
constexpr TimeUs settle_max_us = 30 * second_us;
constexpr int events_per_turn = 256;
constexpr std::size_t failures_shown = 20;

Plan plan_of(DrillOptions const& options) {
  return {options.play, options.finish, options.rate, options.think_s, options.seconds_per_test, options.reconnect_ms * TimeUs{1000},
          options.patience_s * second_us};
}

// utime + stime of /proc/PID/stat.
std::optional<double> cpu_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string text;
  if (pid <= 0 || !std::getline(file, text)) return std::nullopt;
  std::istringstream fields(text.substr(text.rfind(')') + 2));
  std::string skipped;
  for (int i = 0; i < 11; ++i) fields >> skipped;
  double user = 0;
  double system = 0;
  if (!(fields >> user >> system)) return std::nullopt;
  return (user + system) / static_cast<double>(::sysconf(_SC_CLK_TCK));
}

std::optional<std::uint64_t> rss_of(int pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/statm");
  std::uint64_t total = 0;
  std::uint64_t resident = 0;
  if (pid <= 0 || !(file >> total >> resident)) return std::nullopt;
  return resident * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

double own_cpu_s() {
  timespec used{};
  ::clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &used);
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) / 1e9;
}

volatile std::sig_atomic_t asked_to_end = 0;

void ask_to_end(int) {
  asked_to_end = 1;
}

}  // namespace

Fleet::Fleet(DrillOptions const& options, Scene& scene, Tally& tally)
    : options_(options),
      scene_(scene),
      tally_(tally),
      plan_(plan_of(options)),
      epoll_(::epoll_create1(EPOLL_CLOEXEC)) {}

Result<Outcome> Fleet::run() {
  if (!epoll_) return fail(Errc::io_error, std::strerror(errno));
  // A play goes on to its end: these would leave its tests unfinished.
  if (!options_.play) {
    for (int const number : {SIGTERM, SIGINT}) std::signal(number, ask_to_end);
  }
  begun_ = now_us();
  if (options_.play) tally_.measure(begun_, never_us);
  SplitMix64 random(options_.seed);
  for (std::size_t i = 0; i < scene_.cards.size(); ++i) {
    TimeUs const begin = begun_ + static_cast<TimeUs>(i) * spacing_us;
    pupils_.push_back(
        std::make_unique<Pupil>(scene_.target, plan_, tally_, scene_.cards[i], random.next_u64(), begin));
    pupils_.back()->set_token(scene_.token);
    pupils_.back()->set_number(i);
    due_.push_back(begin);
    queue_.emplace(begin, i);
  }
  std::array<epoll_event, events_per_turn> ready{};
  for (;;) {
    TimeUs at = now_us();
    while (!queue_.empty() && queue_.top().first <= at) {
      auto const [when, pupil] = queue_.top();
      queue_.pop();
      if (due_[pupil] == when) step(pupil, at);
    }
    if (at >= look_at_) look_around(at);
    if (over(at)) return sum_up(at);
    TimeUs const next = std::min(queue_.empty() ? never_us : queue_.top().first, look_at_);
    auto const patience_ms = std::clamp<TimeUs>((next - now_us() + 999) / 1000, 0, 1'000);
    int const count =
        ::epoll_wait(epoll_.get(), ready.data(), events_per_turn, static_cast<int>(patience_ms));
    at = now_us();
    for (int i = 0; i < count; ++i) {
      step(static_cast<Pupil*>(ready[static_cast<std::size_t>(i)].data.ptr)->number(), at);
    }
  }
}

void Fleet::step(std::size_t number, TimeUs at) {
  due_[number] = pupils_[number]->tick(at, epoll_.get());
  if (due_[number] != never_us) queue_.emplace(due_[number], number);
}

// Once a second: the token may have been replaced, the server restarted, and everybody may have begun.
void Fleet::look_around(TimeUs at) {
  look_at_ = at + look_every_us;
  refresh(options_, scene_);
  tally_.flush();
  if (options_.play || measure_from_ != 0) return;
  bool const all = std::all_of(pupils_.begin(), pupils_.end(), [](auto const& pupil) {
    return pupil->answering() || pupil->done() || pupil->failed();
  });
  if (all || at - begun_ > ramp_max_us) begin_measuring(at);
}

void Fleet::begin_measuring(TimeUs at) {
  measure_from_ = at;
  measure_until_ = at + static_cast<TimeUs>(options_.minutes * 60e6);
  tally_.measure(measure_from_, measure_until_);
  before_ = usage();
  look_at_ = std::min(look_at_, measure_until_);
}

void Fleet::end_measuring(TimeUs at) {
  measuring_over_ = true;
  measure_until_ = at;
  after_ = usage();
  for (auto const& pupil : pupils_) pupil->stop_answering();
}

bool Fleet::over(TimeUs at) {
  auto const ended = [](auto const& pupil) { return pupil->done() || pupil->failed(); };
  if (options_.play) return std::all_of(pupils_.begin(), pupils_.end(), ended);
  if (measure_from_ == 0) return false;
  if (!measuring_over_ && (at >= measure_until_ || asked_to_end != 0)) end_measuring(at);
  if (!measuring_over_) return false;
  bool const settled = std::all_of(pupils_.begin(), pupils_.end(), [&](auto const& pupil) {
    return ended(pupil) || (pupil->settled() && !options_.finish);
  });
  return settled || at - measure_until_ > settle_max_us;
}

Fleet::Usage Fleet::usage() const {
  return {own_cpu_s(), cpu_of(scene_.server_pid), scene_.server_pid, tally_.acked_total};
}

Outcome Fleet::sum_up(TimeUs at) const {
  Outcome outcome;
  outcome.students = static_cast<int>(pupils_.size());
  for (std::size_t i = 0; i < pupils_.size(); ++i) {
    auto const& pupil = *pupils_[i];
    bool const stranded =
        !pupil.done() && (options_.play || options_.finish || !pupil.settled() || !pupil.answering());
    outcome.finished += pupil.done() ? 1 : 0;
    if (!pupil.failed() && !stranded) continue;
    ++outcome.failed;
    if (outcome.failures.size() < failures_shown) {
      outcome.failures.push_back(scene_.cards[i].username + ": " +
                                 (pupil.failed() ? pupil.trouble() : "unfinished"));
    }
  }
  TimeUs const from = options_.play ? begun_ : measure_from_;
  TimeUs const until = options_.play ? at : measure_until_;
  Usage const after = options_.play ? usage() : after_;
  outcome.ramp_s = static_cast<double>(from - begun_) / 1e6;
  outcome.measured_s = static_cast<double>(until - from) / 1e6;
  outcome.own_cpu_s = after.own_cpu_s - before_.own_cpu_s;
  outcome.acks_measured = after.acked - before_.acked;
  if (before_.server_cpu_s && after.server_cpu_s && before_.server_pid == after.server_pid) {
    outcome.server_cpu_s = *after.server_cpu_s - *before_.server_cpu_s;
  }
  outcome.server_rss_bytes = rss_of(scene_.server_pid);
  double load = 0;
  if (::getloadavg(&load, 1) == 1) outcome.load_average = load;
  return outcome;
}

}  // namespace proktor::drill
