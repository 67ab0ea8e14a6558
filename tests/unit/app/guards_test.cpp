// What stands before the handlers, and bad input on every route: a coded refusal, and the journal does not move.
#include "box.hpp"

#include "api/routes.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <chrono>
#include <functional>

using namespace proktor;
using namespace proktor::test;
namespace json = boost::json;

namespace {

struct Scene {
  Box box;
  Desk desk{box};
  Pupil pupil{box, device_a};
  std::map<std::string, std::string> passwords;

  Scene() {
    box.start();
    passwords = box.import();
    desk.enter(passwords);
    desk.open();
    REQUIRE(pupil.login("P001", "91001*").status == 200);
    REQUIRE(pupil.token(desk.token).status == 200);
    REQUIRE(pupil.prepare("t1").status == 200);
  }
};

http::ClientRequest write_to(std::string target, http::Fields headers, std::string type = "application/json") {
  http::ClientRequest request;
  request.method = http::Method::post;
  request.target = std::move(target);
  request.headers = std::move(headers);
  request.content_type = std::move(type);
  request.body = "{}";
  return request;
}

bool coded(Reply const& reply) { return reply.status >= 400 && reply.status < 500 && !reply.code().empty(); }

}  // namespace

TEST_CASE("every write needs the server's own origin, a known host and its content type") {
  Scene scene;
  auto& page = scene.pupil.browser;
  auto const lsn = scene.box.last_lsn();
  for (auto const& route : api::routes()) {
    if (route.method != http::Method::post) continue;
    std::string const path(route.path);
    INFO(path);
    auto const own = http::Fields{{"Origin", page.origin()}};
    std::string const type(route.content_type);
    CHECK(page.send(write_to(path, {}, type)).code() == "origin_refused");
    for (auto const* origin : {"https://jahat.example", "null", "http://127.0.0.1", ""}) {
      CHECK(page.send(write_to(path, {{"Origin", origin}}, type)).code() == "origin_refused");
    }
    CHECK(page.send(write_to(path, own, "text/plain")).code() == "media_type");
    CHECK(page.send(write_to(path, own, "")).code() == "media_type");
  }
  CHECK(page.get("/api/pupil/login").code() == "method_not_allowed");
  CHECK(page.get("/api/tidak-ada").code() == "not_found");
  CHECK(scene.box.last_lsn() == lsn);
}

TEST_CASE("no cookie, a forged cookie or another role's cookie opens nothing") {
  Scene scene;
  Browser nobody(scene.box);
  Browser forged(scene.box);
  for (auto const& [name, value] : scene.pupil.browser.cookies) {
    forged.cookies[name] = value;
    forged.cookies[name].back() = value.back() == 'A' ? 'B' : 'A';
  }
  for (auto const& [name, value] : scene.desk.browser.cookies) {
    if (name.find("seen") == std::string::npos) forged.cookies[name] = value.substr(0, value.size() - 2) + "AA";
  }
  Browser swapped(scene.box);  // the pupil's statement under the staff's name
  swapped.cookies["__Host-proktor-staff"] = scene.pupil.browser.cookies.at("__Host-proktor");
  auto const lsn = scene.box.last_lsn();
  for (auto const& route : api::routes()) {
    if (route.who == api::Who::anyone) continue;
    std::string const path(route.path);
    INFO(path);
    for (auto* browser : {&nobody, &forged, &swapped}) {
      auto const reply = route.method == http::Method::get
                             ? browser->get(path)
                             : browser->post(path, "{}", std::string(route.content_type));
      CHECK(reply.code() == "not_logged_in");
    }
  }
  CHECK(scene.box.last_lsn() == lsn);
}

