#pragma once
// What the sync tests stand on: a temporary place with keys and enrolled boxes, a journal of true hashes, a
// box's two sockets served from it, the centre's gateway in this process, and child processes of the real
// programs.

#include "base/file.hpp"
#include "core/chain.hpp"
#include "http/client.hpp"
#include "http/server.hpp"
#include "journal/entry.hpp"
#include "sync/agent/box_files.hpp"
#include "segment/segment.hpp"
#include "sync/pusat/gateway.hpp"

#include <boost/asio/io_context.hpp>

#include <atomic>
#include <chrono>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include <sys/types.h>

namespace proktor::sync::testing {

inline constexpr std::int64_t now_s = 1'795'400'000;

// A folder under /tmp with `keys` of an authority; removed at the end.
class Place {
 public:
  Place();
  ~Place();
  Place(Place const&) = delete;
  Place& operator=(Place const&) = delete;
  std::filesystem::path operator/(std::string const& name) const { return root_ / name; }
  BoxFiles enrol(std::string const& box) const;  // into <box>/box
  segment::SigningKey receipt_key() const;
  std::string roots() const;
  std::string centre_certificate() const;

 private:
  std::filesystem::path root_;
};

// A journal in memory with true hashes. Thread-safe: the feed reads while a test writes.
class TestJournal {
 public:
  TestJournal(std::string box, std::uint64_t seed);
  // A box that was restored from `older` up to lsn `through`.
  struct Lie {
    std::string box{};
    std::optional<Bytes16> previous{};
  };
  TestJournal(TestJournal const& older, std::uint64_t through, std::uint64_t seed, Lie const& lie);
  TestJournal(TestJournal const& older, std::uint64_t through, std::uint64_t seed)
      : TestJournal(older, through, seed, Lie()) {}

  void add(std::string const& kind, std::string const& subject, std::string const& bytes,
           std::string const& npsn = "");
  // School, test and `count` participants.
  void add_people(int count);
  // A whole attempt: `events` answer lines, submit, finished. Returns the kode bukti.
  std::string add_attempt(int participant, int events, bool finish = true);

  Bytes16 const& stream() const { return stream_; }
  std::uint64_t last() const;
  std::string lines(std::uint64_t after, std::uint64_t max) const;  // feed lines with LF
  segment::SegmentHeader header(std::uint64_t first, std::uint64_t last) const;

 private:
  Bytes32 hash_at(std::uint64_t lsn) const;
  void append(std::string const& kind, std::string const& subject, std::string const& bytes,
              std::string const& npsn);

  mutable std::mutex mutex_;
  std::string box_;
  Bytes16 stream_{};
  std::vector<journal::Entry> entries_;
  std::uint64_t attempts_ = 0;
};

// A segment of `journal` as its box seals it.
std::string seal_range(TestJournal const& journal, BoxFiles const& box, std::uint64_t first,
                       std::uint64_t last);

// An io_context on a thread of its own; whoever lives on it is made and destroyed on it.
class Loop {
 public:
  Loop();
  ~Loop();
  boost::asio::any_io_executor executor() { return context_.get_executor(); }
  void run(std::function<void()> work);  // on the loop's thread; waits for it

 private:
  boost::asio::io_context context_{1};
  std::thread thread_;
};

// The feed and control sockets of a box, with `journal` behind them.
class FakeBox {
 public:
  FakeBox(std::filesystem::path const& directory, TestJournal& journal);
  ~FakeBox();
  std::vector<std::string> receipts() const;
  std::string status() const;

 private:
  class App;
  std::unique_ptr<App> app_;  // before the loop: what waits there still uses it
  Loop loop_;
  std::unique_ptr<http::Server> server_;
};

// The centre's gateway over real TLS on a port of its own.
class TestCentre {
 public:
  TestCentre(Place const& place, std::string const& data);
  ~TestCentre();
  std::uint16_t port() const { return port_; }

 private:
  std::unique_ptr<pusat::Gateway> gateway_;
  Loop loop_;
  std::unique_ptr<http::Server> server_;
  std::uint16_t port_ = 0;
};

// A child process; killed at the end if it still runs.
class Child {
 public:
  explicit Child(std::vector<std::string> const& arguments, std::filesystem::path const& log);
  ~Child();
  Child(Child const&) = delete;
  Child& operator=(Child const&) = delete;
  void kill(int signal);
  int wait();  // exit code, or 128 + signal

 private:
  pid_t pid_ = -1;
};

// Polls until `done` or the patience ends.
bool eventually(std::function<bool()> const& done,
                std::chrono::milliseconds patience = std::chrono::seconds(30));

}  // namespace proktor::sync::testing
