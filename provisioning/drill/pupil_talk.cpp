// What a virtual pupil says to the server, and what it makes of the answers.

#include "provisioning/drill/pupil.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>

namespace proktor::drill {
namespace {

namespace json = boost::json;

constexpr TimeUs heartbeat_us = 10'000'000;
constexpr TimeUs look_again_us = 1'000'000;
constexpr std::size_t batch_lines_max = 100;
constexpr std::size_t batch_bytes_max = 48 * 1024;

std::string text_in(json::object const& object, std::string_view key) {
  auto const* found = object.if_contains(key);
  return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::uint64_t number_in(json::object const& object, std::string_view key) {
  auto const* found = object.if_contains(key);
  if (!found) return 0;
  if (found->is_uint64()) return found->get_uint64();
  return found->is_int64() && found->get_int64() > 0 ? static_cast<std::uint64_t>(found->get_int64()) : 0;
}

bool true_in(json::object const& object, std::string_view key) {
  auto const* found = object.if_contains(key);
  return found && found->is_bool() && found->get_bool();
}

}  // namespace

void Pupil::send_next(TimeUs now) {
  std::int64_t const t = (now - begun_us_) / 1000;
  switch (step_) {
    case Step::login:
      return ask(Ask::login, "/api/pupil/login",
                 json::serialize(json::object{
                     {"username", card_.username}, {"password", card_.password}, {"device", device_}}),
                 now);
    case Step::look:
      return ask(Ask::look, "/api/pupil/state", "", now);
    case Step::token:
      if (token_ == nullptr || token_->empty()) {
        not_before_us_ = now + look_again_us;
        return;
      }
      return ask(Ask::token, "/api/pupil/token", json::serialize(json::object{{"token", *token_}}), now);
    case Step::prepare:
      return ask(Ask::prepare, "/api/attempt/prepare", json::serialize(json::object{{"test", test_}}), now);
    case Step::start:
      return ask(Ask::start, "/api/attempt/start", json::serialize(json::object{{"t", t}}), now);
    case Step::answering:
      if (acked_ < saved_.size()) return ask_events(now);
      if (submitted_) return ask_finish(now);
      if (staged_ == Staged::due) return ask_stage(now);
      if (now - last_contact_us_ < heartbeat_us) return;
      return ask(Ask::heartbeat, "/api/attempt/heartbeat", json::serialize(json::object{{"t", t}}), now);
    case Step::done:
    case Step::failed:
      return;
  }
}

void Pupil::ask(Ask what, std::string_view path, std::string_view body, TimeUs now) {
  asked_ = what;
  asked_at_us_ = now;
  std::string_view const type = what == Ask::events ? "application/x-ndjson" : "application/json";
  link_.send(what == Ask::look ? "GET" : "POST", path, type, cookie_, body);
}

void Pupil::ask_events(TimeUs now) {
  std::string body;
  sending_ = 0;
  for (std::size_t i = acked_; i < saved_.size() && sending_ < batch_lines_max; ++i, ++sending_) {
    if (!body.empty() && body.size() + saved_[i].line.size() > batch_bytes_max) break;
    body.append(saved_[i].line).push_back('\n');
  }
  ask(Ask::events, "/api/attempt/events?t=" + std::to_string((now - begun_us_) / 1000), body, now);
}

void Pupil::ask_stage(TimeUs now) {
  Bytes32 const& head = saved_.empty() ? base_head_ : saved_.back().head;
  json::object const body{{"stage", stage_}, {"seq", base_seq_ + saved_.size()}, {"head", hex(head)}};
  ask(Ask::stage, "/api/attempt/stage", json::serialize(body), now);
}

void Pupil::ask_finish(TimeUs now) {
  Bytes32 const& head = saved_.empty() ? base_head_ : saved_.back().head;
  json::object const body{{"seq", base_seq_ + saved_.size()}, {"head", hex(head)}};
  ask(Ask::finish, "/api/attempt/finish", json::serialize(body), now);
}

void Pupil::take_state(json::object const& state, TimeUs now) {
  if (text_in(state, "token") == "needed") {
    step_ = Step::token;
    return;
  }
  auto const* tests = state.if_contains("tests");
  if (!tests || !tests->is_array()) return give_up("bad_answer");
  bool all_finished = true;
  for (auto const& entry : tests->get_array()) {
    if (!entry.is_object()) continue;
    std::string const where = text_in(entry.get_object(), "state");
    if (where == "finished") continue;
    all_finished = false;
    if (where != "ready" && where != "running") continue;
    test_ = text_in(entry.get_object(), "id");
    step_ = Step::prepare;
    return;
  }
  step_ = all_finished ? Step::done : Step::look;
  not_before_us_ = now + look_again_us;
}

void Pupil::take_prepared(Reply const& reply, TimeUs now) {
  boost::system::error_code error;
  json::value const body = json::parse(reply.body, error);
  if (error || !body.is_object()) return give_up("bad_answer");
  auto const& object = body.get_object();
  auto const attempt = unhex16(text_in(object, "attempt"));
  auto const parent = unhex32(text_in(object, "parent"));
  auto const head = unhex32(text_in(object, "head"));
  auto const* test = object.if_contains("test");
  if (!attempt || !parent || !head || !test) return give_up("bad_answer");
  auto items = read_items(*test);
  if (!items) return give_up("no_items");
  attempt_ = *attempt;
  epoch_ = {number_in(object, "term"), number_in(object, "n")};
  base_seq_ = number_in(object, "hwm");
  base_head_ = *head;
  if (base_seq_ == 0 && base_head_ != core::first_head(attempt_, epoch_, *parent)) ++tally_.heads_wrong;
  tally_.epoch(attempt_, epoch_, *parent);
  script_.emplace(std::move(*items), random_.next_u64());
  saved_.clear();
  acked_ = sending_ = event_index_ = 0;
  take_stage_of(object);
  submitted_ = true_in(object, "submitted");
  if (true_in(object, "started")) return begin_answering(now);
  step_ = Step::start;
}

void Pupil::take_mark(Reply const& reply, TimeUs now) {
  boost::system::error_code error;
  json::value const body = json::parse(reply.body, error);
  if (error || !body.is_object() || !body.get_object().contains("hwm")) return;
  std::uint64_t const mark = number_in(body.get_object(), "hwm");
  std::string const head = text_in(body.get_object(), "head");
  if (mark < base_seq_ + acked_) {
    tally_.marks_back += base_seq_ + acked_ - mark;
    acked_ = mark < base_seq_ ? 0 : static_cast<std::size_t>(mark - base_seq_);
    return;
  }
  auto const reached = static_cast<std::size_t>(mark - base_seq_);
  bool const known = reached <= saved_.size();
  if (!known || head != hex(reached == 0 ? base_head_ : saved_[reached - 1].head)) {
    ++tally_.heads_wrong;
    return give_up("head_wrong");
  }
  if (reached > acked_) stuck_since_us_ = now;
  for (; acked_ < reached; ++acked_) {
    auto const& saved = saved_[acked_];
    tally_.acknowledged(attempt_, epoch_, base_seq_ + acked_ + 1, saved.head, saved.intended_us, now);
  }
}

void Pupil::take_stage_of(json::object const& body) {
  auto const* stage = body.if_contains("stage");
  staged_ = Staged::no;
  if (!stage || !stage->is_object()) return;
  stage_ = number_in(stage->get_object(), "number");
  staged_ = true_in(stage->get_object(), "ended") ? Staged::over : Staged::working;
  if (staged_ == Staged::over) event_index_ = 2 * script_->items();
}

void Pupil::take_stage(Reply const& reply, TimeUs now) {
  boost::system::error_code error;
  json::value const body = json::parse(reply.body, error);
  if (error || !body.is_object()) return give_up("bad_answer");
  auto const& object = body.get_object();
  if (auto const* test = object.if_contains("test")) {
    auto items = read_items(*test);
    if (!items) return give_up("no_items");
    script_.emplace(std::move(*items), random_.next_u64());
    event_index_ = 0;
  }
  take_stage_of(object);
  if (staged_ == Staged::no) return give_up("no_stage");
  begin_answering(now);
}

void Pupil::take_code(Reply const& reply, TimeUs now) {
  boost::system::error_code error;
  json::value const body = json::parse(reply.body, error);
  if (error || !body.is_object()) return give_up("bad_answer");
  std::string const code = closing_code(saved_.empty() ? base_head_ : saved_.back().head);
  tally_.code(attempt_, code);
  if (text_in(body.get_object(), "code") != code) {
    ++tally_.codes_wrong;
    return give_up("code_wrong");
  }
  if (!plan_.play) {
    step_ = Step::done;
    return;
  }
  auto const* state = body.get_object().if_contains("state");
  if (!state || !state->is_object()) {
    step_ = Step::look;
    return;
  }
  take_state(state->get_object(), now);
}

}  // namespace proktor::drill
