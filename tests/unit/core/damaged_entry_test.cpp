// Every entry that the state reads, with each of its fields taken away or of another type: a journal that is damaged
// so is refused, never half believed.
#include "core/stages.hpp"
#include "exam_fixture.hpp"

#include <boost/json.hpp>

#include <set>

using namespace proktor;
using namespace proktor::core;
using namespace proktor::core::testing;

namespace {

namespace json = boost::json;

std::string const attempt_id(32, '7');
std::string const zeros(64, '0');

// One entry of each kind that state reads, in an order that holds together.
NewEntries one_of_each() {
  auto entries = packet();
  entries.push_back({"sitting", "S2",
                     R"({"id":"S2","name":"Sesi 2","room":"R1","starts_at":0,"ends_at":1,"token_ms":1,)"
                     R"("blocked_credit_max_ms":1,"tests":[{"id":"t1","gate":"time","gate_at":5}]})"});
  NewEntries const acts{
      {"sitting-opened", "S1", R"({"by":"p","x":1})"},
      {"attendance", "S1", R"({"by":"p","absent":["0000000003"],"present":["0000000002"],"x":1})"},
      {"token", "S1", R"({"token":"ABCDEF","by":"p","x":1,"until_x":2})"},
      {"gate", "S1", R"({"test":"t2","by":"p","x":1})"},
      {"login", "0000000001", R"({"sesi":"S1","n":1,"device":"d","address":"a","how":"card","by":"","x":1})"},
      {"approval-refused", "0000000001", R"({"device":"e","address":"a","by":"p","x":1})"},
      {"token-accepted", "0000000001", R"({"sesi":"S1","n":1,"x":1})"},
      {"attempt", attempt_id,
       R"({"participant":"0000000001","sesi":"S1","test":"t1","seed":"7","term":0,"n":1,"device":"d","duration_ms":9,"x":1})"},
      {"stage", attempt_id + " 0.1", R"({"closed":null,"next":{"number":1,"part":"P","first":1,"items":["Q1"],"last":false},"x":1})"},
      {"stage", attempt_id + " 0.1",
       R"({"closed":{"number":1,"part":"P","seq":3,"head":")" + zeros + R"(","outcomes":{}},"next":null,"x":1})"},
      {"epoch", attempt_id, R"({"term":0,"n":1,"parent":")" + zeros + R"(","device":"d","x":1})"},
      {"items-sent", attempt_id, R"({"n":1,"x":1})"},
      {"started", attempt_id, R"({"t":1,"x":1})"},
      {"credit", attempt_id, R"({"ms":5,"cause":"blocked","seq":1,"x":1})"},
      {"connection", attempt_id, R"({"state":"lost","heard":1,"x":1})"},
      {"finished", attempt_id,
       R"({"term":0,"n":1,"seq":1,"head":")" + zeros + R"(","code":"C","answered":1,"x":1})"},
      {"epoch-restored", std::string(32, '8'),
       R"({"participant":"0000000002","sesi":"S1","test":"t1","seed":"7","term":0,"n":2,"parent":")" + zeros +
           R"(","device":"d","duration_ms":9,"x":1})"},
      {"alive", "", R"({"x":1})"},
      {"parked", "", R"({"x":1})"}};
  entries.insert(entries.end(), acts.begin(), acts.end());
  return entries;
}

// What the protocol leaves out at times, and what is kept for people and not read again.
bool may_be_absent(std::string const& kind, std::string const& field) {
  static std::set<std::string> const optional{
      "school city", "school province", "sitting-opened by", "sitting-closed by", "attendance by", "token by", "gate by",
      "login how", "login by", "approval-refused address", "approval-refused by", "token-accepted n", "token-accepted x",
      "attempt device", "epoch device", "items-sent n", "credit cause", "credit seq", "connection heard",
      "epoch-restored device"};
  return optional.contains(kind + " " + field);
}

bool not_read(std::string const& kind, std::string const& field) {
  return may_be_absent(kind, field) && kind + field != "connectionheard" && kind + field != "epoch-restoreddevice";
}

json::value other_type(json::value const& value) { return value.is_string() ? json::value(7) : json::value("x"); }

// The state of all entries before this one, then the entry.
Result<void> apply_after(NewEntries const& before, std::size_t count, NewEntry const& entry) {
  State state;
  for (std::size_t i = 0; i < count; ++i) REQUIRE(state.apply(before[i], 0).has_value());
  return state.apply(entry, 0);
}

}  // namespace

