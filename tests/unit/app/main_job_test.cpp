// The real server from an import to kode bukti, killed in between.
#include "box.hpp"

#include "core/chain.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <algorithm>

using namespace proktor;
using namespace proktor::test;
namespace fs = std::filesystem;
namespace json = boost::json;

namespace {

std::string const answer_1 = R"("kind":"answer","item":"i1","value":{"r1":"c1"})";
std::string const answer_2 = R"("kind":"answer","item":"i2","value":{"r1":"c2"})";

json::value without_clock(Reply const& prepared) {
  auto body = prepared.json().as_object();
  for (auto const* name : {"now", "remaining_ms", "silent_ms", "ticket"}) body.erase(name);
  return body;
}

Reply finish(Pupil& pupil) {
  return pupil.browser.post("/api/attempt/finish",
                            fmt::format(R"({{"seq":{},"head":"{}"}})", pupil.seq, hex(pupil.head)));
}

}  // namespace

TEST_CASE("a pupil's whole way, with a SIGKILL in the middle") {
  Box box;
  box.start();
  Desk desk(box);
  desk.enter(box.import());

  Pupil pupil(box, device_a);
  CHECK(pupil.login("P001", "91001*").code() == "no_sitting_open");
  desk.open();
  CHECK(pupil.login("P001", "salah").code() == "login_wrong");
  auto const in = pupil.login("p 001", "91001");  // small letters, a space, the star forgotten
  INFO(in.body);
  REQUIRE(in.status == 200);
  CHECK(in.text("token") == "needed");
  CHECK(pupil.prepare("t1").code() == "token_required");
  CHECK(pupil.token("AAAAAA").code() == "token_wrong");
  CHECK(pupil.token(desk.token).text("token") == "accepted");
  CHECK(pupil.prepare("t2").code() == "test_locked");

  auto const assets = pupil.browser.get("/api/attempt/assets?test=t1");
  REQUIRE(assets.json().at("assets").as_array().size() == 1);
  std::string const picture(assets.json().at("assets").as_array().at(0).at("path").as_string());
  CHECK(pupil.browser.get(picture).status == 200);
  CHECK(pupil.browser.get("/api/asset/" + std::string(64, '0')).code() == "not_found");

  REQUIRE(pupil.prepare("t1").status == 200);
  CHECK(pupil.browser.post("/api/attempt/start", R"({"t":1000})").status == 200);
  auto const first = pupil.next_line(answer_1);
  auto const second = pupil.next_line(R"("kind":"flag","item":"i2","value":true)");
  auto const acknowledged = pupil.events(first + "\n" + second + "\n");
  REQUIRE(acknowledged.status == 200);
  CHECK(acknowledged.number("hwm") == 2);
  CHECK(acknowledged.text("head") == hex(pupil.head));
  auto const before = without_clock(pupil.prepare("t1"));

  box.kill();
  box.start();

  SECTION("goes on with the same cookie, marks and answers") {
    CHECK(without_clock(pupil.prepare("t1")) == before);
    CHECK(pupil.events(first + "\n" + second).number("hwm") == 2);  // a repeat is harmless
    auto const other = R"({"v":1,"seq":1,"kind":"answer","item":"i1","value":{"r1":"c2"},"t":1})";
    CHECK(pupil.events(other).code() == "event_conflict");
    CHECK(finish(pupil).code() == "head_mismatch");
    auto const third = pupil.next_line(answer_2);
    REQUIRE(pupil.events(third + "\n" + pupil.next_line(R"("kind":"submit")")).status == 200);
    box.kill();
    box.start();
    auto const done = finish(pupil);
    INFO(done.body);
    REQUIRE(done.status == 200);
    CHECK(done.text("code") == closing_code(pupil.head));
    CHECK(done.number("answered") == 2);
    CHECK(finish(pupil).text("code") == done.text("code"));
    CHECK(pupil.prepare("t2").code() == "test_locked");
    CHECK(desk.browser.post("/api/proctor/gate", R"({"sitting":"uji-1:S1","test":"t2"})").status == 200);
    CHECK(pupil.prepare("t2").status == 200);
  }

  SECTION("a second PC waits for the proctor, and fences the first") {
    Pupil second_pc(box, device_b);
    auto const waiting = second_pc.login("P001", "91001*");
    REQUIRE(waiting.code() == "approval_pending");
    auto const wait_body = R"({"wait":")" + waiting.text("wait") + R"("})";
    CHECK(second_pc.browser.post("/api/pupil/login/wait", wait_body).code() == "approval_pending");
    auto const approve = [&](std::string const& digits) {
      return desk.browser.post("/api/proctor/approve",
                               fmt::format(R"({{"sitting":"uji-1:S1","nisn":"0012300001","digits":"{}"}})", digits));
    };
    CHECK(approve(waiting.text("digits") == "10" ? "11" : "10").code() == "digits_wrong");
    CHECK(approve(waiting.text("digits")).status == 200);
    REQUIRE(second_pc.browser.post("/api/pupil/login/wait", wait_body).status == 200);
    auto const old_line = pupil.next_line(answer_2);
    CHECK(pupil.events(old_line).code() == "epoch_superseded");
    CHECK(pupil.browser.get("/api/pupil/state").code() == "epoch_superseded");
    CHECK(pupil.browser.post("/api/pupil/resume", R"({"ticket":")" + pupil.ticket + R"("})").code() ==
          "epoch_superseded");
    auto const prepared = second_pc.prepare("t1");
    REQUIRE(prepared.status == 200);
    CHECK(second_pc.epoch.n == 2);
    CHECK(prepared.json().at("answers").at("i1").at("value") == json::parse(R"({"r1":"c1"})"));
    CHECK(second_pc.events(second_pc.next_line(answer_2)).number("hwm") == 1);
    auto const attempts = box.control("/v1/attempts").json();
    auto const& epochs = attempts.at("attempts").as_array().at(0).at("epochs").as_array();
    CHECK(epochs.at(0).at("quarantine").to_number<int>() == 1);
  }

  SECTION("a page that lost its cookie goes on with its ticket") {
    auto const ticket = pupil.ticket;
    pupil.browser.cookies.clear();
    CHECK(pupil.events(pupil.next_line(answer_2)).code() == "not_logged_in");
    REQUIRE(pupil.browser.post("/api/pupil/resume", R"({"ticket":")" + ticket + R"("})").status == 200);
    pupil.seq -= 1;
    REQUIRE(pupil.prepare("t1").number("hwm") == 2);
    CHECK(pupil.events(pupil.next_line(answer_2)).number("hwm") == 3);
    CHECK(pupil.browser.post("/api/pupil/logout", "{}").status == 200);
    CHECK(pupil.browser.post("/api/pupil/resume", R"({"ticket":")" + ticket + R"("})").code() == "not_logged_in");
  }

  SECTION("what the sockets beside it say") {
    CHECK(box.control("/healthz").body == "ok");
    auto const metrics = box.control("/metrics").body;
    CHECK(metrics.ends_with("# EOF\n"));
    CHECK(metrics.find("proktor_journal_entries_total") != std::string::npos);
    auto const journals = box.feed("/v1/journals").json();
    auto const last = journals.at(0).at("last_lsn").to_number<std::uint64_t>();
    auto const lines = box.feed("/v1/feed?journal=uji-1&after=0&max=1000").body;
    CHECK(static_cast<std::uint64_t>(std::ranges::count(lines, '\n')) == last);
    CHECK(lines.find(first.substr(0, 12)) == std::string::npos);  // a line travels as a JSON string
    CHECK(lines.find("c1") != std::string::npos);
    CHECK(box.feed("/v1/feed?journal=tidak-ada&after=0").code() == "not_found");
    auto const board = desk.browser.get("/api/proctor/board?sitting=uji-1:S1").json();
    auto const& row = board.at("rows").as_array().at(0);
    CHECK(row.at("state") == "mengerjakan");
    CHECK(row.at("answered").to_number<int>() == 1);
    CHECK(board.at("rows").as_array().at(1).at("state") == "belum_login");
  }

  SECTION("stops in order, and shares its data with nobody") {
    CHECK(box.control("/healthz").status == 200);
    CHECK(box.run_again_beside() != 0);
    CHECK(box.log().find("locked") != std::string::npos);
    CHECK(box.stop() == 0);
    box.start();
    CHECK(without_clock(pupil.prepare("t1")) == before);
  }
}

