// Experiment `time-fairness`: thousands of random sittings with outages, clock jumps, suspends, power cuts, reloads and
// changes of the PC. The world keeps the pupil's true time; the box's count must not be more than it (error <= 1 s an
// hour), nor less, but for what the rules give away on purpose. Forgers gain nothing beyond what the box saw.
#include "pupil_page.hpp"

#include "experiment.hpp"

#include <fmt/format.h>

#include <array>

namespace proktor::fault {
namespace {

constexpr DurationMs step_ms = 250;
constexpr DurationMs begin_ms = 10'000;  // the start press
constexpr DurationMs calm_ms = 30'000;   // after the last trouble, before the judgement
constexpr double error_per_hour_ms = 1'000;
constexpr std::uint64_t trials_saved = 100;

enum class Trouble : std::uint8_t { network, box_cut, box_sleep, pc_freeze, pc_sleep, pc_off, pc_other, pc_clock };

struct Outage {
  Trouble what{};
  DurationMs from_ms = 0, length_ms = 0;
  DurationMs clock_ms = 0;  // how wrong the PC's clock is afterwards
};

struct Sum {
  std::uint64_t outages = 0, credits = 0, late = 0, forged = 0, judged = 0;
  double cost_max_ms = 0, gain_max_ms = 0;
};

std::vector<Outage> draw_outages(SplitMix64& random, DurationMs span_ms) {
  std::vector<Outage> all;
  for (auto count = random.below(10); count > 0; --count) {
    Outage one;
    one.what = static_cast<Trouble>(random.below(8));
    one.from_ms = static_cast<DurationMs>(random.below(static_cast<std::uint64_t>(span_ms)));
    one.length_ms = 500 + static_cast<DurationMs>(random.below(random.below(4) == 0 ? 240'000 : 40'000));
    one.clock_ms = static_cast<DurationMs>(random.below(2) * random.below(7'200'000)) * (random.below(2) == 0 ? 1 : -1);
    all.push_back(one);
  }
  return all;
}

// One sitting. `unplug_only`: nothing but a pulled cable, so that not a second may be gained.
class Sitting {
 public:
  Sitting(std::uint64_t seed, bool unplug_only)
      : random_(seed), box_(seed), span_ms_(random_.below(3) == 0 ? 3'900'000 : 3'000'000), rate_(0.99 + 0.01 * static_cast<double>(random_.below(3))),
        outages_(draw_outages(random_, span_ms_)) {
    if (unplug_only) for (auto& one : outages_) one.what = Trouble::network;
    page_.emplace(box_, std::string(32, 'a'), rate_, nullptr, 0);
  }

  std::string run(Sum& sum) {
    DurationMs const until = span_ms_ + 600'000;
    for (now_ms_ = 0; now_ms_ < until; now_ms_ += step_ms) {
      begin_and_end_outages();
      bool const usable = page_ && running() && now_ms_ >= begin_ms && !page_->over();
      DurationMs const x = box_.now().x_ms;
      bool const timed = core::start_x_ms(box_.attempt(), x).has_value();
      box_.pass(step_ms);
      DurationMs const passed = box_.now().x_ms - x;
      if (timed && usable) fair_ms_ += static_cast<double>(passed);
      if (usable) used_ms_ += static_cast<double>(step_ms);
      if (auto const wrong = page_step(); !wrong.empty()) return wrong;
      bool const calm = now_ms_ - changed_ms_ >= calm_ms;
      if (calm && page_ && page_->over() && page_->quiet()) break;
      if (calm && now_ms_ >= span_ms_ && page_ && running() && page_->quiet() && box_.answers() && plugged_ == 0) break;
    }
    sum.outages += outages_.size();
    return judge(sum);
  }

 private:
  bool running() const { return off_ == 0 && frozen_ == 0 && asleep_ == 0; }

  void begin_and_end_outages() {
    for (auto const& one : outages_) {
      bool const begins = now_ms_ == one.from_ms / step_ms * step_ms;
      bool const ends = now_ms_ == (one.from_ms + one.length_ms) / step_ms * step_ms;
      if (begins && one.length_ms >= step_ms) change(one, 1);
      if (ends) change(one, -1);
    }
  }

