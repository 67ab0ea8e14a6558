#include "people.hpp"

#include <fmt/format.h>

namespace proktor::sim {

// Nothing that comes back counts as a promise to anyone.
void Villain::strike() {
  auto& victim = *victims_.at(world_.below(victims_.size()));
  auto const* record = victim.page().record();
  if (record == nullptr || record->events.empty()) return;
  auto const seq = world_.chance(700) ? 1 + world_.below(record->hwm + 1) : record->seq + 1 + world_.below(5);
  auto const item = fmt::format("i{}", world_.below(8));
  auto const t = world_.chance(300) ? 0 : record->last_t;
  std::string line;
  switch (world_.below(5)) {
    case 0: line = fmt::format(R"({{"v":1,"seq":{},"kind":"answer","item":"{}","value":{{"R":"x"}},"t":{}}})", seq, item, t); break;
    case 1: line = fmt::format(R"({{"v":1,"seq":{},"kind":"blocked","value":{{"from":0,"to":99999999}},"t":{}}})", seq, t); break;
    case 2: line = fmt::format(R"({{"v":1,"seq":{},"kind":"warp","t":-1}})", seq); break;
    case 3: line = "{\"v\":1,\"seq\":" + std::string(40, '[') + "}"; break;
    default: line = record->events.at(world_.below(record->events.size())).line; break;
  }
  WebRequest request;
  request.target = fmt::format("/api/attempt/events?t={}", t);
  request.body = line + "\n";
  request.type = "application/x-ndjson";
  // Only what the journal could not take for the pupil's own next line: else it would be the pupil.
  if (seq > record->hwm && world_.below(2) == 0) request.cookies = {{"__Host-proktor", "eyJ2IjoxfQ.AAAA"}};
  else if (seq > record->hwm) return;
  else request.cookies = {{"__Host-proktor", victim.page_cookie()}};
  network_.send(2'000, request, 8'000, [this](WebReply const& reply) {
    if (reply.code == "event_conflict") world_.reach(Rare::conflict);
  });
}

}  // namespace proktor::sim