TEST_CASE("bad bodies get a coded refusal on every route, and nothing changes") {
  Scene scene;
  auto const lsn = scene.box.last_lsn();
  std::string const deep(2'000, '[');
  std::vector<std::string> const bodies{"", "{}", "[]", "null", "{", "\xff\xfe", deep, R"({"sitting":7})",
                                        R"({"sitting":"uji-1:S9","test":"x","nisn":"x","digits":"x"})",
                                        R"({"t":-1,"test":null,"token":[],"wait":"x","ticket":"x.y"})",
                                        R"({"t":1e300,"seq":-1,"head":"zz","username":{},"password":"","device":""})",
                                        std::string(3, '\0')};
  for (auto const& route : api::routes()) {
    if (route.method != http::Method::post) continue;
    std::string const path(route.path);
    if (path == "/api/pupil/logout" || path == "/api/staff/logout") continue;  // take any body
    bool const staff = route.who != api::Who::pupil && path.find("/pupil/") == std::string::npos;
    auto& browser = staff ? scene.desk.browser : scene.pupil.browser;
    for (auto const& body : bodies) {
      if (route.content_type == "application/x-ndjson" && body.empty()) continue;  // "I am here"
      INFO(path << " " << body.substr(0, 60));
      auto const reply = browser.post(path, body, std::string(route.content_type));
      INFO(reply.status << " " << reply.body);
      CHECK(coded(reply));
    }
    INFO(path);
    CHECK(browser.post(path, std::string(300'000, 'x'), std::string(route.content_type)).code() == "too_large");
  }
  CHECK(scene.box.last_lsn() == lsn);
  CHECK(scene.pupil.events(scene.pupil.next_line(R"("kind":"visit","item":"i1")")).status == 200);
}

TEST_CASE("boards of one kegiatan are bounded in number, and one that was closed makes room") {
  constexpr int boards_max = 64;
  Box box;
  box.start();
  Desk desk(box);
  desk.enter(box.import());
  desk.open();
  std::string cookie;
  for (auto const& [name, value] : desk.browser.cookies) cookie += (cookie.empty() ? "" : "; ") + name + "=" + value;
  // Each board stays open while the next one is asked for.
  int opened = 0;
  std::function<Reply(int)> const open = [&](int more) {
    Reply last;
    http::ClientRequest request;
    request.target = "/api/proctor/board/stream?sitting=uji-1:S1";
    request.headers.emplace_back("Cookie", cookie);
    request.on_body = [&](std::string_view) -> Result<void> {
      ++opened;
      if (more > 0) last = open(more - 1);
      return fail(Errc::stopping, "seen");
    };
    auto const ended = http::send_blocking({"127.0.0.1", box.port(), {}, {}}, box.tls(), std::move(request));
    return ended ? Reply{ended->status, ended->headers, ended->body} : last;
  };
  auto const refused = open(boards_max + 1);
  CHECK(opened == boards_max);
  CHECK(refused.status == 503);
  CHECK(refused.code() == "too_many_connections");
  auto const until = std::chrono::steady_clock::now() + std::chrono::seconds(20);
  opened = 0;
  while (opened == 0 && std::chrono::steady_clock::now() < until) open(0);
  CHECK(opened == 1);
}

TEST_CASE("one pupil's cookie never writes into another's attempt") {
  Scene scene;
  Pupil other(scene.box, device_b);
  REQUIRE(other.login("P002", "91002*").status == 200);
  auto const lsn = scene.box.last_lsn();
  CHECK(other.events(R"({"v":1,"seq":1,"kind":"visit","item":"i1","t":1})").code() == "attempt_unknown");
  CHECK(other.browser.post("/api/attempt/start", R"({"t":1})").code() == "attempt_unknown");
  CHECK(scene.box.last_lsn() == lsn);
}

TEST_CASE("staff: the first password must be changed, roles hold, wrong passwords slow down") {
  Scene scene;
  Browser browser(scene.box);
  auto const log_in = [&](Browser& at, std::string const& user, std::string const& password) {
    return at.post("/api/staff/login", fmt::format(R"({{"username":"{}","password":"{}"}})", user, password));
  };
  auto const first = log_in(browser, "awas1", scene.passwords.at("awas1"));
  REQUIRE(first.status == 200);
  CHECK(first.json().at("must_change").as_bool());
  CHECK(browser.get("/api/proctor/overview").code() == "password_change_required");
  auto const change = [&](std::string const& to) {
    return browser.post("/api/staff/password",
                        fmt::format(R"({{"old":"{}","new":"{}"}})", scene.passwords.at("awas1"), to));
  };
  CHECK(change("lemah").code() == "password_weak");
  CHECK(change(scene.passwords.at("awas1")).code() == "password_weak");
  auto const before = browser.cookies;
  CHECK(change("Rahasia2027").status == 200);
  CHECK(browser.get("/api/proctor/overview").status == 200);
  CHECK(browser.post("/api/proctor/token", R"({"sitting":"uji-1:S1"})").code() == "forbidden");
  CHECK(browser.post("/api/proctor/attendance", R"({"sitting":"uji-1:S1","absent":["0012300003"]})").status == 200);
  Browser old(scene.box);
  old.cookies = before;
  CHECK(old.get("/api/staff/me").code() == "not_logged_in");  // the password is newer than this cookie
  Pupil pupil(scene.box, device_b);
  CHECK(pupil.login("P003", "91003*").code() == "absent");
  pupil.browser.cookies = browser.cookies;
  CHECK(pupil.login("P002", "91002*").code() == "staff_browser");

  Browser guesser(scene.box);
  int slowed = 0;
  for (int i = 0; i < 20; ++i) slowed += log_in(guesser, "kepala1", "Salah" + std::to_string(i)).status == 429 ? 1 : 0;
  CHECK(slowed > 5);
}

TEST_CASE("an import is whole or nothing") {
  Box box;
  box.start();
  auto const good = box.import_body();
  auto const refused = [&](std::string const& body) {
    auto const reply = box.control("/v1/import", body);
    INFO(reply.body);
    CHECK(coded(reply));
  };
  auto const without = [&](char const* path, json::value const& put) {
    json::value body = good;
    INFO(path);
    boost::system::error_code error;
    auto* const place = body.find_pointer(path, error);
    REQUIRE(place != nullptr);
    *place = put;
    refused(json::serialize(body));
  };
  for (auto const* bad : {"{", "[]", "null", "{}", R"({"organiser":1})"}) refused(bad);
  refused(json::serialize(good).substr(0, 900));
  refused("{\"x\":\"" + std::string(17U << 20U, 'x') + "\"}");
  without("/event/id", "../../etc");
  without("/event/id", "");
  without("/event/mark", "UTAMA");
  without("/tests/0/package", json::string(std::string(64, '0')));
  without("/tests/0/qti_test", "LAIN");
  without("/tests/0/duration_ms", -1);
  without("/tests/1/id", "t1");
  without("/sittings/0/room", "R9");
  without("/sittings/0/token_ms", 0);
  without("/sittings/0/tests/0/id", "t9");
  without("/participants/0/sittings/0", "S9");
  without("/participants/0/nisn", "12");
  without("/participants/0/username", "P002");
  without("/participants/0/password", "");
  without("/participants/1/nisn", "0012300001");
  without("/staff/0/role", "raja");
  CHECK(box.last_lsn() == 0);
  CHECK(box.feed("/v1/journals").body == "[]");
  CHECK(box.import().size() == 3);
  auto other = good;
  other["event"].as_object()["title"] = "Lain";
  CHECK(box.control("/v1/import", json::serialize(other)).code() == "already_imported");
  CHECK(box.control("/v1/sync-status", R"({"state":"MUNGKIN","error":""})").code() == "bad_field");
  CHECK(box.control("/v1/sync-status", R"({"state":"OFFLINE","error":""})").status == 200);
}