  void change(Outage const& one, int by) {
    changed_ms_ = now_ms_;
    bool const begins = by > 0;
    switch (one.what) {
      case Trouble::network: plugged_ += by; return;
      case Trouble::box_cut:
        down_ += by;
        if (down_ == 1 && begins) box_.cut_power(), ++cuts_, ++cuts_in_silence_;
        if (down_ == 0) box_.start_again();
        mixed_ms_ += begins ? static_cast<double>(one.length_ms) : 0;
        return;
      case Trouble::box_sleep:
        sleeping_ += by;
        if (sleeping_ > 0) box_.suspend(); else box_.wake();
        mixed_ms_ += begins ? static_cast<double>(one.length_ms) : 0;
        return;
      case Trouble::pc_freeze:
        frozen_ += by;
        if (begins) away(one.length_ms, frozen_ms), frozen_sum_ms_ += static_cast<double>(one.length_ms + step_ms);
        return;
      case Trouble::pc_sleep:
        asleep_ += by;
        if (asleep_ == 1 && begins) slept_from_ms_ = now_ms_, slept_clock_ms_ = 0;
        if (begins) sleep(one), slept_clock_ms_ += one.clock_ms;
        if (asleep_ == 0 && page_) page_->slept(now_ms_ - slept_from_ms_ + slept_clock_ms_);
        return;
      case Trouble::pc_clock:
        clocks_ += begins ? 1 : 0;
        leaps_ += begins && one.clock_ms > 0 ? 1 : 0;
        if (begins && page_ && running()) page_->slept(one.clock_ms);
        return;
      case Trouble::pc_off:
      case Trouble::pc_other:
        off_ += by;
        if (begins) {
          ++crashes_, away(one.length_ms, least_gap_ms);
          other_ = other_ || one.what == Trouble::pc_other;
          if (page_) off_from_ms_ = now_ms_, before_ = std::move(page_), page_.reset();
          off_clock_ms_ = one.clock_ms;
        }
        return;
    }
  }

  // The pupil sees nothing. What is shorter than `least_ms` the page cannot tell from a timer that is late.
  void away(DurationMs length_ms, DurationMs least_ms) {
    ++claims_;
    bool const unnoticed = static_cast<double>(length_ms - step_ms) * rate_ < static_cast<double>(least_ms);
    if (unnoticed) unnoticed_ms_ += static_cast<double>(length_ms + step_ms);
  }

  // A sleep shows in the PC's own clock; where that was set back in the box's count alone, beside what the page's clock may
  // have run wrong since. It is as long as both clocks differ over the whole silence.
  void sleep(Outage const& it) {
    DurationMs silent_ms = heartbeat_ms;
    for (auto const& one : outages_) {
      bool const apart = one.from_ms > it.from_ms + it.length_ms || one.from_ms + one.length_ms < it.from_ms;
      if (!apart) silent_ms += one.length_ms;
    }
    away(it.length_ms, it.clock_ms < 0 ? sleep_jump_ms + silent_ms / 50 : sleep_jump_ms);
    leaps_ += it.clock_ms > 0 ? 1 : 0;
    drift_ms_ += static_cast<double>(silent_ms) * (1 - rate_);
  }

  // A silence in which the box was cut is known by the box's clock alone, at least what makes a page lost: how much of it
  // the pupil could use only the page knows.
  void page_is_heard() {
    double const least_ms = static_cast<double>(cuts_in_silence_ * core::lost_after_ms);
    if (cuts_in_silence_ > 0) open_ms_ += std::max(least_ms, fair_ms_ - heard_fair_ms_);
    cuts_in_silence_ = 0;
    heard_fair_ms_ = fair_ms_;
    double const lag_ms = static_cast<double>(now_ms_ - heard_ms_) * (1 - rate_);
    if (lag_ms >= static_cast<double>(core::silence_least_ms)) lagged_ms_ += lag_ms;  // as if the PC had slept
    if (-lag_ms >= static_cast<double>(core::silence_least_ms)) hurried_ms_ -= lag_ms;  // its test may end that much early
    heard_ms_ = now_ms_;
  }