TEST_CASE("an import whose answer was lost is asked again: new first passwords, nothing stored twice") {
  Box box;
  box.start();
  auto const lost = box.import();
  auto const stored = box.last_lsn();
  box.kill();
  box.start();
  auto const passwords = box.import();
  CHECK(box.last_lsn() == stored);
  REQUIRE(passwords.size() == lost.size());
  CHECK(passwords.at("proktor1") != lost.at("proktor1"));
  Desk desk(box);
  desk.enter(passwords);
  CHECK(box.import().count("proktor1") == 0);  // in use by now
  auto other = box.import_body();
  other["event"].as_object()["title"] = "Lain";
  CHECK(box.control("/v1/import", json::serialize(other)).code() == "already_imported");
}

TEST_CASE("no card password lies on the disk") {
  Box box;
  box.start();
  box.import();
  REQUIRE(box.stop() == 0);
  CHECK(fs::file_size(box.data() / "kegiatan" / "uji-1" / "cards.cms") > 100);
  unsigned looked_at = 0;
  for (auto const& file : fs::recursive_directory_iterator(box.data())) {
    if (!file.is_regular_file()) continue;
    auto const content = read_file(file.path(), 64U << 20U);
    INFO(file.path());
    REQUIRE(content.has_value());
    CHECK(content->find("91001") == std::string::npos);
    looked_at += content->find("0012300001") != std::string::npos ? 1U : 0U;
  }
  CHECK(looked_at >= 2);  // database and copy were among them
}

TEST_CASE("an open board says what changes, and ends when the server stops") {
  Box box;
  box.start();
  Desk desk(box);
  desk.enter(box.import());
  desk.open();
  std::string seen;
  bool logged_in = false;
  http::ClientRequest request;
  request.target = "/api/proctor/board/stream?sitting=uji-1:S1";
  request.on_body = [&](std::string_view piece) -> Result<void> {
    seen.append(piece);
    if (!logged_in && seen.find("event: board") != std::string::npos) {
      logged_in = true;
      Pupil pupil(box, device_a);
      REQUIRE(pupil.login("P002", "91002*").status == 200);
    }
    if (seen.find("menunggu_token") == std::string::npos) return {};
    if (seen.find("event: rows") == std::string::npos) return fail(Errc::bad_request, "no rows");
    return fail(Errc::stopping, "seen");
  };
  std::string cookie;
  for (auto const& [name, value] : desk.browser.cookies) cookie += (cookie.empty() ? "" : "; ") + name + "=" + value;
  request.headers.emplace_back("Cookie", cookie);
  auto const ended = http::send_blocking({"127.0.0.1", box.port(), {}, {}}, box.tls(), std::move(request));
  REQUIRE_FALSE(ended.has_value());
  CHECK(ended.error() == Errc::stopping);
  CHECK(box.stop() == 0);
}
