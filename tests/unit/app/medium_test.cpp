// The real proktord with a second medium: what it says, what it heals at start, and a spare restored by the command.

#include "box.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <chrono>
#include <fstream>
#include <regex>
#include <sstream>
#include <thread>

#include <sys/stat.h>

using namespace proktor;
using namespace proktor::test;
namespace fs = std::filesystem;

namespace {

struct Stick {
  fs::path path;
  Stick() {
    std::string name = (fs::temp_directory_path() / "proktor-stik-XXXXXX").string();
    REQUIRE(::mkdtemp(name.data()) != nullptr);
    path = name;
    fs::create_directories(path / "proktor-cadangan");
  }
  ~Stick() { fs::remove_all(path); }
  std::string settings() const { return "[medium]\npath = \"" + path.string() + "\"\n"; }
};

std::string medium_state(Box& box) {
  auto const status = box.control("/v1/status").json();
  auto const& medium = status.at("medium");
  if (medium.is_null()) return "";
  if (medium.at("behind").to_number<std::uint64_t>() > 0) return "behind";
  return std::string(medium.at("state").as_string());
}

// Asks until it is so; the test's own time limit ends what never comes.
constexpr std::chrono::seconds medium_limit{60};

void wait_for(Box& box, std::string const& state) {
  REQUIRE(soon([&] { return medium_state(box) == state; }, medium_limit));
}

bool has_alarm(Box& box, std::string const& code) {
  auto const status = box.control("/v1/status").json();
  auto const& alarms = status.at("alarms").as_array();
  return std::any_of(alarms.begin(), alarms.end(), [&](auto const& alarm) { return alarm.at("code").as_string() == code; });
}

int run(std::string const& command) { return std::system(command.c_str()); }

std::string make_card(Box& box, fs::path const& page, std::string const& option = {}) {
  REQUIRE(run(std::string(PROKTOR_BIN_DIR) + "/proktor recovery-card --data " + box.data().string() + " --out " +
              page.string() + " " + option + " > /dev/null") == 0);
  std::ostringstream text;
  text << std::ifstream(page).rdbuf();
  auto html = text.str();
  std::string code;
  for (std::smatch found; std::regex_search(html, found, std::regex("<b>(\\d{3}) (\\d{3})</b>")); html = found.suffix())
    code += found[1].str() + found[2].str();
  return code;
}

// A sitting with one pupil who has answered.
struct Room {
  Desk desk;
  Pupil pupil;
  explicit Room(Box& box) : desk(box), pupil(box, device_a) {
    desk.enter(box.import());
    desk.open();
    REQUIRE(pupil.login("P001", "91001*").status == 200);
    REQUIRE(pupil.token(desk.token).status == 200);
    REQUIRE(pupil.prepare("t1").status == 200);
    REQUIRE(pupil.browser.post("/api/attempt/start", R"({"t":1})").status == 200);
    answer();
  }
  void answer() {
    auto const reply = pupil.events(pupil.next_line(R"("kind":"visit","item":"i1")") + "\n");
    INFO(reply.body);
    REQUIRE(reply.status == 200);
    CHECK(reply.number("hwm") == static_cast<std::int64_t>(pupil.seq));
  }
};

}  // namespace

TEST_CASE("a medium that is configured and cannot be sealed for is an alarm, and the box serves") {
  Stick stick;
  Box box({}, stick.settings());
  fs::remove(box.data() / "box" / "box.key");
  box.start();
  CHECK(soon([&] { return has_alarm(box, "medium_failed"); }));
  CHECK(box.control("/healthz").status == 200);
}

TEST_CASE("a package that is damaged or gone comes back from the second medium, and the exam goes on") {
  Stick stick;
  Box box({}, stick.settings());
  box.start();
  Room room(box);
  wait_for(box, "in_step");
  box.kill();
  auto const package = fs::directory_iterator(box.data() / "packages")->path();
  auto const whole = read_file(package, 64U << 20U);
  REQUIRE(whole.has_value());
  auto damaged = *whole;
  damaged[damaged.size() / 3] = static_cast<char>(damaged[damaged.size() / 3] ^ 1);
  if (GENERATE(false, true)) fs::remove(package);
  else REQUIRE(write_file(package, damaged).has_value());
  box.start();
  room.answer();
  CHECK(has_alarm(box, "check_failed"));
  CHECK(*read_file(package, 64U << 20U) == *whole);
}