  std::string page_step() {
    if (page_ && asleep_ == 0) page_->run(step_ms);
    if (!page_ && off_ == 0 && frozen_ == 0 && asleep_ == 0 && plugged_ == 0 && box_.answers()) {
      // The page comes from the box: without it a PC that was off shows nothing.
      std::string const device = other_ ? std::string(32, static_cast<char>('b' + devices_++ % 20)) : before_->device();
      // How much of its silence the old PC could still be worked on, nobody tells the box.
      if (other_) given_ms_ += static_cast<double>(before_->silent_ms());
      page_.emplace(box_, device, rate_, &*before_, now_ms_ - off_from_ms_ + off_clock_ms_);
      other_ = false;
    }
    if (!page_ || !running()) return {};
    page_->tick(used_ms_);
    if (now_ms_ >= begin_ms && random_.below(28) == 0) page_->answer(used_ms_);
    bool const reachable = plugged_ == 0 && box_.answers() && now_ms_ >= begin_ms;
    if (!reachable || !page_->due()) return {};
    page_is_heard();
    bool const unfair = page_->exchange(random_.below(20) == 0);
    return unfair && box_.attempt().credit_ms < credit_cap_ms ? "a line written in time was flagged late" : "";
  }

  std::string judge(Sum& sum) {
    auto const& attempt = box_.attempt();
    sum.credits += static_cast<std::uint64_t>(attempt.credit_ms);
    if (attempt.credit_ms > credit_cap_ms) return "credit beyond the cap";
    auto const start = core::start_x_ms(attempt, box_.now().x_ms);
    if (!start || !page_ || !page_->quiet() || attempt.credit_ms >= credit_cap_ms) return {};
    ++sum.judged;
    double const counted = static_cast<double>(duration_ms - box_.left_ms());
    double const cost = counted - std::max(fair_ms_, used_ms_);  // while the box was away the pupil worked for nothing
    double const gain = fair_ms_ - counted;
    double const hours = static_cast<double>(now_ms_) / 3'600'000;
    // On purpose: up to 5 s of a cut, a tick of each freeze or sleep, a sign of life of each crash, and what cannot be told
    // apart where PC and box were away at once. A clock set ahead looks like a sleep in what a restart forgot.
    if (leaps_ > 0) given_ms_ += open_ms_ + lagged_ms_;
    // How long a page was frozen only the PC's clock tells, and here it runs up to a hundredth wrong.
    double const measured = frozen_sum_ms_ * (rate_ - 1);
    double const given = given_ms_ + std::max(0.0, measured) + std::max(0.0, drift_ms_) + 5'000.0 * (cuts_ + crashes_) + 1'250.0 * claims_ +
                         (claims_ > 0 ? mixed_ms_ : 0);
    sum.cost_max_ms = std::max(sum.cost_max_ms, cost);
    if (claims_ + cuts_ + clocks_ == 0 && box_.left_ms() > 0) sum.gain_max_ms = std::max(sum.gain_max_ms, gain);
    if (cost > error_per_hour_ms * hours + unnoticed_ms_ + hurried_ms_ + std::max(0.0, -measured) + std::max(0.0, -drift_ms_)) {
      return fmt::format("{:.0f} ms were charged that the pupil could not use", cost);
    }
    if (box_.left_ms() > 0 && gain > error_per_hour_ms * hours + given) return fmt::format("{:.0f} ms were gained, {:.0f} may be", gain, given);
    return {};
  }