TEST_CASE("an entry that lacks a field, or has it of another type, is a corrupt journal") {
  auto const entries = one_of_each();
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto const& whole = entries[i];
    REQUIRE(apply_after(entries, i, whole).has_value());
    auto const fields = json::parse(whole.bytes).as_object();
    for (auto const& [name, value] : fields) {
      INFO(whole.kind << " " << std::string(name));
      auto damaged = fields;
      damaged.erase(name);
      auto const absent = apply_after(entries, i, {whole.kind, whole.subject, json::serialize(damaged)});
      CHECK(absent.has_value() == may_be_absent(whole.kind, name));
      damaged[name] = other_type(value);
      auto const mistyped = apply_after(entries, i, {whole.kind, whole.subject, json::serialize(damaged)});
      CHECK(mistyped.has_value() == not_read(whole.kind, name));
      if (!mistyped) CHECK(mistyped.error() == Errc::journal_corrupt);
    }
    for (std::string const text : {"", "[]", "{", "7"}) {
      INFO(whole.kind << " as " << text);
      CHECK_FALSE(apply_after(entries, i, {whole.kind, whole.subject, text}).has_value());
    }
  }
}

TEST_CASE("an act on somebody or something that the journal does not know is a corrupt journal") {
  auto const entries = one_of_each();
  std::set<std::string> const named_inside{"genesis", "school", "room", "test", "sitting", "participant", "alive", "parked"};
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto const& whole = entries[i];
    if (named_inside.contains(whole.kind)) continue;
    INFO(whole.kind);
    for (auto const& subject : {std::string(), std::string("nobody"), std::string(32, '9')}) {
      // An attempt, or an epoch that a ticket restores, is made under the name that it brings.
      bool const made = subject.size() == 32 && (whole.kind == "attempt" || whole.kind == "epoch-restored");
      CHECK(apply_after(entries, i, {whole.kind, subject, whole.bytes}).has_value() == made);
    }
  }
  for (std::string const kind : {"logout", "reset"}) {
    CHECK_FALSE(apply_after(entries, entries.size(), {kind, "9999999999", "{}"}).has_value());
    CHECK(apply_after(entries, entries.size(), {kind, "0000000001", "{}"}).has_value());
  }
  CHECK_FALSE(apply_after(entries, entries.size(), {"sitting-closed", "S9", R"({"by":"p","x":1})"}).has_value());
  CHECK_FALSE(apply_after(entries, entries.size(), {"sitting-closed", "S1", R"({"by":"p"})"}).has_value());
}

TEST_CASE("what is wrong inside a packet's lists is a corrupt journal too") {
  auto const entries = one_of_each();
  auto const sitting = [&](std::string const& tests) {
    return apply_after(entries, 5, {"sitting", "S1",
                                    R"({"id":"S1","name":"n","room":"R1","starts_at":0,"ends_at":1,"token_ms":1,)"
                                    R"("blocked_credit_max_ms":1,"tests":)" + tests + "}"});
  };
  CHECK(sitting(R"([{"id":"t1","gate":"time","gate_at":5}])").has_value());
  CHECK_FALSE(sitting(R"(["t1"])").has_value());
  CHECK_FALSE(sitting(R"([{"id":"t1"}])").has_value());
  CHECK_FALSE(sitting(R"([{"id":"t1","gate":"time"}])").has_value());

  auto pupil = participant_entry("0000000009", 9);
  auto const with_sittings = [&](std::string const& list) {
    auto fields = json::parse(pupil.bytes).as_object();
    fields["sittings"] = json::parse(list);
    return apply_after(entries, 6, {pupil.kind, pupil.subject, json::serialize(fields)});
  };
  CHECK(with_sittings(R"(["S1"])").has_value());
  CHECK_FALSE(with_sittings(R"(["S9"])").has_value());
  CHECK_FALSE(with_sittings("[1]").has_value());
}

TEST_CASE("an attempt's seed is a whole number, and its events name it and read as lines") {
  auto const entries = one_of_each();
  std::size_t at = 0;
  while (entries[at].kind != "attempt") ++at;
  for (std::string const seed : {"", "x", "7x", "99999999999999999999"}) {
    auto fields = json::parse(entries[at].bytes).as_object();
    fields["seed"] = seed;
    INFO(seed);
    CHECK_FALSE(apply_after(entries, at, {"attempt", attempt_id, json::serialize(fields)}).has_value());
  }
  auto const event = [&](std::string const& subject, std::string const& line) {
    return apply_after(entries, at + 1, {"event", subject, line}).has_value();
  };
  CHECK(event(attempt_id + " 0.1 1 5", submit(1)));
  CHECK_FALSE(event(attempt_id + " 0.1 1 5", "{}"));
  CHECK_FALSE(event(std::string(32, '9') + " 0.1 1 5", submit(1)));
  for (std::string const subject : {"", "7", "0.1", "01 1 5", "0.1 x 5", "0.1 1 x", "x.1 1 5", "0.x 1 5", "0.1 1 5x"}) {
    INFO(subject);
    CHECK_FALSE(event(attempt_id + " " + subject, submit(1)));
  }
}

TEST_CASE("an entry of a kind that this version does not know changes nothing") {
  auto const entries = one_of_each();
  CHECK(apply_after(entries, 3, {"from-the-future", "x", "no json"}).has_value());
}
