#pragma once
// The room's network between browsers and the box: delay, loss of request or reply, duplicates, a pulled cable. Carries
// whole requests; a browser that hears nothing gives up after its deadline.

#include "box.hpp"

#include <boost/json.hpp>

#include <memory>
#include <optional>
#include <set>

namespace proktor::sim {

struct WebReply {
  int status = 0;
  std::string code{};  // of a refusal; "unreachable", "timeout"
  boost::json::object body{};
  http::Fields cookies{};  // set by it: name, value
  std::optional<DurationMs> retry_after_ms{};

  bool ok() const { return status == 200; }
  std::string text(std::string_view name) const;
  std::optional<std::int64_t> number(std::string_view name) const;
};

struct WebRequest {
  http::Method method = http::Method::post;
  std::string target{};
  std::string body{};
  std::string type = "application/json";
  http::Fields cookies{};
};

class Network {
 public:
  using Heard = std::function<void(WebReply)>;
  // Delivers to the box: false when it is down.
  using Deliver = std::function<bool(http::Request, Box::Answered)>;

  Network(World& world, Plan const& plan, Deliver deliver)
      : world_(world), plan_(plan), deliver_(std::move(deliver)) {}

  // `place`: the PC that sends.
  void send(unsigned place, WebRequest const& request, DurationMs deadline_ms, Heard heard);
  void pull_cable(unsigned place, DurationMs for_ms);
  void heal() { healed_ = true; }

 private:
  struct Shot;
  bool cut(unsigned place) const { return !healed_ && pulled_until_ms_.contains(place); }
  bool unlucky(unsigned per_mille) { return !healed_ && world_.chance(per_mille); }
  DurationMs delay() { return world_.between(0, healed_ ? 5 : plan_.delay_most_ms); }
  void arrive(std::shared_ptr<Shot> const& shot);

  World& world_;
  Plan const& plan_;
  Deliver deliver_;
  std::map<unsigned, DurationMs> pulled_until_ms_;
  bool healed_ = false;
};

}  // namespace proktor::sim