  SplitMix64 random_;
  BoxModel box_;
  DurationMs span_ms_;
  double rate_;
  std::vector<Outage> outages_;
  std::optional<PupilPage> page_, before_;
  DurationMs now_ms_ = 0, heard_ms_ = 0, changed_ms_ = 0, slept_from_ms_ = 0, slept_clock_ms_ = 0, off_from_ms_ = 0, off_clock_ms_ = 0;
  int plugged_ = 0, down_ = 0, sleeping_ = 0, frozen_ = 0, asleep_ = 0, off_ = 0;
  int cuts_ = 0, claims_ = 0, clocks_ = 0, crashes_ = 0, devices_ = 0, leaps_ = 0, cuts_in_silence_ = 0;
  bool other_ = false;
  double fair_ms_ = 0, used_ms_ = 0, mixed_ms_ = 0, given_ms_ = 0, frozen_sum_ms_ = 0, open_ms_ = 0, heard_fair_ms_ = 0;
  double drift_ms_ = 0, lagged_ms_ = 0, hurried_ms_ = 0, unnoticed_ms_ = 0;
};

// A page that lies: intervals that overlap, repeat, reach into the future and the past, and answers dated back.
std::string forge(std::uint64_t seed, Sum& sum) {
  SplitMix64 random(seed);
  BoxModel box(seed);
  auto session = box.login(std::string(32, 'a'));
  box.prepare(session);
  box.start(session, 1'000);
  DurationMs t = 1'000, silent_ms = 0, last_x = box.now().x_ms;
  std::uint64_t seq = 0;
  for (int round = 0; round < 60; ++round) {
    DurationMs const wait = random.below(3) == 0 ? static_cast<DurationMs>(random.below(60'000)) : static_cast<DurationMs>(random.below(900));
    box.pass(wait), t += wait;
    if (random.below(15) == 0) box.cut_power(), box.start_again();
    std::string body;
    for (auto lines = random.below(4); lines > 0; --lines) {
      auto const from = random.below(static_cast<std::uint64_t>(2 * t)), length = random.below(300'000);
      body += fmt::format(R"({{"v":1,"seq":{},"kind":"blocked","value":{{"from":{},"to":{}}},"t":{}}})", ++seq, from, from + length,
                          random.below(static_cast<std::uint64_t>(2 * t))) + "\n";
    }
    (void)box.events(session, body, t);
    DurationMs const gap = box.now().x_ms - last_x;
    silent_ms += gap >= core::silence_least_ms ? gap : 0;
    last_x = box.now().x_ms;
    ++sum.forged;
    // A cut may hide up to what makes a page lost; the cap holds whatever happens.
    if (box.attempt().credit_ms > credit_cap_ms) return "forged intervals went beyond the cap";
    if (box.attempt().credit_ms > silent_ms + core::lost_after_ms) return "forged intervals earned more than the box saw of silence";
  }
  // Online over the deadline; then answers that pretend to be from before it.
  DurationMs const deadline_t = t + box.left_ms();
  while (box.left_ms() > 0) box.pass(9'750), t += 9'750, (void)box.events(session, {}, t);
  for (int i = 0; i < 3; ++i) box.pass(9'750), t += 9'750, (void)box.events(session, {}, t);
  auto const line = fmt::format(R"({{"v":1,"seq":{},"kind":"answer","item":"i1","value":{{"r1":"c9"}},"t":{}}})", ++seq, deadline_t - 500);
  auto const outcome = box.events(session, line, t);
  bool flagged = false;
  for (auto const& entry : outcome.entries) flagged = flagged || (entry.kind == "event" && entry.subject.ends_with(" late"));
  ++sum.late;
  if (!flagged) return "an answer dated back from after the deadline was not flagged";
  if (box.attempt().answers.contains(1)) return "an answer that is late counts";
  return {};
}

void trial(Arguments const& arguments, Experiment& experiment) {
  auto const number = experiment.trials();
  auto const seed = arguments.seed * 1'000'003 + number;
  Sum sum;
  std::array<std::string, 3> const wrong{Sitting(seed, false).run(sum), Sitting(seed, true).run(sum), forge(seed, sum)};
  ++experiment["trials"];
  experiment["judged"] += sum.judged;
  experiment["outages"] += sum.outages;
  experiment["credit_s"] += sum.credits / 1'000;
  experiment["forged_batches"] += sum.forged;
  experiment["dated_back"] += sum.late;
  experiment.most("cost_max_ms", static_cast<std::uint64_t>(sum.cost_max_ms));
  experiment.most("gain_unplugged_max_ms", static_cast<std::uint64_t>(sum.gain_max_ms));
  for (auto const& one : wrong) {
    if (one.empty()) continue;
    experiment.violation(fmt::format("trial {}: {}", number, one), fmt::format("time_fairness --seed {} --count {}", arguments.seed, number + 1));
  }
}

}  // namespace
}  // namespace proktor::fault

int main(int argc, char** argv) {
  using namespace proktor::fault;
  auto const arguments = parse(argc, argv, 300);
  Experiment experiment("time-fairness", arguments);
  while (experiment.trials() < arguments.count) {
    trial(arguments, experiment);
    if (experiment.trials() % trials_saved == 0) experiment.save();
  }
  return experiment.finish();
}
