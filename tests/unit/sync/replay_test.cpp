#include "world.hpp"

#include "sync/pusat/replay.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <fstream>
#include <iterator>
#include <string>

using namespace proktor;
using namespace proktor::pusat;
using namespace proktor::sync::testing;

namespace {

std::string text(boost::json::value const& value) {
  return std::string(value.as_string());
}

// Feeds a Replay with entries as a journal would hold them.
struct Feeder {
  Replay replay;
  std::uint64_t lsn = 0;

  void add(std::string kind, std::string subject, std::string bytes) {
    journal::Entry entry;
    entry.lsn = ++lsn;
    entry.kind = std::move(kind);
    entry.subject = std::move(subject);
    entry.bytes = std::move(bytes);
    replay.take(entry);
  }
  void attempt(std::string const& id, core::Epoch epoch) {
    add("attempt", id,
        fmt::format(R"({{"participant":"0000000001","sesi":"s1","test":"t1","term":{},"n":{},"x":1}})",
                    epoch.term, epoch.n));
  }
  void event(std::string const& id, core::Epoch epoch, std::uint64_t seq, std::string const& line,
             std::string const& flags = "") {
    add("event",
        fmt::format("{} {}.{} {} 5{}{}", id, epoch.term, epoch.n, seq, flags.empty() ? "" : " ", flags),
        line);
  }
  void finished(std::string const& id, core::Epoch epoch, std::uint64_t seq, Bytes32 const& head,
                std::string const& code) {
    add("finished", id,
        fmt::format(R"({{"term":{},"n":{},"seq":{},"head":"{}","code":"{}","answered":1,"x":9}})", epoch.term,
                    epoch.n, seq, hex(head), code));
  }
};

std::string const id = "00112233445566778899aabbccddeeff";
std::string const answer = R"({"v":1,"seq":1,"kind":"answer","item":"i1","value":{"r1":"c1"},"t":1})";
std::string const submit = R"({"v":1,"seq":2,"kind":"submit","t":2})";

Bytes32 head_of(std::vector<std::string> const& lines) {
  Bytes32 head = core::first_head(*unhex16(id), {0, 1}, Bytes32{});
  for (std::string const& line : lines) head = core::next_head(head, line);
  return head;
}

}  // namespace

TEST_CASE("The centre recomputes every head of the vectors, over all epochs") {
  std::ifstream in(std::string(PROKTOR_SOURCE_DIR) + "/docs/vectors.json");
  auto const vectors = boost::json::parse(std::string(std::istreambuf_iterator<char>(in), {}));
  for (auto const& chain : vectors.at("chain").as_array()) {
    std::string const attempt = text(chain.at("attempt"));
    INFO(text(chain.at("name")));
    Feeder feeder;
    bool first = true;
    for (auto const& part : chain.at("epochs").as_array()) {
      core::Epoch const epoch{part.at("term").to_number<std::uint64_t>(),
                              part.at("n").to_number<std::uint64_t>()};
      if (first)
        feeder.attempt(attempt, epoch);
      else
        feeder.add("epoch", attempt,
                   fmt::format(R"({{"term":{},"n":{},"parent":"{}","device":"","x":1}})", epoch.term, epoch.n,
                               text(part.at("parent"))));
      first = false;
      std::uint64_t seq = 0;
      for (auto const& line : part.at("lines").as_array()) {
        feeder.event(attempt, epoch, ++seq, text(line.at("line")));
        CHECK(hex(feeder.replay.attempts().at(attempt).epochs.at(epoch).head) == text(line.at("head")));
      }
      CHECK(closing_code(feeder.replay.attempts().at(attempt).epochs.at(epoch).head) ==
            text(part.at("code")));
    }
    CHECK(feeder.replay.findings().empty());
  }
}

