// The whole agent against proktord and a centre that answer anything at all: what it reports meanwhile, that nothing is
// called received that the centre did not sign, and that in the end every entry is at the centre, once.
#include "agent_world.hpp"

#include "sync/agent/lock_file.hpp"
#include "tests/support/result_text.hpp"
#include "upload_support.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace proktor;
using namespace proktor::sync;
using namespace proktor::sync::testing;
namespace fs = std::filesystem;

namespace {

using Good = std::function<Answer()>;
using MaybeAnswer = std::optional<Answer>;

bool is_offset_question(http::ClientRequest const& request) { return request.method == http::Method::head; }
bool is_piece(http::ClientRequest const& request) { return request.method == http::Method::patch; }
bool is_receipt(MaybeAnswer const& answer) { return *answer && (*answer)->status == 200 && !(*answer)->body.empty(); }

struct Case {
  char const* name;
  char const* state;
  char const* error;  // a part of what proktord is told
  AgentWorld::Trouble trouble;
};

// Trouble until proktord is told of it; then none, and all arrives.
void holds(AgentWorld& world, Case const& one) {
  INFO(one.name);
  world.trouble = one.trouble;
  world.start();
  INFO(world.status);
  REQUIRE(world.until_state(one.state, one.error));
  CHECK(world.received() == 0);
  world.trouble = nullptr;
  REQUIRE(world.until([&] { return world.received() >= world.ended_at; }));
  REQUIRE(world.until_state("AKTIF", "\"error\":\"\""));
  world.stop();
  auto const kept = world.kept();
  auto const all = world.journal.lines(0, 1'000);
  CHECK(kept == all.substr(0, kept.size()));
}

// The same answer to every question of one kind.
AgentWorld::Trouble always(bool (*kind)(http::ClientRequest const&), Answer const& answer) {
  return [kind, answer](Peer peer, http::ClientRequest const& request, Good const&) {
    return peer == Peer::centre && kind(request) ? MaybeAnswer(answer) : std::nullopt;
  };
}

// Receipts are true answers; `change` makes them something else.
AgentWorld::Trouble receipts(std::function<std::string(std::string)> change) {
  return [change](Peer peer, http::ClientRequest const& request, Good const& good) -> MaybeAnswer {
    if (peer != Peer::centre || !is_piece(request)) return std::nullopt;
    MaybeAnswer answer = good();
    if (is_receipt(answer)) (*answer)->body = change(std::move((*answer)->body));
    return answer;
  };
}

AgentWorld::Trouble feed(std::function<Answer(Answer)> change) {
  return [change](Peer peer, http::ClientRequest const& request, Good const& good) -> MaybeAnswer {
    if (peer != Peer::feed || !request.target.starts_with("/v1/feed")) return std::nullopt;
    return change(good());
  };
}

AgentWorld::Trouble journals(std::function<Answer(Answer)> change) {
  return [change](Peer peer, http::ClientRequest const& request, Good const& good) -> MaybeAnswer {
    if (peer != Peer::feed || request.target != "/v1/journals") return std::nullopt;
    return change(good());
  };
}

Answer with_body(Answer answer, std::function<void(std::string&)> const& change) {
  change(answer->body);
  return answer;
}

}  // namespace

TEST_CASE("Whatever the centre answers, only its own signature on this very segment counts as received") {
  AgentWorld world(31);
  auto const offset = [](char const* value) { return http::Fields{{"Upload-Offset", value}}; };
  Answer const away = fail(Errc::unreachable, "kabel");
  std::vector<Case> const cases = {
      {"no way to it", "OFFLINE", "kabel", [&](Peer peer, auto const&, Good const&) {
         return peer == Peer::centre ? MaybeAnswer(away) : std::nullopt;
       }},
      {"cut while asked for the offset", "OFFLINE", "kabel", always(is_offset_question, away)},
      {"cut in every piece", "OFFLINE", "kabel", always(is_piece, away)},
      {"broken", "OFFLINE", "status 500", always(is_piece, reply(500))},
      {"busy", "OFFLINE", "status 503", always(is_piece, reply(503, "", {{"Retry-After", "0"}}))},
      {"busy, in words", "OFFLINE", "status 429", always(is_piece, reply(429, "", {{"Retry-After", "sebentar"}}))},
      {"slow", "OFFLINE", "status 408", always(is_offset_question, reply(408))},
      {"not this one", "STANDBY", "status 403", always(is_piece, reply(403))},
      {"no such path", "STANDBY", "status 404", always(is_piece, reply(404))},
      {"an offset that is none", "STANDBY", "status 409", always(is_piece, reply(409, "", offset("12a")))},
      {"an offset and none said", "STANDBY", "status 200", always(is_offset_question, reply(200))},
      {"beyond the end", "STANDBY", "beyond the end", always(is_offset_question, reply(200, "", offset("999999999")))},
      {"never further", "OFFLINE", "no progress", always(is_piece, reply(409, "", offset("0")))},
      {"a receipt of noise", "OFFLINE", "receipt", receipts([](std::string) { return "tanda terima"; })},
      {"a damaged receipt", "OFFLINE", "receipt", receipts([](std::string der) {
         der[der.size() / 3] = static_cast<char>(~der[der.size() / 3]);
         return der;
       })}};
  holds(world, GENERATE_REF(from_range(cases)));
}

TEST_CASE("A receipt of another segment, though the centre signed it, delivers nothing") {
  AgentWorld world(32);
  segment::SegmentHeader const other = world.journal.header(1, 2);
  segment::Receipt const receipt{other.organiser, other.event, other.box,  other.stream, other.first,
                                 other.last,      other.hash,  other.last, now_s * 1'000};
  auto const der = segment::sign_receipt(receipt, world.place.receipt_key());
  REQUIRE(der);
  holds(world, {"of another", "OFFLINE", "another segment", receipts([&](std::string) { return *der; })});
}

TEST_CASE("What proktord's feed gives is sealed only while its chain holds") {
  AgentWorld world(33);
  auto const body = [](std::function<void(std::string&)> change) {
    return feed([change](Answer answer) { return with_body(std::move(answer), change); });
  };
  std::vector<Case> const cases = {
      {"a line changed", "STANDBY", "chain_broken", body([](std::string& lines) {
         if (auto const at = lines.find("Peserta 1"); at != std::string::npos) lines[at] = 'X';
       })},
      {"a line left out", "STANDBY", "chain_broken", body([](std::string& lines) { lines.erase(0, lines.find('\n') + 1); })},
      {"a line that is no entry", "STANDBY", "bad_json", body([](std::string& lines) { lines = "{}\n"; })},
      {"a line without an end", "STANDBY", "too_large", body([](std::string& lines) {
         lines.assign(segment::segment_plain_bytes_max + 1, 'x');
       })}};
  holds(world, GENERATE_REF(from_range(cases)));
}

TEST_CASE("A proktord that is away, cut or stopping is asked again, and is no error of the proctor's") {
  AgentWorld world(34);
  std::vector<AgentWorld::Trouble> const troubles = {
      feed([](Answer) -> Answer { return fail(Errc::unreachable, "padam"); }),
      feed([](Answer) { return reply(503); }),
      feed([](Answer) { return reply(200); }),
      feed([](Answer answer) { return with_body(std::move(answer), [](std::string& lines) { lines.resize(lines.size() / 2); }); }),
      journals([](Answer) -> Answer { return fail(Errc::unreachable, "padam"); }),
      journals([](Answer) { return reply(500); }),
      journals([](Answer) { return reply(200, "{}"); }),
      journals([](Answer) { return reply(200, "[1,{},{\"journal\":5},"); }),
      journals([](Answer) { return reply(200, R"([1,{},{"journal":"a/b","stream":"x","event":"e","last_lsn":1}])"); }),
      journals([](Answer) {
        return reply(200, R"([{"journal":"../x","stream":"00000000000000000000000000000001","event":"e","last_lsn":1}])");
      })};
  world.trouble = GENERATE_REF(from_range(troubles));
  world.start();
  auto const asked = [&] { return world.asked["GET /v1/feed"] + world.asked["GET /v1/journals"]; };
  REQUIRE(world.until([&] { return asked() > 20; }));
  REQUIRE(world.until_state("AKTIF", "\"error\":\"\""));
  CHECK(world.received() < world.ended_at);
  world.trouble = nullptr;
  REQUIRE(world.until([&] { return world.received() >= world.ended_at; }));
}

TEST_CASE("A receipt that proktord does not take stays in the spool and is brought again after a restart") {
  AgentWorld world(35);
  int const status = GENERATE(400, 500);
  int tries = 0;
  world.trouble = [&](Peer peer, http::ClientRequest const& request, Good const&) -> MaybeAnswer {
    if (peer != Peer::control || request.target != "/v1/receipts") return std::nullopt;
    ++tries;
    return reply(status);
  };
  world.start();
  REQUIRE(world.until([&] { return tries > (status == 500 ? 3 : 0); }));
  world.stop();
  CHECK(world.received() == 0);
  world.trouble = nullptr;
  auto const sent = world.asked.size();
  world.start();
  REQUIRE(world.until([&] { return world.received() >= world.ended_at; }));
  CHECK(sent > 0);
}

TEST_CASE("A journal that ends before what was sealed is shown to the proctor") {
  AgentWorld world(36);
  world.start();
  REQUIRE(world.until([&] { return world.received() >= world.ended_at; }));
  world.trouble = journals([](Answer answer) {
    return with_body(std::move(answer), [](std::string& list) {
      auto const at = list.find("\"last_lsn\":") + 11;
      list.replace(at, list.find(',', at) - at, "3");
    });
  });
  REQUIRE(world.until_state("STANDBY", "journal ends at 3"));
  // Gone altogether: it is not followed; back: it is.
  world.trouble = journals([](Answer) { return reply(200, "[]"); });
  auto const listed = world.asked["GET /v1/journals"];
  REQUIRE(world.until([&] { return world.asked["GET /v1/journals"] > listed + 3; }));
  world.trouble = nullptr;
  auto const before = world.received();
  world.journal.add_attempt(2, 20);
  world.journal.add("sitting-closed", "s2", "{}");
  REQUIRE(world.until([&] { return world.received() > before; }));
}

TEST_CASE("A damaged spool is said, is not written to, and is followed again once it is whole") {
  AgentWorld world(37);
  world.start();
  REQUIRE(world.until([&] { return world.received() >= world.ended_at; }));
  world.stop();
  auto const folder = world.config.spool_dir / hex(world.journal.stream());
  std::vector<fs::path> segments;
  for (auto const& entry : fs::directory_iterator(folder))
    if (entry.path().extension() == ".segment") segments.push_back(entry.path());
  std::sort(segments.begin(), segments.end());
  REQUIRE(segments.size() > 1);
  auto const damaged = GENERATE_COPY(std::size_t{0}, segments.size() - 1);
  fs::rename(segments[damaged], world.place / "aside");
  if (damaged > 0) REQUIRE(write_file(segments[damaged], "bukan segmen"));
  world.start();
  REQUIRE(world.until([&] { return world.status.find("segment_invalid") != std::string::npos ||
                                   world.status.find("signature_invalid") != std::string::npos ||
                                   world.status.find("\"error\":\"\"") == std::string::npos; }));
  auto const files = files_in(folder);
  world.journal.add_attempt(2, 20);
  world.journal.add("sitting-closed", "s2", "{}");
  auto const listed = world.asked["GET /v1/journals"];
  REQUIRE(world.until([&] { return world.asked["GET /v1/journals"] > listed + 3; }));
  CHECK(files_in(folder) == files);
  fs::rename(world.place / "aside", segments[damaged]);
  auto const end = world.journal.last();
  REQUIRE(world.until([&] { return world.received() >= end; }));
}

TEST_CASE("A spool has one agent; without a folder, a centre's address or a certificate there is none") {
  AgentWorld world(38);
  boost::asio::io_context context(1);
  auto const made = [&](SyncConfig const& config) { return Agent::create(context.get_executor(), config); };
  {
    auto const first = made(world.config);
    REQUIRE(first);
    CHECK(made(world.config).error() == Errc::locked);
  }
  for (char const* url : {"http://localhost:1", "pusat", "https://"}) {
    auto config = world.config;
    config.centre_url = url;
    CHECK(made(config).error() == Errc::bad_field);
  }
  auto config = world.config;
  REQUIRE(write_file(world.place / "berkas", ""));
  config.spool_dir = world.place / "berkas" / "spool";
  CHECK(made(config).error() == Errc::io_error);
  config = world.config;
  REQUIRE(write_file(config.box_dir / "enrolment.json", R"({"box":"KOTAK-2"})"));
  CHECK(made(config).error() == Errc::certificate_invalid);
  REQUIRE(write_file(config.box_dir / "enrolment.json", R"({"box":5})"));
  CHECK(made(config).error() == Errc::not_enrolled);
  fs::remove(config.box_dir / "box.pem");
  CHECK(made(config).error() == Errc::not_enrolled);
  fs::create_directory(config.box_dir / "box.pem");
  CHECK_FALSE(made(config));
}
