// Makes the journal of a long season, with the box stopped: every participant of the open sesi logged in and at work, and
// as many answer entries as asked. Uses the exam's own rules and the writer's own store, so that a start reads what it
// would read after real days. --dirty leaves the write-ahead log as a kill would: full and never checkpointed.
//
//   fault_restart_fill JOURNAL_DIR ENTRIES [--dirty]
#include "api/exams.hpp"
#include "core/attempt.hpp"
#include "core/login.hpp"
#include "journal/store.hpp"

#include <fmt/format.h>

#include <cstdio>
#include <cstdlib>
#include <string_view>

#include <unistd.h>

using namespace proktor;

namespace {

constexpr std::size_t transaction_entries = 2'000;
constexpr std::uint64_t dirty_wal_bytes = 15U << 20U;  // just below what makes the writer checkpoint
constexpr TimeMs began_ms = 1'795'400'000'000;
constexpr std::size_t lines_at_once = 100;

[[noreturn]] void give_up(Error const& error) {
  std::fprintf(stderr, "%s\n", describe(error).c_str());
  std::_Exit(1);
}

template <class T>
T must(Result<T> result) {
  if (!result) give_up(result.error());
  return std::move(*result);
}
void must(Result<void> const& result) {
  if (!result) give_up(result.error());
}

class Season {
 public:
  explicit Season(std::filesystem::path const& directory) : store_(must(journal::Store::open(directory))) {
    auto reader = must(journal::Reader::open(directory));
    std::vector<api::Receipt> receipts;
    must(api::load_state(reader, state_, receipts));
    x_ms_ = state_.x_max_ms();
    for (auto const& [id, sitting] : state_.sittings()) {
      if (sitting.state == core::SittingState::open) sitting_ = &sitting;
    }
    if (sitting_ == nullptr) give_up(fail(Errc::no_sitting_open));
  }

  // All but the last participant, who is left for a real browser.
  void seat_all() {
    for (std::size_t i = 0; i + 1 < sitting_->participants.size(); ++i) seat(sitting_->participants[i]);
    flush();
  }

  void answer_until(std::uint64_t entries) {
    while (store_->head().lsn + waiting_.size() < entries) answer_once();
    flush();
  }

  void answer_until_wal(std::uint64_t bytes) {
    checkpoints_ = false;
    while (store_->wal_bytes() < bytes) answer_once();
    flush();
  }

  void finish() { must(store_->finish()); }
  std::uint64_t entries() const { return store_->head().lsn; }

 private:
  struct Desk {
    core::Session session;
    std::uint64_t seq = 0;
    std::string test;
  };

  core::Now now() { return {began_ms + x_ms_, x_ms_}; }

  void seat(std::string const& nisn) {
    auto const& who = *state_.participant(nisn);
    auto const test = sitting_->tests.front().test;
    Desk desk{{nisn, sitting_->id, fmt::format("{:032x}", desks_.size() + 1), {0, who.n}, std::nullopt}, 0, test};
    auto const* known = state_.attempt_of(who, sitting_->id, test);
    if (known == nullptr) {
      x_ms_ += 100;
      take(must(core::login(state_, {nisn, desk.session.device, "127.0.0.1", "47"}, now())).entries);
      desk.session.epoch.n = who.n;
      take(must(core::accept_token(state_, desk.session, sitting_->token.text, now())));
      core::AttemptId id{};
      auto const number = desks_.size() + 1;
      id[14] = static_cast<std::uint8_t>(number >> 8U), id[15] = static_cast<std::uint8_t>(number);
      take(must(core::prepare(state_, desk.session, test, id, number, now())).entries);
      known = state_.attempt(id);
    }
    desk.session.attempt = known->id;
    desk.session.epoch = known->epoch;
    desk.seq = known->marks.at(known->epoch).hwm;
    if (!known->started_x_ms) take(must(core::start(state_, desk.session, 1, now())));
    items_ = known->items;
    desks_.push_back(std::move(desk));
  }

  void answer_once() {
    auto& desk = desks_[turn_++ % desks_.size()];
    std::string lines;
    for (std::size_t i = 0; i < lines_at_once; ++i) {
      ++desk.seq;
      lines += fmt::format(R"({{"v":1,"seq":{},"kind":"answer","item":"i{}","value":{{"RESPONSE":"c{}"}},"t":{}}})" "\n",
                           desk.seq, 1 + desk.seq % items_, desk.seq % 4, 1'000 * desk.seq);
    }
    x_ms_ += 5;
    auto outcome = core::take_events(state_, desk.session, lines, std::nullopt, now(), limits());
    if (outcome.reply.error) give_up(*outcome.reply.error);
    for (auto& entry : outcome.entries) waiting_.push_back(std::move(entry));
    if (waiting_.size() >= transaction_entries) flush();
  }

  static core::EventLimits limits() {
    core::EventLimits limits;
    limits.events_max = limits.bytes_max = 1ULL << 40U;
    limits.rate = {1e9, 1e-6};
    return limits;
  }

  void take(core::NewEntries entries) {
    must(state_.apply_all(entries, now().wall_ms));
    for (auto& entry : entries) waiting_.push_back(std::move(entry));
  }

  void flush() {
    if (waiting_.empty()) return;
    must(store_->begin());
    for (auto& entry : waiting_) must(store_->add(std::move(entry), 0, now().wall_ms));
    must(store_->commit());
    waiting_.clear();
    journal::WriterOptions const options;
    if (checkpoints_ && store_->checkpoint_due(options, false)) must(store_->checkpoint(options));
  }

  core::State state_;
  std::unique_ptr<journal::Store> store_;
  core::Sitting const* sitting_ = nullptr;
  std::vector<Desk> desks_;
  core::NewEntries waiting_;
  DurationMs x_ms_ = 0;
  std::size_t turn_ = 0;
  std::uint64_t items_ = 1;
  bool checkpoints_ = true;
};

}  // namespace

int main(int argc, char** argv) {
  if (argc < 3) return 2;
  bool const dirty = argc > 3 && std::string_view(argv[3]) == "--dirty";
  Season season(argv[1]);
  season.seat_all();
  season.answer_until(std::strtoull(argv[2], nullptr, 10));
  if (dirty) {
    season.answer_until_wal(dirty_wal_bytes);
  } else {
    season.finish();
  }
  std::printf("%llu\n", static_cast<unsigned long long>(season.entries()));
  std::fflush(stdout);
  ::_exit(0);  // nothing is closed in order: what is on disk is what a kill leaves
}
