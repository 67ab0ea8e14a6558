#include "api/statements.hpp"

#include "base/crypto.hpp"
#include "core/json_fields.hpp"

#include <boost/json.hpp>

namespace proktor::api {
namespace {

namespace json = boost::json;

constexpr std::string_view ticket_label = "proktor-ticket-1";
constexpr std::string_view session_label = "proktor-session-1";
constexpr std::string_view wait_label = "proktor-wait-1";
constexpr std::string_view card_label = "proktor-card-1";
constexpr std::size_t statement_bytes_max = 2048;

std::string mac_text(std::string_view key, std::string_view label, std::string_view payload) {
  std::string input(label);
  input.append(payload);
  return base64url(hmac_sha256(key, input));
}

// The fields of a statement that is whole and not expired.
std::optional<core::JsonFields> read_fields(std::optional<std::string> const& payload, TimeMs now_ms) {
  if (!payload) return std::nullopt;
  core::JsonFields fields(*payload);
  bool const good = fields.natural("v") == 1 && fields.integer("exp") > now_ms;
  if (!good || !fields.ok()) return std::nullopt;
  return fields;
}

}  // namespace

std::string normalise_card_text(std::string_view text) {
  std::string out;
  for (char const c : text) {
    if (c == ' ' || c == '\t') continue;
    out.push_back(c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c);
  }
  return out;
}

std::string Statements::sign(std::string_view label, std::string_view payload) const {
  return base64url(bytes_of(payload)) + "." + mac_text(site_key_, label, payload);
}

std::optional<std::string> Statements::open(std::string_view label, std::string_view text) const {
  auto const dot = text.find('.');
  if (dot == std::string_view::npos || text.size() > statement_bytes_max) return std::nullopt;
  auto payload = unbase64url(text.substr(0, dot));
  if (!payload || !equal_constant_time(mac_text(site_key_, label, *payload), text.substr(dot + 1))) {
    return std::nullopt;
  }
  return payload;
}

std::string Statements::card_secret(std::string_view username, std::string_view password) const {
  std::string input(card_label);
  input.append(normalise_card_text(username)).push_back('\0');
  input.append(normalise_card_text(password));
  return hex(hmac_sha256(site_key_, input));
}

std::uint64_t Statements::delivery_seed(core::AttemptId const& attempt) const {
  std::string input = "proktor-seed-1";
  input.append(text_of(attempt));
  auto const mac = hmac_sha256(site_key_, input);
  return read_u64_be(std::span<std::uint8_t const, 8>(mac.data(), 8));
}

std::string Statements::pupil(PupilSession const& s, TimeMs now_ms) const {
  json::object const payload{
      {"v", 1}, {"role", "pupil"}, {"event", s.event}, {"participant", s.session.participant},
      {"sesi", s.session.sitting}, {"term", s.session.epoch.term}, {"n", s.session.epoch.n},
      {"device", s.session.device}, {"attempt", s.session.attempt ? hex(*s.session.attempt) : std::string()},
      {"exp", now_ms + pupil_session_life_ms}};
  return sign(session_label, json::serialize(payload));
}

std::optional<PupilSession> Statements::read_pupil(std::string_view text, TimeMs now_ms) const {
  auto f = read_fields(open(session_label, text), now_ms);
  if (!f || f->text("role") != "pupil") return std::nullopt;
  PupilSession s;
  s.event = f->text("event");
  s.session.participant = f->text("participant");
  s.session.sitting = f->text("sesi");
  s.session.epoch = {f->natural("term"), f->natural("n")};
  s.session.device = f->text("device");
  s.session.attempt = unhex16(f->text("attempt"));
  s.exp_ms = f->integer("exp");
  if (!f->ok()) return std::nullopt;
  return s;
}

std::string Statements::staff(StaffSession const& s, TimeMs now_ms) const {
  json::object const payload{
      {"v", 1}, {"role", s.role}, {"user", s.user}, {"exp", now_ms + staff_session_life_ms}, {"rev", s.rev}};
  return sign(session_label, json::serialize(payload));
}

std::optional<StaffSession> Statements::read_staff(std::string_view text, TimeMs now_ms) const {
  auto f = read_fields(open(session_label, text), now_ms);
  if (!f) return std::nullopt;
  StaffSession s{f->text("user"), f->text("role"), f->natural("rev")};
  if (!f->ok() || s.role == "pupil") return std::nullopt;
  return s;
}

std::string Statements::ticket(EventTicket const& t, TimeMs now_ms) const {
  json::object const payload{
      {"v", 1}, {"event", t.event}, {"attempt", hex(t.ticket.attempt)}, {"term", t.ticket.epoch.term},
      {"n", t.ticket.epoch.n}, {"parent", hex(t.ticket.parent)}, {"participant", t.ticket.participant},
      {"sesi", t.ticket.sitting}, {"test", t.ticket.test}, {"device", t.ticket.device},
      {"exp", now_ms + ticket_life_ms}};
  return sign(ticket_label, json::serialize(payload));
}

std::optional<EventTicket> Statements::read_ticket(std::string_view text, TimeMs now_ms) const {
  auto f = read_fields(open(ticket_label, text), now_ms);
  if (!f) return std::nullopt;
  EventTicket t;
  t.event = f->text("event");
  auto const attempt = unhex16(f->text("attempt"));
  auto const parent = unhex32(f->text("parent"));
  t.ticket.epoch = {f->natural("term"), f->natural("n")};
  t.ticket.participant = f->text("participant");
  t.ticket.sitting = f->text("sesi");
  t.ticket.test = f->text("test");
  t.ticket.device = f->text("device");
  if (!f->ok() || !attempt || !parent) return std::nullopt;
  t.ticket.attempt = *attempt;
  t.ticket.parent = *parent;
  return t;
}

std::string Statements::waiting(WaitingLogin const& w, TimeMs now_ms) const {
  json::object const payload{{"v", 1}, {"event", w.event}, {"participant", w.participant}, {"sesi", w.sitting},
                             {"device", w.device}, {"exp", now_ms + wait_life_ms}};
  return sign(wait_label, json::serialize(payload));
}

std::optional<WaitingLogin> Statements::read_waiting(std::string_view text, TimeMs now_ms) const {
  auto f = read_fields(open(wait_label, text), now_ms);
  if (!f) return std::nullopt;
  WaitingLogin w{f->text("event"), f->text("participant"), f->text("sesi"), f->text("device")};
  if (!f->ok()) return std::nullopt;
  return w;
}

}  // namespace proktor::api
