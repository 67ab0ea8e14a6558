#include "api/login_guard.hpp"
#include "api/staff.hpp"
#include "base/random.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace proktor;
using namespace proktor::api;

TEST_CASE("a known PC never waits over two seconds, strangers share a slow bucket") {
  LoginGuard guard;
  DurationMs now_ms = 0;
  for (int i = 0; i < 200; ++i) {
    auto const wait_ms = guard.wait_ms("P001", "known", true, now_ms);
    CHECK(wait_ms <= 2'001);
    now_ms += wait_ms;
    guard.failed("P001", "known", "10.0.0.1", true, now_ms);
  }
  LoginGuard strangers;
  for (int i = 0; i < 10; ++i) {
    CHECK(strangers.wait_ms("P001", std::to_string(i), false, 0) == 0);
    strangers.failed("P001", std::to_string(i), "10.0.0.1", false, 0);
  }
  CHECK(strangers.wait_ms("P001", "another", false, 0) > 30'000);
  CHECK(strangers.wait_ms("P002", "another", false, 0) == 0);
  CHECK(strangers.wait_ms("P001", "known", true, 0) == 0);
}

TEST_CASE("after too many failures on the box only known PCs log in, for an hour") {
  LoginGuard guard;
  for (int i = 0; i <= 300; ++i) {
    guard.failed("P" + std::to_string(i), "x", "10.0.0." + std::to_string(i % 20), false, 1'000);
  }
  CHECK(guard.alarm(1'000));
  CHECK(guard.wait_ms("P999", "x", false, 1'000) > 0);
  CHECK(guard.wait_ms("P999", "known", true, 1'000) == 0);
  CHECK_FALSE(guard.alarm(1'000 + 3'600'001));
}

TEST_CASE("one PC that guesses for an hour shuts out nobody but itself") {
  LoginGuard guard;
  for (int i = 0; i < 5'000; ++i) guard.failed("P" + std::to_string(i), "x", "10.0.0.66", false, 1'000);
  CHECK_FALSE(guard.alarm(1'000));
  CHECK(guard.wait_ms("P9999", "y", false, 1'000) == 0);
}

TEST_CASE("many made-up names do not wash a bucket away") {
  LoginGuardLimits limits;
  limits.cards_max = 1'000;
  LoginGuard guard(limits);
  for (int i = 0; i < 10; ++i) guard.failed("P001", "x", "10.0.0.1", false, 0);
  for (int i = 0; i < 100; ++i) guard.wait_ms("tidak-ada-" + std::to_string(i), "x", true, 0);
  CHECK(guard.wait_ms("P001", "x", false, 0) > 0);
}

TEST_CASE("first passwords are strong enough for their own rule, weak ones are refused") {
  SplitMix64 random(20261121);
  for (int i = 0; i < 200; ++i) {
    auto const password = draw_password(random);
    INFO(password);
    CHECK(check_new_password(password).has_value());
    CHECK(password.find_first_of("0O1lIi") == std::string::npos);
  }
  for (auto const* weak : {"", "Ab1", "semuakecil1", "SEMUABESAR1", "TanpaAngka", "Proktor123", "Password1"}) {
    INFO(weak);
    CHECK(check_new_password(weak).error() == Errc::password_weak);
  }
  CHECK(check_new_password(std::string(200, 'a') + "A1").error() == Errc::password_weak);
  CHECK(hash_password("Rahasia2026", "garam") != hash_password("Rahasia2026", "garam2"));
}
