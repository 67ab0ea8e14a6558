// I2: however often something was sent, it is in the journal once: numbers without gap or repeat, one attempt per test,
// one end per attempt, one credit per blocked line, logins counting up.

#include "checkers.hpp"

#include "core/json_fields.hpp"

#include <fmt/format.h>

namespace proktor::sim {

void check_applied_once(Evidence const& evidence) {
  std::map<Oracle::Where, std::uint64_t> marks;
  std::set<std::string> once;
  std::map<std::string, std::uint64_t> logins;
  auto const blame = [&](journal::Entry const& entry) {
    evidence.world.blame("applied_once", fmt::format("lsn {} {} {}", entry.lsn, entry.kind, entry.subject));
  };
  for (auto const& entry : evidence.journal.entries) {
    core::JsonFields f(entry.bytes);
    if (entry.kind == "event" || entry.kind == "quarantine") {
      auto const subject = core::parse_subject(entry.subject);
      if (!subject || subject->seq != ++marks[{subject->attempt, subject->epoch}]) return blame(entry);
    } else if (entry.kind == "attempt") {
      if (!once.insert("attempt " + f.text("participant") + f.text("test")).second) return blame(entry);
    } else if (entry.kind == "finished" || entry.kind == "started" || entry.kind == "items-sent") {
      if (!once.insert(entry.kind + entry.subject).second) return blame(entry);
    } else if (entry.kind == "credit") {
      auto const key = fmt::format("credit {} {} {}", entry.subject, f.natural("seq"), f.integer("x"));
      if (!once.insert(key).second) return blame(entry);
    } else if (entry.kind == "login") {
      auto const n = f.natural("n");
      if (n <= logins[entry.subject]) return blame(entry);
      logins[entry.subject] = n;
    }
  }
}

}  // namespace proktor::sim
