#include "sync/agent/config.hpp"

#include "tests/support/result_text.hpp"

#include <catch2/catch.hpp>

#include <string>

using namespace proktor;
using namespace proktor::sync;

namespace {

std::string const needed = R"(
box_dir = "/data/box"
feed_socket = "/run/feed.sock"
control_socket = "/run/control.sock"
spool_dir = "/data/spool"
)";

}  // namespace

TEST_CASE("A sync configuration with the four paths is enough, and every setting is taken") {
  auto const plain = parse_config(needed);
  REQUIRE(plain);
  CHECK(plain->segment_interval == std::chrono::seconds(300));
  CHECK(plain->backoff_max == std::chrono::minutes(15));
  auto const full = parse_config(needed +
                                 "centre_url = \"https://pusat:9443\"\nsegment_bytes_max = 4096\n"
                                 "segment_interval_s = 0.5\nbackoff_first_s = 1\nbackoff_max_s = 2\n"
                                 "chunk_bytes_first = 2048\nchunk_bytes_max = 4096\nrefused_retry_s = 10\n"
                                 "local_retry_s = 0.2\nstatus_interval_s = 1.5\n");
  REQUIRE(full);
  CHECK(full->centre_url == "https://pusat:9443");
  CHECK(full->segment_bytes_max == 4096);
  CHECK(full->segment_interval == std::chrono::milliseconds(500));
  CHECK(full->local_retry == std::chrono::milliseconds(200));
  CHECK(full->status_interval == std::chrono::milliseconds(1500));
}

TEST_CASE("Every mistake of a sync configuration is named at once") {
  auto const refused = parse_config(
      "box_dir = \"relatif\"\nfeed_socket = 7\nspool_dir = \"/s\"\ncentre_url = \"http://x\"\n"
      "segment_bytes_max = -1\nbackoff_first_s = 900\nbackoff_max_s = 5\nwarna = \"biru\"\n"
      "segment_interval_s = \"5\"\n");
  REQUIRE_FALSE(refused);
  CHECK(refused.error().code == Errc::config_invalid);
  for (char const* name : {"box_dir", "feed_socket", "control_socket", "centre_url", "segment_bytes_max",
                           "backoff_first_s", "warna", "segment_interval_s"}) {
    INFO(name);
    CHECK(refused.error().detail.find(std::string(name) + ":") != std::string::npos);
  }
}

TEST_CASE("What is no TOML, and odd numbers, are refused with the line") {
  auto const broken = parse_config("box_dir = \n\n");
  REQUIRE_FALSE(broken);
  CHECK(broken.error().detail.find("baris 1") != std::string::npos);
  for (char const* line : {"segment_interval_s = nan", "segment_interval_s = inf", "segment_interval_s = -3",
                           "segment_interval_s = 0", "chunk_bytes_max = 99999999999"})
    CHECK_FALSE(parse_config(needed + line));
}