TEST_CASE("A finish that says what the lines say matches; any other differs") {
  Bytes32 const head = head_of({answer, submit});
  auto verdict_of = [&](auto finish) {
    Feeder feeder;
    feeder.attempt(id, {0, 1});
    feeder.event(id, {0, 1}, 1, answer);
    feeder.event(id, {0, 1}, 2, submit);
    finish(feeder);
    return feeder.replay.attempts().at(id).verdict();
  };
  Bytes32 wrong = head;
  wrong[0] ^= 1;
  CHECK(verdict_of([](Feeder&) {}) == Verdict::open);
  CHECK(verdict_of([&](Feeder& f) {
          f.finished(id, {0, 1}, 2, head, closing_code(head));
        }) == Verdict::matches);
  CHECK(verdict_of([&](Feeder& f) {
          f.finished(id, {0, 1}, 2, wrong, closing_code(wrong));
        }) == Verdict::differs);
  CHECK(verdict_of([&](Feeder& f) {
          f.finished(id, {0, 1}, 2, head, closing_code(wrong));
        }) == Verdict::differs);
  CHECK(verdict_of([&](Feeder& f) {
          f.finished(id, {0, 1}, 1, head, closing_code(head));
        }) == Verdict::differs);
  CHECK(verdict_of([&](Feeder& f) {
          f.finished(id, {0, 2}, 2, head, closing_code(head));
        }) == Verdict::differs);
  // A line after the finish moves the chain on and takes nothing from the code.
  CHECK(verdict_of([&](Feeder& f) {
          f.finished(id, {0, 1}, 2, head, closing_code(head));
          f.event(id, {0, 1}, 3, R"({"v":1,"seq":3,"kind":"leave","t":3})", "closed");
        }) == Verdict::matches);
}

TEST_CASE("A finish without a submit is listed without a code") {
  Feeder feeder;
  feeder.attempt(id, {0, 1});
  feeder.event(id, {0, 1}, 1, answer);
  feeder.finished(id, {0, 1}, 1, head_of({answer}), "");
  CHECK(feeder.replay.attempts().at(id).verdict() == Verdict::without_code);
}

TEST_CASE("A missing, changed or misplaced line, or a wrong parent, never passes for whole") {
  Bytes32 const head = head_of({answer, submit});
  {
    Feeder gap;
    gap.attempt(id, {0, 1});
    gap.event(id, {0, 1}, 2, submit);
    gap.finished(id, {0, 1}, 2, head, closing_code(head));
    CHECK(gap.replay.attempts().at(id).verdict() == Verdict::differs);
    CHECK_FALSE(gap.replay.findings().empty());
  }
  {
    Feeder changed;
    changed.attempt(id, {0, 1});
    changed.event(id, {0, 1}, 1, R"({"v":1,"seq":1,"kind":"answer","item":"i1","value":{"r1":"c2"},"t":1})");
    changed.event(id, {0, 1}, 2, submit);
    changed.finished(id, {0, 1}, 2, head, closing_code(head));
    CHECK(changed.replay.attempts().at(id).verdict() == Verdict::differs);
  }
  Feeder parent;
  parent.attempt(id, {0, 1});
  parent.event(id, {0, 1}, 1, answer);
  parent.add(
      "epoch", id,
      fmt::format(R"({{"term":0,"n":2,"parent":"{}","device":"","x":1}})", hex(head)));  // not the head there
  CHECK(parent.replay.attempts().at(id).verdict() == Verdict::differs);
}

TEST_CASE("Answers are counted as on the box; quarantine is counted apart and changes no head") {
  Feeder feeder;
  feeder.attempt(id, {0, 1});
  feeder.event(id, {0, 1}, 1, answer);
  feeder.event(id, {0, 1}, 2, R"({"v":1,"seq":2,"kind":"answer","item":"i2","value":{"r1":"c1"},"t":1})",
               "late");
  feeder.event(id, {0, 1}, 3, R"({"v":1,"seq":3,"kind":"answer","item":"i3","value":{"r1":"c1"}})", "time");
  Bytes32 const head = feeder.replay.attempts().at(id).epochs.begin()->second.head;
  feeder.add("quarantine", id + " 0.1 1 5", answer);
  AttemptReplay const& attempt = feeder.replay.attempts().at(id);
  CHECK(attempt.answered_count() == 2);
  CHECK(attempt.events == 3);
  CHECK(attempt.quarantined() == 1);
  CHECK(attempt.epochs.begin()->second.head == head);
  feeder.event(id, {0, 1}, 4, R"({"v":1,"seq":4,"kind":"clear","item":"i1","t":9})");
  CHECK(attempt.answered_count() == 1);
}

TEST_CASE("Entries of nonsense leave findings and nothing else") {
  Feeder feeder;
  for (char const* kind : {"event", "quarantine", "attempt", "epoch", "epoch-restored", "finished", "school",
                           "test", "participant", "unknown-kind"})
    for (char const* bytes : {"", "{}", "[]", "null", "{\"term\":-1}"}) {
      feeder.add(kind, "", bytes);
      feeder.add(kind, id, bytes);
      feeder.add(kind, "x y z", bytes);
    }
  CHECK(feeder.replay.attempts().empty());
  CHECK_FALSE(feeder.replay.findings().empty());
}
