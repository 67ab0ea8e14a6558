#include "pupil_page.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace proktor::fault {

PupilPage::PupilPage(BoxModel& box, std::string device, double rate, PupilPage const* before, DurationMs wall_gap_ms)
    : box_(&box), device_(std::move(device)), rate_(rate) {
  bool const same = before != nullptr && before->device_ == device_;
  session_ = same ? before->session_ : box.login(device_);
  bool const known = before != nullptr;
  box.prepare(session_);
  started_ = box.attempt().started_x_ms.has_value();
  DurationMs const left = box.left_ms();
  if (same) {
    // What the box counted since the last sign of life; the PC's clock only where that cannot tell.
    DurationMs const wall = std::max<DurationMs>(0, wall_gap_ms);
    seq_ = before->seq_;
    waiting_ = before->waiting_;
    auto const held = box.attempt().marks.at(session_.epoch).hwm + waiting_.size() - seq_;
    waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(held));
    DurationMs const had = before->life_left_ - seen_ms();
    DurationMs const gone = left > 0 ? had - left : std::max(had, wall);
    tick_t_ = before->life_t_;
    t_ = static_cast<double>(before->life_t_ + std::max({wall, gone, before->t() - before->life_t_}));
    if (gone >= least_gap_ms) claim(before->life_t_, before->life_t_ + gone);
  } else if (known) {
    DurationMs const silent = box.now().x_ms - box.attempt().heard_x_ms;
    t_ = static_cast<double>(silent);
    if (silent >= least_gap_ms) claim(0, silent);
  }
  tick_t_ = contact_t_ = life_t_ = t();
  life_left_ = left + seen_ms();
  deadline_ = prepared_left_ = static_cast<double>(left);
  not_running_ms_ = started_ || left < duration_ms ? 0 : core::start_after_items_ms;
}

void PupilPage::run(DurationMs ms) {
  t_ += static_cast<double>(ms) * rate_;
  monotonic_ += static_cast<double>(ms) * rate_;
}

DurationMs PupilPage::promised_ms() const {
  DurationMs sum = 0;
  for (auto const& line : waiting_) sum += line.told_ms;
  return sum;
}

DurationMs PupilPage::seen_ms() const {
  DurationMs sum = 0;
  for (auto const& line : waiting_) sum += line.unseen ? 0 : line.told_ms;
  return sum;
}

std::optional<DurationMs> PupilPage::left() const {
  if (!deadline_) return std::nullopt;
  return std::max<DurationMs>(0, static_cast<DurationMs>(*deadline_ - monotonic_));
}

void PupilPage::slept(DurationMs wall_ms) {
  wall_ahead_ms_ += wall_ms;
}

void PupilPage::tick(double used_ms) {
  if (t() - tick_t_ < tick_ms) return;
  auto const seq = seq_;
  if (t() - tick_t_ >= frozen_ms) claim(tick_t_, t());
  if (wall_ahead_ms_ >= sleep_jump_ms) {
    claim(t(), t() + wall_ahead_ms_);
    beat_ = true;
  }
  wall_ahead_ms_ = 0;
  tick_t_ = t();
  if ((seq_ > seq || t() - life_t_ >= life_every_ms) && left()) {
    life_t_ = t();
    if (started_) life_left_ = *left() + seen_ms();
  }
  if (started_ && !over_ && promised_ms() == 0 && left() == 0) {
    over_ = true;
    add(R"("kind":"submit")", used_ms);
  }
}

void PupilPage::add(std::string const& rest, double used_ms) {
  waiting_.push_back({fmt::format(R"({{"v":1,"seq":{},{},"t":{}}})", ++seq_, rest, t()), used_ms});
}

void PupilPage::claim(DurationMs from_t, DurationMs to_t) {
  add(fmt::format(R"("kind":"blocked","value":{{"from":{},"to":{}}})", from_t, to_t), 0);
  waiting_.back().told_ms = to_t - from_t;
  waiting_.back().unseen = to_t > t();
}

void PupilPage::answer(double used_ms) {
  if (!over_) add(fmt::format(R"("kind":"answer","item":"i{}","value":{{"r1":"c{}"}})", 1 + seq_ % 9, seq_ % 4), used_ms);
}

void PupilPage::start() {
  box_->start(session_, t());
  started_ = true;
  auto const left = static_cast<double>(box_->left_ms());
  // Until the press, a minute after the items at most, the exam's clock stood still.
  double const expected = std::min(prepared_left_, *deadline_ - monotonic_ + not_running_ms_);
  double const gone = expected - left;
  if (promised_ms() == 0 && gone >= sleep_jump_ms + monotonic_ / 50) claim(t(), t() + static_cast<DurationMs>(gone));
  heard_ = monotonic_;
  deadline_ = monotonic_ + left;
}

bool PupilPage::exchange(bool ack_lost) {
  contact_t_ = t();
  beat_ = false;
  if (!started_) {
    start();
    return false;
  }
  std::string body;
  std::size_t const lines = std::min<std::size_t>(waiting_.size(), 200);
  for (std::size_t i = 0; i < lines; ++i) body += waiting_[i].text + "\n";
  auto const outcome = box_->events(session_, body, t());
  bool unfair = false;
  for (auto const& entry : outcome.entries) {
    if (entry.kind != "event" || entry.subject.find("late") == std::string::npos) continue;
    for (auto const& line : waiting_) {
      bool const answered = line.text.find("\"answer\"") != std::string::npos;
      unfair = unfair || (answered && line.text == entry.bytes && line.used_ms < static_cast<double>(duration_ms) - 1'000);
    }
  }
  if (ack_lost) return unfair;
  DurationMs told = 0;
  bool told_unseen = false;
  for (std::size_t i = 0; i < lines; ++i) told += waiting_[i].told_ms, told_unseen = told_unseen || waiting_[i].unseen;
  waiting_.erase(waiting_.begin(), waiting_.begin() + static_cast<std::ptrdiff_t>(lines));
  DurationMs const remaining = outcome.reply.remaining_ms;
  // The box counted more than this page's clock and gave nothing back: the computer slept and its clock hides it.
  // How long, the box knows better: it gives no more than its clock was ahead.
  DurationMs const gone = static_cast<DurationMs>(*deadline_ - monotonic_) + told - remaining;
  DurationMs const doubt = sleep_jump_ms + static_cast<DurationMs>(monotonic_ - heard_) / 50;
  if (gone - told >= doubt || (told > 0 && gone >= doubt && !told_unseen)) claim(t(), t() + (remaining > 0 ? gone : duration_ms));
  heard_ = monotonic_;
  deadline_ = monotonic_ + static_cast<double>(remaining);
  return unfair;
}

}  // namespace proktor::fault
