#include "people.hpp"

#include <fmt/format.h>

namespace proktor::sim {

namespace json = boost::json;

namespace {

constexpr unsigned her_place = 1'000;
constexpr DurationMs her_deadline_ms = 8'000;
std::string const where = std::string(event_id) + ":" + sitting_id;

}  // namespace

void Proctor::post(std::string const& target, json::object body, Network::Heard heard) {
  WebRequest request;
  request.target = target;
  body["sitting"] = where;
  request.body = json::serialize(body);
  request.cookies = {{"__Host-proktor-staff", cookie_()}};
  network_.send(her_place, request, her_deadline_ms, std::move(heard));
}

void Proctor::open() {
  post("/api/proctor/sitting/open", {}, [this](WebReply const& reply) {
    if (!reply.ok()) return world_.after(2'000, [this] { open(); });
    oracle_.opened = true;
    release();
    world_.after(2'000, [this] { watch(); });
  });
}

void Proctor::release() {
  post("/api/proctor/token", {}, [this](WebReply const& reply) {
    if (!reply.ok()) return world_.after(2'000, [this] { release(); });
    room_.token = reply.text("token");
  });
}

void Proctor::watch() {
  if (room_.closed) return;
  world_.after(world_.between(1'000, 6'000), [this] { watch(); });
  WebRequest request;
  request.method = http::Method::get;
  request.target = "/api/proctor/board?sitting=" + where;
  request.cookies = {{"__Host-proktor-staff", cookie_()}};
  network_.send(her_place, request, her_deadline_ms, [this](WebReply const& reply) {
    auto const* token = reply.body.if_contains("token");
    if (token != nullptr && token->is_object() && token->as_object().if_contains("token") != nullptr) {
      room_.token = token->at("token").as_string();
    }
  });
  auto const waiting = room_.digits;
  for (auto const& [nisn, digits] : waiting) approve(nisn, digits);
}

void Proctor::approve(std::string const& nisn, std::string const& digits) {
  if (world_.chance(plan_.refuse)) {
    return post("/api/proctor/refuse", {{"nisn", nisn}}, [this, nisn](WebReply const&) { room_.digits.erase(nisn); });
  }
  if (world_.chance(plan_.reset_first)) {
    return post("/api/proctor/reset", {{"nisn", nisn}}, [this, nisn](WebReply const& reply) {
      if (!reply.ok()) return;
      world_.reach(Rare::reset_used);
      ++oracle_.resets[nisn];
    });
  }
  post("/api/proctor/approve", {{"nisn", nisn}, {"digits", digits}}, [this, nisn](WebReply const& reply) {
    if (reply.ok()) room_.digits.erase(nisn);
  });
}

void Proctor::close() {
  post("/api/proctor/sitting/close", {}, [this](WebReply const& reply) {
    // The answer to an earlier try may have been lost.
    bool const was_closed = reply.code == "no_sitting_open" && oracle_.opened;
    if (!reply.ok() && !was_closed) return world_.after(2'000, [this] { close(); });
    room_.closed = oracle_.closed = true;
  });
}

}  // namespace proktor::sim
