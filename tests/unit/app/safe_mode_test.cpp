// Failed starts: counted, told, and left again. The record lies in DATA/run where there is no systemd.
#include "box.hpp"

#include "app/notice_page.hpp"
#include "app/start_record.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <csignal>
#include <fstream>
#include <thread>

using namespace proktor;
using namespace proktor::test;
namespace fs = std::filesystem;

namespace {

std::vector<std::string> failures(Box const& box) { return app::StartRecord(box.data() / "run").failures(); }

void spoil(fs::path const& file) { std::ofstream(file, std::ios::binary) << std::string(8'192, 'x'); }

}  // namespace

TEST_CASE("three failed starts lead to safe mode, which writes nothing, says why, and is left by one command") {
  Box box;
  box.start();
  auto const passwords = box.import();
  box.stop();
  auto const journal = box.data() / "box-journal";
  auto const kept = box.data() / "kept";
  fs::copy(journal, kept, fs::copy_options::recursive);
  spoil(journal / "journal.db");
  spoil(journal / "journal.copy");
  for (unsigned i = 1; i <= app::failed_starts_max; ++i) {
    CHECK(box.run_again_beside() == 1);
    CHECK(failures(box).size() == i);
  }
  auto const id = failures(box).back().substr(0, failures(box).back().find(':'));

  box.start();
  Browser page(box);
  auto const pupils = page.get("/tes");
  CHECK(pupils.status == 503);
  CHECK(pupils.body.find("Jawabanmu aman") != std::string::npos);
  CHECK(pupils.body.find(id) == std::string::npos);
  auto const staff = page.get("/proktor");
  CHECK(staff.body.find(app::phone_code(id)) != std::string::npos);
  CHECK(staff.body.find("{{") == std::string::npos);
  CHECK(page.get("/api/pupil/state").code() == "safe_mode");
  CHECK(page.post("/api/attempt/heartbeat", "{}").code() == "safe_mode");
  CHECK(box.control("/healthz").status == 503);
  auto const status = box.control("/v1/status");
  CHECK(status.text("mode") == "safe_mode");
  CHECK(status.text("cause").starts_with(id));
  CHECK(status.json().at("alarms").as_array()[0].at("code") == "safe_mode");
  CHECK(box.control("/v1/token?sitting=x").code() == "safe_mode");
  CHECK(box.feed("/v1/journals").code() == "safe_mode");
  CHECK(*read_file(journal / "journal.db", 1U << 20U) == std::string(8'192, 'x'));

  fs::remove_all(journal);
  fs::copy(kept, journal, fs::copy_options::recursive);
  CHECK(box.control("/v1/resume", "{}").status == 200);
  CHECK(box.wait() == 75);
  box.start();
  CHECK(box.control("/v1/status").text("mode") == "serving");
  CHECK(page.get("/tes").status == 200);
}

TEST_CASE("a damaged file of the box leads to a page that says so, as long as the certificate is whole") {
  Box box;
  auto const key = box.data() / "box" / "site.key";
  auto const kept = read_file(key, 1'024);
  REQUIRE(write_file(key, "").has_value());
  for (unsigned i = 1; i <= app::failed_starts_max; ++i) CHECK(box.run_again_beside() == 1);
  box.start();
  Browser page(box);
  auto const staff = page.get("/proktor");
  CHECK(staff.status == 503);
  CHECK(staff.body.find(app::phone_code("io_error")) != std::string::npos);
  CHECK(staff.body.find("site.key") != std::string::npos);
  box.signal(SIGPWR);
  CHECK(box.control("/v1/status").text("mode") == "safe_mode");
  REQUIRE(write_file(key, *kept).has_value());
  CHECK(box.control("/v1/resume", "{}").status == 200);
  CHECK(box.wait() == 75);
}

TEST_CASE("a SIGKILL is no failed start, a crash is one, and a durable commit forgets them") {
  Box box;
  for (unsigned i = 0; i <= app::failed_starts_max; ++i) {
    box.start();
    CHECK(box.control("/v1/status").text("mode") == "serving");
    box.kill();
  }
  CHECK(failures(box).empty());
  box.start();
  CHECK(box.control("/v1/status").status == 200);
  box.signal(SIGABRT);
  CHECK(box.wait() == 128 + SIGABRT);
  CHECK(failures(box) == std::vector<std::string>{"crash: SIGABRT"});
  box.start();
  box.import();
  CHECK(soon([&] { return failures(box).empty(); }));
}

TEST_CASE("a server that finds the data in use does not count that as a failed start") {
  Box box;
  box.start();
  CHECK(box.control("/v1/status").status == 200);
  CHECK(box.run_again_beside() == 1);
  CHECK(failures(box).empty());
}

TEST_CASE("a kegiatan that cannot be opened does not take the others down") {
  Box box;
  box.start();
  auto const passwords = box.import();
  box.stop();
  auto const broken = box.data() / "kegiatan" / "rusak";
  fs::create_directory(broken);
  spoil(broken / "journal.db");
  spoil(broken / "journal.copy");
  box.start();
  auto const status = box.control("/v1/status");
  CHECK(status.json().at("journals").as_array().size() == 1);
  auto const alarm = status.json().at("alarms").as_array().at(0);
  CHECK(alarm.at("code") == "journal_failed");
  CHECK(alarm.at("detail").as_string().starts_with("rusak: "));
  Desk desk(box);
  desk.enter(passwords);
  desk.open();
}

TEST_CASE("a start that fails for a package says so, and not that the journal is damaged") {
  Box box;
  box.start();
  box.import();
  box.stop();
  spoil(fs::directory_iterator(box.data() / "packages")->path());
  CHECK(box.run_again_beside() == 1);
  CHECK(failures(box).back().starts_with("package_invalid"));
}

TEST_CASE("damage outside the log, which no reading of the chain meets, is found behind") {
  Box box({}, "[journal]\ncheck_after_ms = 0\n");
  box.start();
  box.import();
  CHECK(box.stop() == 0);
  constexpr int free_pages_at = 36;  // in the header of an SQLite file
  std::fstream file(box.data() / "kegiatan/uji-1/journal.db", std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(free_pages_at + 3).put(1);
  file.close();
  box.start();
  CHECK(soon([&] {
    auto const status = box.control("/v1/status").json();
    auto const& alarms = status.at("alarms").as_array();
    return !alarms.empty() && alarms[0].at("code") == "check_failed";
  }));
  CHECK(box.control("/healthz").status == 200);
}

TEST_CASE("damage in the old part of a journal, which a start does not read, is found behind and is an alarm, not a stop") {
  Box box({}, "[journal]\ncheck_after_ms = 0\n");
  box.start();
  {
    Desk desk(box);
    desk.enter(box.import());
    desk.open();
    Pupil pupil(box, device_a);
    REQUIRE(pupil.login("P001", "91001*").status == 200);
    REQUIRE(pupil.token(desk.token).status == 200);
    REQUIRE(pupil.prepare("t1").status == 200);
    REQUIRE(pupil.browser.post("/api/attempt/start", R"({"t":0})").status == 200);
    for (auto const* text : {"lama sekali", "baru"}) {
      auto const line = pupil.next_line(fmt::format(R"("kind":"answer","item":"i1","value":{{"r1":"{}"}})", text));
      REQUIRE(pupil.events(line).status == 200);
    }
  }
  CHECK(box.stop() == 0);
  auto const database = box.data() / "kegiatan" / "uji-1" / "journal.db";
  auto const at = read_file(database, 64U << 20U)->find("lama sekali");
  REQUIRE(at != std::string::npos);
  std::fstream file(database, std::ios::binary | std::ios::in | std::ios::out);
  file.seekp(static_cast<std::streamoff>(at)).put('L');
  file.close();
  box.start();
  CHECK(soon([&] {
    auto const status = box.control("/v1/status").json();
    auto const& alarms = status.at("alarms").as_array();
    return !alarms.empty() && alarms[0].at("code") == "check_failed";
  }));
  CHECK(box.control("/healthz").status == 200);
}
