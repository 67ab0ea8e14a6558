// What the simulator found in the spool of proktor-sync.

#include "disk.hpp"

#include "sync/agent/agent.hpp"
#include "tests/support/result_text.hpp"

#include <boost/asio/io_context.hpp>
#include <catch2/catch.hpp>

using namespace proktor;
namespace disk = proktor::fault::disk;
namespace fs = std::filesystem;

TEST_CASE("a power cut never takes a spool that was begun: what is sealed anew would be a fork") {
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    std::string name = (fs::temp_directory_path() / "fault-spool-XXXXXX").string();
    fs::path const root = ::mkdtemp(name.data());
    disk::start(root, seed);
    {
      boost::asio::io_context io;
      sync::Context context;
      context.executor = io.get_executor();
      context.config.spool_dir = root / "spool";
      auto const agent = sync::Agent::create(std::move(context));
      REQUIRE(agent);
      disk::cut_now();
    }
    disk::restore_image();
    INFO("seed " << seed);
    CHECK(fs::exists(root / "spool"));
    disk::stop();
    fs::remove_all(root);
  }
}
