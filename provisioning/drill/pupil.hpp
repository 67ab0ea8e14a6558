#pragma once
// One virtual pupil: logs in with a card, types the token, takes tests, keeps every event until the server
// has it, and goes on after a lost connection or a killed server as the pupil's page does. Owns its
// connection, its chain and its outbox; the fleet gives it time, the token and a place to count. Runs on the
// drill's one thread.

#include "core/chain.hpp"
#include "provisioning/drill/link.hpp"
#include "provisioning/drill/script.hpp"
#include "provisioning/drill/tally.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::drill {

struct Card {
  std::string username{};
  std::string password{};
};

// The plan that all pupils follow.
struct Plan {
  bool play = false;
  bool finish = false;
  double rate = 0.2;
  double think_s = 0;
  double seconds_per_test = 20;
  TimeUs reconnect_us = 100'000;
  TimeUs patience_us = 120'000'000;
};

class Pupil {
 public:
  Pupil(Target const& target, Plan const& plan, Tally& tally, Card card, std::uint64_t seed, TimeUs begin_us);

  void set_token(std::string const& token) { token_ = &token; }
  void set_number(std::size_t number) { number_ = number; }  // its place in the fleet
  std::size_t number() const { return number_; }
  void stop_answering() { stopping_ = true; }  // no new events; submit when the plan says so

  // Does what is due and returns when it wants to be called again; TimeUs max when only its socket matters.
  TimeUs tick(TimeUs now_us, int epoll);
  void on_ready(TimeUs now_us, int epoll);

  bool answering() const { return step_ == Step::answering; }
  bool done() const { return step_ == Step::done; }
  bool failed() const { return step_ == Step::failed; }
  bool settled() const;  // nothing unacknowledged
  std::string const& trouble() const { return trouble_; }

 private:
  enum class Step : std::uint8_t { login, look, token, prepare, start, answering, done, failed };
  enum class Ask : std::uint8_t { nothing, login, look, token, prepare, start, events, heartbeat, stage, finish };

  struct Saved {
    std::string line{};
    Bytes32 head{};
    TimeUs intended_us = 0;
  };

  void send_next(TimeUs now_us);
  void ask(Ask what, std::string_view path, std::string_view body, TimeUs now_us);
  void ask_events(TimeUs now_us);
  void ask_stage(TimeUs now_us);
  void ask_finish(TimeUs now_us);
  void handle(Reply const& reply, TimeUs now_us);
  void refused(Ask what, Reply const& reply, TimeUs now_us);
  void take_state(boost::json::object const& state, TimeUs now_us);
  void take_prepared(Reply const& reply, TimeUs now_us);
  void take_mark(Reply const& reply, TimeUs now_us);
  void take_stage(Reply const& reply, TimeUs now_us);
  void take_code(Reply const& reply, TimeUs now_us);
  void begin_answering(TimeUs now_us);
  void make_due_events(TimeUs now_us);
  void take_stage_of(boost::json::object const& body);
  void make_event(TimeUs intended_us, TimeUs now_us);
  void save(std::string line, TimeUs intended_us);
  void lost(TimeUs now_us);
  void give_up(std::string why);
  TimeUs next_wake(TimeUs now_us) const;
  TimeUs pause_us();

  Plan const& plan_;
  Tally& tally_;
  Card const card_;
  std::string const device_;
  Link link_;
  SplitMix64 random_;
  std::string const* token_ = nullptr;
  std::size_t number_ = 0;

  Step step_ = Step::login;
  Ask asked_ = Ask::nothing;
  TimeUs asked_at_us_ = 0;
  TimeUs not_before_us_ = 0;  // after a refusal, a lost connection
  TimeUs last_contact_us_ = 0;
  TimeUs begun_us_ = 0;  // first try, for the first answer's latency
  TimeUs stuck_since_us_ = 0;
  bool first_answer_ = true;
  bool stopping_ = false;
  std::string cookie_;
  std::string trouble_;

  // The test that is being taken.
  std::string test_;
  core::AttemptId attempt_{};
  core::Epoch epoch_{};
  std::optional<Script> script_;
  std::uint64_t base_seq_ = 0;  // of this epoch, when the attempt came to us
  Bytes32 base_head_{};
  std::vector<Saved> saved_;  // seq base_seq_ + 1 …
  std::size_t acked_ = 0;     // of saved_
  std::size_t sending_ = 0;   // how many of saved_ the running request covers
  TimeUs next_event_us_ = 0;
  std::size_t event_index_ = 0;
  bool submitted_ = false;

  // Where in a test in stages: none of them, working, all items gone through, route at its end.
  enum class Staged : std::uint8_t { no, working, due, over };
  Staged staged_ = Staged::no;
  std::uint64_t stage_ = 0;
};

}  // namespace proktor::drill