TEST_CASE("database and copy gone, the box serves on from the second medium, and nobody logs in again") {
  Stick stick;
  Box box({}, stick.settings());
  make_card(box, box.data().parent_path() / "kartu.html");
  box.start();
  Room room(box);
  wait_for(box, "in_step");
  CHECK_FALSE(has_alarm(box, "medium_absent"));
  int const part = GENERATE(0, 1, 2, 3);  // 3: the folder as a whole
  box.kill();
  auto const kegiatan = box.data() / "kegiatan/uji-1";
  auto const cards = read_file(kegiatan / "cards.cms", 1 << 20);
  REQUIRE(cards.has_value());
  if (part == 3) fs::remove_all(kegiatan);
  if (part != 1) fs::remove(kegiatan / "journal.db");
  if (part != 0) fs::remove(kegiatan / "journal.copy");
  if (part == 1) fs::resize_file(kegiatan / "journal.db", 700);
  box.start();
  room.answer();
  CHECK(has_alarm(box, "rebuilt"));
  auto const cards_now = read_file(kegiatan / "cards.cms", 1 << 20);
  REQUIRE(cards_now.has_value());
  CHECK(*cards_now == *cards);
  wait_for(box, "in_step");
}

TEST_CASE("a tail that is gone for good ends the stream: no lsn is given twice, and the pupil's computer sends it again") {
  Box box;
  box.start();
  Room room(box);
  auto const stream = [&box] { return box.feed("/v1/journals").json().as_array()[0].at("stream"); };
  auto const before = stream();
  auto const lines = room.pupil.next_line(R"("kind":"visit","item":"i1")") + "\n";
  REQUIRE(room.pupil.events(lines).status == 200);
  box.kill();
  auto const kegiatan = box.data() / "kegiatan/uji-1";
  fs::resize_file(kegiatan / "journal.db-wal", 0);
  fs::resize_file(kegiatan / "journal.copy", fs::file_size(kegiatan / "journal.copy") - 3);
  box.start();
  CHECK(has_alarm(box, "tail_lost"));
  CHECK(has_alarm(box, "rebuilt"));
  CHECK(stream() != before);
  auto const again = room.pupil.events(lines);
  CHECK(again.status == 200);
  CHECK(again.number("hwm") == static_cast<std::int64_t>(room.pupil.seq));
}

TEST_CASE("a kegiatan that is on the medium only and cannot be read there is an alarm that says so, not silence") {
  Stick stick;
  Box box({}, stick.settings());
  make_card(box, box.data().parent_path() / "kartu.html");
  box.start();
  Room room(box);
  wait_for(box, "in_step");
  box.kill();
  fs::remove_all(box.data() / "kegiatan/uji-1");
  for (auto const& entry : fs::directory_iterator(stick.path / "proktor-cadangan/KOTAK-1/kegiatan/uji-1")) {
    if (entry.path().extension() != ".medium") continue;
    std::fstream file(entry.path(), std::ios::binary | std::ios::in | std::ios::out);
    for (std::uintmax_t at = 60; at < entry.file_size(); at += 100) file.seekp(static_cast<std::streamoff>(at)).put('#');
  }
  box.start();
  CHECK(has_alarm(box, "journal_failed"));
  auto const said = box.control("/v1/status").body;
  CHECK(said.find("uji-1: hanya ada di media kedua") != std::string::npos);
  CHECK(said.find("proktor restore") != std::string::npos);
  CHECK_FALSE(fs::exists(box.data() / "kegiatan/uji-1"));
}

TEST_CASE("a recovery card that is made or replaced while the server runs is taken up without a restart") {
  Stick stick;
  Box box({}, stick.settings());
  box.start();
  Room room(box);
  wait_for(box, "in_step");
  CHECK(has_alarm(box, "recovery_card_missing"));
  auto const page = box.data().parent_path() / "kartu.html";
  auto code = make_card(box, page);
  REQUIRE(soon([&] { return !has_alarm(box, "recovery_card_missing"); }, medium_limit));
  code = make_card(box, page, "--replace");
  auto const restore = "echo " + code + " | " + std::string(PROKTOR_BIN_DIR) + "/proktor restore --from " +
                       stick.path.string() + " --data ";
  auto const spare = box.data().parent_path() / "pengganti";
  auto const until = std::chrono::steady_clock::now() + std::chrono::seconds(30);
  int ended = 1;
  while (ended != 0 && std::chrono::steady_clock::now() < until) ended = run(restore + spare.string() + " > /dev/null 2>&1");
  CHECK(ended == 0);
}

