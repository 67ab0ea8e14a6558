#pragma once
// A pupil's page as client-web/tes has it, reduced to what matters for answers: one browser's store (Pc: device, cookies,
// records, events; it survives a reload), and the page itself: login, token, prepare, outbox and chain, one request in
// flight, marks that go back, rejoin, resume with the ticket, handing over, finishing.

#include "network.hpp"
#include "oracle.hpp"

#include <deque>

namespace proktor::sim {

struct PageEvent {
  std::uint64_t seq = 0;
  std::string line{};
  Bytes32 head{};
  std::string kind{}, item{}, value{};
};

// One attempt in one epoch, as this browser knows it.
struct Record {
  core::AttemptId attempt{};
  core::Epoch epoch{};
  Bytes32 parent{};
  std::string ticket{}, participant{}, test{};
  std::uint64_t base_seq = 0;
  Bytes32 base_head{};
  std::uint64_t seq = 0, hwm = 0;
  Bytes32 head{};
  std::optional<std::uint64_t> submit_seq{};
  bool closed = false;
  DurationMs origin_ms = 0, last_t = 0;
  std::vector<PageEvent> events{};
};

struct Pc {
  unsigned place = 0;
  std::string device{};
  bool stores = true;
  std::map<std::string, std::string> cookies{};
  std::map<Oracle::Where, Record> records{};
};

// What pupils and proctor see of each other in the room.
struct Room {
  std::string token{};
  std::map<std::string, std::string> digits{};  // NISN -> shown on the waiting PC
  bool closed = false;
  bool healing = false;  // no more mischief: everybody only brings home what is there
};

class Page : public std::enable_shared_from_this<Page> {
 public:
  enum class At { login, waiting, confirm, entering, working, done, locked };

  Page(World& world, Network& network, Oracle& oracle, Room& room, Pc& pc, unsigned pupil)
      : world_(world), network_(network), oracle_(oracle), room_(room), pc_(pc), pupil_(pupil) {}

  void open();                                // the page is loaded
  void close() { gone_ = true; }              // reload, crash, PC switched off
  void act(Plan const& plan);                 // the pupil does something
  void hand_over_all();                       // this PC's leftovers, without a login
  void wake() { if (at_ == At::working) plan(0); }
  At at() const { return at_; }
  bool at_work() const { return at_ == At::working && !gone_; }
  Record const* record() const { return record_; }
  Pc& pc() { return pc_; }
  Pc const& pc() const { return pc_; }
  std::map<std::string, std::string> const& answers() const { return answers_; }
  bool idle() const { return !record_ || record_->hwm >= record_->seq; }

 private:
  using Heard = Network::Heard;

  void post(std::string target, std::string body, Heard heard, std::string type = "application/json");
  void get(std::string target, Heard heard);
  void send(WebRequest request, Heard heard);
  void later(DurationMs delay_ms, void (Page::*what)());

  // page.cpp: the way in
  void login();
  void after_login(WebReply const& reply);
  void ask_again();
  void hand_over(std::vector<Record*> left, std::function<void()> then);
  void hand_over_lines(Record* record, std::function<void()> then);
  void enter(WebReply const& state);
  void enter_state(boost::json::object const& state);
  void send_token();
  void prepare();
  void look();
  void to_login();

  // page_chain.cpp: the outbox
  void join(WebReply const& server, bool rejoining);
  bool fits(Record const& old, WebReply const& server) const;
  void append(std::string kind, std::string item, std::string value);
  void bring_to_what_is_seen(boost::json::object const& server_answers);
  void apply(PageEvent const& event);
  DurationMs t() const;
  static Bytes32 const* head_at(Record const& record, std::uint64_t seq);

  // page_sender.cpp
  void begin();
  void plan(DurationMs delay_ms);
  void step();
  void hear(WebReply const& reply);
  void failed(WebReply const& reply);
  void resume();
  void rejoin();
  void rejoin_now();
  void finish_when_sent();
  void end(At at);
  DurationMs backoff();

  World& world_;
  Network& network_;
  Oracle& oracle_;
  Room& room_;
  Pc& pc_;
  unsigned pupil_;
  At at_ = At::login;
  bool gone_ = false;
  bool in_flight_ = false;
  std::string wait_{};   // statement of a waiting login
  std::string test_{};   // being prepared
  Record* record_ = nullptr;
  std::map<std::string, std::string> answers_{};  // what the pupil sees: item -> raw value
  std::map<std::string, bool> flags_{};
  std::string field_{}, text_{};  // a text that is being typed, not an event yet
  bool started_ = false, finishing_ = false, finish_busy_ = false, handing_over_ = false, sender_on_ = false;
  std::optional<std::uint64_t> handed_mark_{};
  unsigned failures_ = 0, resumed_ = 0;
  std::uint64_t plan_number_ = 0;
  DurationMs not_before_ = 0, last_contact_ms_ = 0, deadline_ms_ = -1, last_rejoin_ms_ = -5'000;
};

}  // namespace proktor::sim
