#include "network.hpp"

#include <fmt/format.h>

namespace proktor::sim {

namespace json = boost::json;

struct Network::Shot {
  unsigned place;
  http::Request request;
  Heard heard;
  bool done = false;

  void end(WebReply reply) {
    if (!std::exchange(done, true)) heard(std::move(reply));
  }
};

namespace {

WebReply read(Reply const& reply) {
  WebReply out;
  out.status = reply.status;
  boost::system::error_code failure;
  auto value = json::parse(reply.body, failure);
  if (!failure && value.is_object()) out.body = std::move(value.as_object());
  if (auto const* error = out.body.if_contains("error"); error != nullptr && error->is_object()) {
    out.code = std::string(error->as_object().at("code").as_string());
  }
  for (auto const& [name, text] : reply.headers) {
    if (name == "Retry-After") out.retry_after_ms = std::stoll(text) * 1000;
    if (name != "Set-Cookie") continue;
    auto const equals = text.find('=');
    out.cookies.emplace_back(text.substr(0, equals), text.substr(equals + 1, text.find(';') - equals - 1));
  }
  return out;
}

http::Request as_request(WebRequest const& web) {
  http::Request request;
  request.method = web.method;
  request.target = web.target;
  auto const mark = web.target.find('?');
  request.path = web.target.substr(0, mark);
  if (mark != std::string::npos) {
    auto const query = web.target.substr(mark + 1);
    auto const equals = query.find('=');
    request.query.emplace_back(query.substr(0, equals), query.substr(equals + 1));
  }
  request.headers = {{"Host", host_name}, {"Origin", std::string("https://") + host_name}, {"Content-Type", web.type}};
  std::string cookies;
  for (auto const& [name, value] : web.cookies) cookies += (cookies.empty() ? "" : "; ") + name + "=" + value;
  request.headers.emplace_back("Cookie", cookies);
  request.body = web.body;
  request.content_length = web.body.size();
  request.tls = true;
  return request;
}

}  // namespace

std::string WebReply::text(std::string_view name) const {
  auto const* value = body.if_contains(name);
  return value != nullptr && value->is_string() ? std::string(value->as_string()) : std::string();
}

std::optional<std::int64_t> WebReply::number(std::string_view name) const {
  auto const* value = body.if_contains(name);
  if (value == nullptr || !(value->is_int64() || value->is_uint64())) return std::nullopt;
  return value->to_number<std::int64_t>();
}

void Network::send(unsigned place, WebRequest const& web, DurationMs deadline_ms, Heard heard) {
  auto shot = std::make_shared<Shot>(Shot{place, as_request(web), std::move(heard)});
  shot->request.peer.address = fmt::format("192.168.1.{}", place);
  world_.after(deadline_ms, [shot] {
    WebReply reply;
    reply.code = "timeout";
    shot->end(std::move(reply));
  });
  if (cut(place) || unlucky(plan_.lost_request)) return;
  world_.after(delay(), [this, shot] { arrive(shot); });
  if (unlucky(plan_.duplicate)) {
    world_.reach(Rare::duplicate_request);
    auto again = std::make_shared<Shot>(Shot{place, shot->request, [](WebReply const&) {}});
    world_.after(delay(), [this, again] { arrive(again); });
  }
}

void Network::arrive(std::shared_ptr<Shot> const& shot) {
  if (cut(shot->place)) return;
  auto const answered = [this, shot](Reply reply) {
    if (cut(shot->place) || unlucky(plan_.lost_reply)) return world_.reach(Rare::lost_ack);
    world_.after(delay(), [shot, reply = std::move(reply)] { shot->end(read(reply)); });
  };
  if (deliver_(shot->request, answered)) return;
  world_.after(delay(), [shot] {
    WebReply reply;
    reply.code = "unreachable";
    shot->end(std::move(reply));
  });
}

void Network::pull_cable(unsigned place, DurationMs for_ms) {
  auto const until = world_.now_ms() + for_ms;
  pulled_until_ms_[place] = until;
  world_.after(for_ms, [this, place, until] {
    if (auto const found = pulled_until_ms_.find(place); found != pulled_until_ms_.end() && found->second == until) {
      pulled_until_ms_.erase(found);
    }
  });
}

}  // namespace proktor::sim
