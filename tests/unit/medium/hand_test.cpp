#include "medium/hand.hpp"
#include "medium/medium.hpp"
#include "world.hpp"

#include <fcntl.h>
#include <sys/stat.h>

using namespace proktor;
using namespace proktor::medium;
using namespace proktor::medium::test;

namespace {

// A file whose opening waits in the kernel until somebody writes: a stick that does not answer.
void make_silent(fs::path const& path) {
  REQUIRE(::mkfifo(path.c_str(), 0600) == 0);
}

void answer_again(fs::path const& path) { REQUIRE(Fd(::open(path.c_str(), O_RDWR))); }

}  // namespace

TEST_CASE("the process does what is asked and says what went wrong as the files themselves would") {
  TempDir dir;
  fs::create_directories(dir / "stik/proktor-cadangan");
  auto hand = Hand::start(dir / "stik");
  REQUIRE(hand);
  auto& files = **hand;
  REQUIRE(files.look());
  CHECK(files.look()->present);
  REQUIRE(files.append("proktor-cadangan/a/b", 0, std::string(300'000, 'x')));
  CHECK(files.append("proktor-cadangan/a/b", 7, "y").error() == Errc::too_large);
  REQUIRE(files.append("proktor-cadangan/a/b", 300'000, "y"));
  CHECK(files.read("proktor-cadangan/a/b", 299'999, 9).value() == "xy");
  CHECK(files.size("proktor-cadangan/a/c").error() == Errc::not_found);
  CHECK(files.list("proktor-cadangan/a").value() == std::vector<std::string>{"b"});
  REQUIRE(files.rename("proktor-cadangan/a/b", "proktor-cadangan/a/c"));
  REQUIRE(files.cut("proktor-cadangan/a/c", 1));
  CHECK(files.size("proktor-cadangan/a/c").value() == 1);
  fs::rename(dir / "stik", dir / "lain");
  CHECK(files.size("proktor-cadangan/a/c").error() == Errc::not_found);
  CHECK_FALSE(files.look()->present);
}

TEST_CASE("a medium that does not answer is a timeout at once, until it answers again") {
  TempDir dir;
  fs::create_directories(dir / "stik/proktor-cadangan");
  make_silent(dir / "stik/pipa");
  auto hand = Hand::start(dir / "stik");
  REQUIRE(hand);
  (*hand)->set_patience(std::chrono::milliseconds(50));
  REQUIRE((*hand)->look());
  CHECK((*hand)->read("pipa", 0, 1).error() == Errc::timeout);
  auto const begun = std::chrono::steady_clock::now();
  CHECK((*hand)->look().error() == Errc::timeout);
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::milliseconds(40));
  answer_again(dir / "stik/pipa");
  (*hand)->set_patience(std::chrono::seconds(10));
  auto place = (*hand)->look();
  while (!place) place = (*hand)->look();  // the late answer is on its way
  CHECK(place->present);
}

TEST_CASE("a follower of a silent medium says so within a second, and its end does not wait for it") {
  Box box;
  SystemClock clock;
  fs::create_directories(box.stick / box.box_folder());
  make_silent(box.stick / box.box_folder() / "recovery.pem");
  auto const begun = std::chrono::steady_clock::now();
  {
    auto medium = Medium::start(box.stick);
    REQUIRE(medium);
    (*medium)->follow(clock, box.keys(), box.data, [&] { return box.journals(); });
    std::optional<Status> status;
    while (!status) status = (*medium)->status();
    CHECK(status->state == State::silent);
    CHECK(std::chrono::steady_clock::now() - begun < std::chrono::milliseconds(1'000));
  }
  CHECK(std::chrono::steady_clock::now() - begun < std::chrono::milliseconds(3'000));
}
