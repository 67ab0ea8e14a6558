#include "http/doorman.hpp"

#include <catch2/catch.hpp>

using namespace proktor::http;
using namespace std::chrono_literals;

TEST_CASE("Handshakes beyond one second's burst are put in a queue and then refused") {
  Limits limits;
  limits.handshakes_per_address_second_max = 10;
  limits.handshakes_per_second_max = 200;
  limits.handshake_queue_max = 2'000ms;
  Doorman door(limits);
  Doorman::Time const now{1h};
  for (int i = 0; i < 10; ++i) {
    REQUIRE(door.enter("a", now));
    CHECK(door.handshake_wait("a", now) == 0ns);
  }
  for (int i = 1; i <= 20; ++i) CHECK(door.handshake_wait("a", now) == i * 100ms);
  CHECK_FALSE(door.handshake_wait("a", now));
  CHECK(door.handshake_wait("b", now) == 0ns);
  CHECK(door.handshake_wait("a", now + 10s) == 0ns);
}

TEST_CASE("The total rate holds over many addresses, and addresses with a live session do not queue for it") {
  Limits limits;
  Doorman door(limits);
  Doorman::Time const now{1h};
  for (int i = 0; i < 200; ++i) CHECK(door.handshake_wait("a" + std::to_string(i), now) == 0ns);
  REQUIRE(door.enter("live", now));
  CHECK(*door.handshake_wait("new", now) == 5ms);
  door.live_session("live", now);
  for (int i = 0; i < 100; ++i) CHECK(door.handshake_wait("live", now) == 0ns);
  CHECK(*door.handshake_wait("live", now) == 10ms);
  CHECK(door.handshake_wait("live", now + 200s) == 0ns);
}

TEST_CASE("Addresses that are gone are forgotten") {
  Doorman door(Limits{});
  Doorman::Time const now{1h};
  for (int i = 0; i < 5'000; ++i) {
    std::string const address = "a" + std::to_string(i);
    REQUIRE(door.enter(address, now + i * 1ms));
    door.handshake_wait(address, now + i * 1ms);
    door.leave(address, now + i * 1ms);
  }
  REQUIRE(door.enter("last", now + 1h));
  CHECK(door.addresses() <= 1025);
}
