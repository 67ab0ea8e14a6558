#include "world.hpp"

using namespace proktor;
using namespace proktor::medium;
using namespace proktor::medium::test;

namespace {

// The kernel keeps a page whose fsync failed as if it were clean: it reads well until the stick is pulled.
class FailedSync final : public Files {
 public:
  explicit FailedSync(fs::path const& folder) : files_(folder) {}
  bool next_fails = false, cuts_fail = false;
  std::uint64_t in_memory_alone = 0;  // from here on the file was never on the stick; 0: all is

  Result<Place> look() override { return files_.look(); }
  Result<std::vector<std::string>> list(std::string const& path) override { return files_.list(path); }
  Result<std::uint64_t> size(std::string const& path) override { return files_.size(path); }
  Result<std::string> read(std::string const& path, std::uint64_t offset, std::size_t count) override {
    return files_.read(path, offset, count);
  }
  Result<void> append(std::string const& path, std::uint64_t at, std::string_view bytes) override {
    auto done = files_.append(path, at, bytes);
    if (done && in_memory_alone >= at) in_memory_alone = 0;  // written anew from there on
    if (!done || !std::exchange(next_fails, false)) return done;
    in_memory_alone = at;
    return fail(Errc::io_error, "fsync");
  }
  Result<void> cut(std::string const& path, std::uint64_t size) override {
    if (cuts_fail) return fail(Errc::io_error, "truncate");
    if (in_memory_alone >= size) in_memory_alone = 0;
    return files_.cut(path, size);
  }
  Result<void> rename(std::string const& from, std::string const& to) override { return files_.rename(from, to); }

 private:
  DirectFiles files_;
};

}  // namespace

TEST_CASE("a frame whose fsync failed is written again, however well it reads") {
  Box box;
  FailedSync files(box.stick);
  Follower follower(files, box.clock, box.keys(), box.data);
  box.run(follower);
  REQUIRE(follower.watermark(folder) == box.last());
  box.answer(5);
  files.next_fails = true;
  box.run(follower, 20);
  CHECK(follower.status().state == State::in_step);
  CHECK(follower.watermark(folder) == box.last());
  CHECK(files.in_memory_alone == 0);
  CHECK(box.read_back().size() == box.last());
}

TEST_CASE("a frame whose fsync failed before the process was killed is written again, too") {
  Box box;
  FailedSync files(box.stick);
  {
    Follower follower(files, box.clock, box.keys(), box.data);
    box.run(follower);
    box.answer(5);
    files.next_fails = files.cuts_fail = true;
    box.run(follower, 2);
    REQUIRE(files.in_memory_alone > 0);
  }
  files.cuts_fail = false;
  Follower follower(files, box.clock, box.keys(), box.data);
  follower.step(box.journals());
  CHECK(follower.watermark(folder) == box.last());
  CHECK(files.in_memory_alone == 0);
  box.answer(5);
  box.run(follower);
  CHECK(follower.status().state == State::in_step);
  CHECK(box.read_back().size() == box.last());
}