TEST_CASE("a tail that database and copy lost comes back from the medium before anybody is served") {
  bool const pulled_in_a_write = GENERATE(false, true);
  Stick stick;
  Box box({}, stick.settings());
  box.start();
  Room room(box);
  wait_for(box, "in_step");
  box.kill();
  auto const kegiatan = box.data() / "kegiatan/uji-1";
  fs::copy(kegiatan, box.data() / "dulu", fs::copy_options::recursive);
  box.start();
  room.answer();
  wait_for(box, "in_step");
  box.kill();
  fs::remove_all(kegiatan);
  fs::rename(box.data() / "dulu", kegiatan);
  for (auto const& file : fs::recursive_directory_iterator(stick.path)) {
    bool const follows = pulled_in_a_write && file.path().extension() == ".medium";
    if (follows) std::ofstream(file.path(), std::ios::app) << "half of a frame";
  }
  box.start();
  room.answer();
  CHECK(has_alarm(box, "tail_recovered"));
}

TEST_CASE("a spare that was restored by the printed code goes on with cookies and tickets; what the medium lacked is resent") {
  Stick stick;
  Box box({}, stick.settings());
  auto const page = box.data().parent_path() / "kartu.html";
  auto const code = make_card(box, page);
  box.start();
  Room room(box);
  wait_for(box, "in_step");
  fs::rename(stick.path, stick.path.string() + "-dicabut");
  REQUIRE(soon([&] { return has_alarm(box, "medium_absent"); }, medium_limit));
  auto const before = room.pupil;
  room.answer();  // the medium does not have this one
  box.kill();
  fs::rename(box.data(), box.data().string() + "-mati");
  fs::rename(stick.path.string() + "-dicabut", stick.path);
  auto const restore = "| " + std::string(PROKTOR_BIN_DIR) + "/proktor restore --from " + stick.path.string() +
                       " --data " + box.data().string() + " > " + page.string() + ".out 2>&1";
  CHECK(run("echo 111111222222333333444444555555 " + restore) != 0);
  CHECK_FALSE(fs::exists(box.data()));
  REQUIRE(run("echo " + code + " " + restore) == 0);
  box.start();
  // The page learns the mark, and sends again from there.
  auto mark = room.pupil.events("");
  CHECK(mark.number("hwm") == static_cast<std::int64_t>(before.seq));
  room.pupil.seq = before.seq;
  room.pupil.head = before.head;
  room.answer();
  room.answer();
  wait_for(box, "in_step");
  CHECK(box.stop() == 0);
  CHECK(run(std::string(PROKTOR_BIN_DIR) + "/proktor verify " + box.data().string() + " > /dev/null") == 0);
}

TEST_CASE("a medium that never answers is told, answers go on, and it holds up no end") {
  Stick stick;
  Box box({}, stick.settings());
  box.start();
  Room room(box);
  wait_for(box, "in_step");
  // Whoever opens it waits in the kernel.
  auto const file = stick.path / "proktor-cadangan/KOTAK-1/BACA-SAYA.txt";
  fs::rename(stick.path / "proktor-cadangan/KOTAK-1", stick.path / "proktor-cadangan/KOTAK-1.lama-9");
  fs::create_directories(file.parent_path());
  REQUIRE(::mkfifo((file.parent_path() / "recovery.pem").c_str(), 0600) == 0);
  auto const begun = std::chrono::steady_clock::now();
  constexpr int lines_max = 200;  // within a page's quota
  for (int lines = 0; !has_alarm(box, "medium_failed"); ++lines) {
    if (lines < lines_max) room.answer();
  }
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::seconds(4));
  auto const ending = std::chrono::steady_clock::now();
  CHECK(box.stop() == 0);
  CHECK(std::chrono::steady_clock::now() - ending < std::chrono::seconds(5));
}
