#include "app/settings.hpp"

#include <catch2/catch.hpp>

#include <algorithm>

using namespace proktor;
using namespace proktor::app;

TEST_CASE("settings take known keys and leave the rest at their defaults") {
  auto const settings = parse_settings("[web]\nhosts = [\"ujian.lan\"]\ndrain_ms = 900\n[exam]\nevents_per_second = 50\n");
  REQUIRE(settings.has_value());
  CHECK(settings->api.hosts.contains("ujian.lan"));
  CHECK(settings->drain_ms == 900);
  CHECK(settings->api.events.rate.refill_ms == Approx(20));
  CHECK(settings->web.connections_max == http::Limits{}.connections_max);
  CHECK(parse_settings("").has_value());
}

TEST_CASE("every fault of a settings file is listed with its line") {
  auto const refused = parse_settings(
      "[web]\nconnections_max = \"banyak\"\nhost = 3\nplain_http = 1\nhosts = [\"\"]\n"
      "[exam]\nevents_max = 0\n[lain]\nx = 1\n");
  REQUIRE_FALSE(refused.has_value());
  CHECK(refused.error() == Errc::config_invalid);
  auto const& faults = refused.error().detail;
  INFO(faults);
  CHECK(std::ranges::count(faults, '\n') == 6);
  for (auto const* part : {"baris 2: web.connections_max", "baris 3: web.host", "baris 4: web.plain_http",
                           "baris 5: web.hosts", "baris 7: exam.events_max", "baris 8: lain"}) {
    INFO(part);
    CHECK(faults.find(part) != std::string::npos);
  }
}

TEST_CASE("what is no TOML, a table in the wrong place or a huge file is refused") {
  for (auto const* bad : {"[web", "web = 3", "[web]\nhosts = 3", "[web]\nconnections_max = 1.5", "\xff\xfe",
                          "[web]\ndrain_ms = 99999999999999999999"}) {
    INFO(bad);
    auto const refused = parse_settings(bad);
    REQUIRE_FALSE(refused.has_value());
    CHECK(refused.error() == Errc::config_invalid);
  }
  CHECK(read_settings("/tidak/ada.toml").error() == Errc::not_found);
}
