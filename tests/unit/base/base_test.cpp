#include "base/bounded_queue.hpp"
#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "base/error.hpp"
#include "base/file.hpp"
#include "base/random.hpp"

#include <catch2/catch.hpp>

#include <filesystem>
#include <set>
#include <thread>

#include <sys/stat.h>
#include <unistd.h>

using namespace proktor;
namespace fs = std::filesystem;

namespace {

struct TemporaryDirectory {
  fs::path path = fs::temp_directory_path() / ("proktor-base-" + std::to_string(::getpid()));
  TemporaryDirectory() { fs::create_directories(path); }
  ~TemporaryDirectory() { fs::remove_all(path); }
};

}  // namespace

TEST_CASE("every error code has an id of its own, a status of failure and a sentence with an end") {
  std::set<std::string_view> ids;
  for (std::size_t i = 0; i < static_cast<std::size_t>(Errc::count_); ++i) {
    auto const code = static_cast<Errc>(i);
    INFO(id_of(code));
    CHECK(ids.insert(id_of(code)).second);
    CHECK(http_status_of(code) >= 400);
    CHECK(http_status_of(code) < 600);
    CHECK(sentence_of(code).ends_with('.'));
  }
}

TEST_CASE("hex and base64url give back what they were given and refuse everything else") {
  SplitMix64 random(20261121);
  INFO("seed 20261121");
  for (std::size_t length = 0; length < 70; ++length) {
    std::string raw(length, '\0');
    for (auto& c : raw) c = static_cast<char>(random.below(256));
    CHECK(unhex(hex(bytes_of(raw))) == raw);
    CHECK(unbase64url(base64url(bytes_of(raw))) == raw);
  }
  for (auto const* bad : {"0", "0g", "AB", "ab "}) CHECK_FALSE(unhex(bad).has_value());
  // One byte too many bits, padding, the other alphabet, leftover bits that are not zero.
  for (auto const* bad : {"A", "AA==", "+/", "AB"}) CHECK_FALSE(unbase64url(bad).has_value());
  CHECK_FALSE(unhex16(std::string(30, 'a')).has_value());
}

TEST_CASE("UTF-8 is judged as RFC 3629 says") {
  for (auto const* good : {"", "aé€😀", "\x7f", "\xEF\xBF\xBD", "\xF4\x8F\xBF\xBF"}) CHECK(is_utf8(good));
  for (auto const* bad : {"\x80", "\xC0\xAF", "\xC1\xBF", "\xE0\x9F\xBF", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xF5\x80\x80\x80",
                          "\xE2\x82", "\xF0\x9F\x98", "a\xFF"}) {
    CHECK_FALSE(is_utf8(bad));
  }
}

TEST_CASE("hashes agree with published values") {
  CHECK(hex(sha256("abc")) == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  Sha256 hash;
  CHECK(hash.update("a").update("bc").finish() == sha256("abc"));
  CHECK(hash.update("abc").finish() == sha256("abc"));
  // RFC 4231, test case 2.
  CHECK(hex(hmac_sha256("Jefe", "what do ya want for nothing?")) ==
        "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
  CHECK(equal_constant_time("abc", "abc"));
  CHECK_FALSE(equal_constant_time("abc", "abd"));
  CHECK_FALSE(equal_constant_time("abc", "abcd"));
}

TEST_CASE("a seeded source repeats itself and draws every value below its limit") {
  SplitMix64 one(7), two(7);
  std::set<std::uint64_t> seen;
  for (int i = 0; i < 200; ++i) {
    auto const value = one.below(6);
    CHECK(value == two.below(6));
    seen.insert(value);
  }
  CHECK(seen == std::set<std::uint64_t>{0, 1, 2, 3, 4, 5});
}

TEST_CASE("a file is replaced whole, with its mode, and a failure leaves the old one") {
  TemporaryDirectory directory;
  auto const path = directory.path / "isi";
  REQUIRE(write_file(path, "lama").has_value());
  REQUIRE(write_file(path, std::string(200'000, 'b'), 0600).has_value());
  CHECK(read_file(path, 200'000)->size() == 200'000);
  struct stat status {};
  REQUIRE(::stat(path.c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0600);
  CHECK(read_file(path, 199'999).error().code == Errc::too_large);
  CHECK(read_file(directory.path / "tidak-ada", 10).error().code == Errc::not_found);

  fs::create_directories(directory.path / "folder");
  CHECK_FALSE(write_file(directory.path / "folder", "x").has_value());
  CHECK(fs::is_directory(directory.path / "folder"));
  std::size_t left = 0;
  for ([[maybe_unused]] auto const& entry : fs::directory_iterator(directory.path)) ++left;
  CHECK(left == 2);  // no temporary file stays behind
}

TEST_CASE("a bounded queue refuses when full, hands over in order, and ends when closed and empty") {
  BoundedQueue<int> queue(3);
  CHECK(queue.try_push(1));
  CHECK(queue.try_push(2));
  CHECK(queue.try_push(3));
  CHECK_FALSE(queue.try_push(4));
  std::vector<int> taken;
  CHECK(queue.take_all(taken));
  CHECK(taken == std::vector<int>{1, 2, 3});
  std::thread producer([&queue] {
    (void)queue.try_push(5);
    queue.close();
  });
  CHECK(queue.take_all(taken));
  CHECK(taken == std::vector<int>{5});
  CHECK_FALSE(queue.take_all(taken));
  producer.join();
  CHECK_FALSE(queue.try_push(6));
}
