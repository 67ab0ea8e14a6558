#include "world.hpp"

#include "base/random.hpp"
#include "provisioning/keys/enrol.hpp"
#include "provisioning/keys/keys.hpp"
#include "tests/support/result_text.hpp"

#include <fmt/format.h>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>
#include <cstdlib>
#include <future>

#include <unistd.h>

namespace proktor::sync::testing {

namespace asio = boost::asio;
namespace fs = std::filesystem;

Place::Place() {
  std::string pattern = (fs::temp_directory_path() / "proktor-sync-XXXXXX").string();
  root_ = ::mkdtemp(pattern.data());
  auto const made = keys::make_keys({root_ / "keys", {}}, now_s);
  if (!made) std::abort();
}

Place::~Place() {
  fs::remove_all(root_);
}

BoxFiles Place::enrol(std::string const& box) const {
  keys::EnrolOptions const options{root_ / "keys", root_ / box, box, "SMP Uji", {}, "https://localhost:1"};
  auto const done = keys::enrol(options, now_s);
  if (!done) std::abort();
  return *load_box_files(root_ / box / "box");
}

segment::SigningKey Place::receipt_key() const {
  auto const text = [this](char const* name) { return *read_file(root_ / "keys/gateway" / name, 1'000'000); };
  return {text("receipt.key"), text("receipt.pem"), text("receipt_chain.pem")};
}

std::string Place::roots() const {
  return *read_file(root_ / "keys/gateway/roots.pem", 1'000'000);
}
std::string Place::centre_certificate() const {
  return *read_file(root_ / "keys/centre/centre.pem", 1'000'000);
}

TestJournal::TestJournal(std::string box, std::uint64_t seed) : box_(std::move(box)) {
  SplitMix64 random(seed);
  stream_ = random.bytes16();
  append(
      "genesis", "latihan-uji",
      fmt::format(
          R"({{"organiser":"nasional","event":"latihan-uji","title":"Latihan","mark":"LATIHAN","stream":"{}","box":"{}","previous_head":"{}"}})",
          hex(stream_), box_, hex(Bytes32{1})),
      "");
}

// docs/protocol.md, "Recovery".
TestJournal::TestJournal(TestJournal const& older, std::uint64_t through, std::uint64_t seed, Lie const& lie)
    : box_(lie.box.empty() ? older.box_ : lie.box), attempts_(older.attempts_ + 100) {
  SplitMix64 random(seed);
  stream_ = random.bytes16();
  auto genesis = boost::json::parse(older.entries_.front().bytes).as_object();
  if (genesis.contains("previous_head") && !genesis.contains("event_previous_head"))
    genesis["event_previous_head"] = genesis["previous_head"];
  Bytes16 const previous = lie.previous.value_or(older.stream_);
  genesis["stream"] = hex(stream_);
  genesis["box"] = box_;
  genesis["previous_head"] = hex(older.hash_at(through));
  genesis["previous_stream"] = hex(previous);
  for (std::uint64_t lsn = 1; lsn <= through; ++lsn) {
    entries_.push_back(older.entries_[lsn - 1]);
    if (lsn == 1) entries_.back().bytes = boost::json::serialize(genesis);
    entries_.back().hash = journal::entry_hash(hash_at(lsn - 1), entries_.back());
  }
  append("restored", hex(previous),
         fmt::format(R"({{"from_stream":"{}","lsn":{},"hash":"{}","sources":["medium"],"x":1}})", hex(previous),
                     through, hex(older.hash_at(through))),
         "");
}

void TestJournal::append(std::string const& kind, std::string const& subject, std::string const& bytes,
                         std::string const& npsn) {
  std::lock_guard const lock(mutex_);
  journal::Entry entry;
  entry.lsn = entries_.size() + 1;
  entry.at_ms = now_s * 1000 + static_cast<TimeMs>(entry.lsn);
  entry.kind = kind;
  entry.npsn = npsn;
  entry.subject = subject;
  entry.bytes = bytes;
  entry.hash =
      journal::entry_hash(entries_.empty() ? journal::genesis_hash(stream_) : entries_.back().hash, entry);
  entries_.push_back(std::move(entry));
}

void TestJournal::add(std::string const& kind, std::string const& subject, std::string const& bytes,
                      std::string const& npsn) {
  append(kind, subject, bytes, npsn);
}

void TestJournal::add_people(int count) {
  append("school", "P9901001", R"({"npsn":"P9901001","name":"SMP Uji","level":"SMP"})", "");
  append("test", "literasi", R"({"id":"literasi","title":"Literasi","items":12,"duration_ms":4500000})", "");
  for (int i = 1; i <= count; ++i)
    append("participant", fmt::format("{:010}", i),
           fmt::format(R"({{"npsn":"P9901001","name":"Peserta {}"}})", i), "P9901001");
}

std::string TestJournal::add_attempt(int participant, int events, bool finish) {
  SplitMix64 random(9'000 + ++attempts_);
  core::AttemptId const id = random.bytes16();
  std::string const nisn = fmt::format("{:010}", participant);
  append("attempt", hex(id),
         fmt::format(R"({{"participant":"{}","sesi":"s1","test":"literasi","term":0,"n":1,"x":1}})", nisn),
         "P9901001");
  Bytes32 head = core::first_head(id, {0, 1}, Bytes32{});
  int const lines = finish ? events + 1 : events;
  for (int seq = 1; seq <= lines; ++seq) {
    std::string const line =
        seq > events
            ? fmt::format(R"({{"v":1,"seq":{},"kind":"submit","t":{}}})", seq, seq * 1000)
            : fmt::format(
                  R"({{"v":1,"seq":{},"kind":"answer","item":"i{}","value":{{"r1":"c{} é"}},"t":{}}})", seq,
                  seq % 12 + 1, random.below(5), seq * 1000);
    append("event", fmt::format("{} 0.1 {} {}", hex(id), seq, seq * 1000), line, "P9901001");
    head = core::next_head(head, line);
  }
  if (!finish) return {};
  std::string const code = closing_code(head);
  append("finished", hex(id),
         fmt::format(R"({{"term":0,"n":1,"seq":{},"head":"{}","code":"{}","answered":{},"x":9}})", lines,
                     hex(head), code, std::min(events, 12)),
         "P9901001");
  return code;
}

std::uint64_t TestJournal::last() const {
  std::lock_guard const lock(mutex_);
  return entries_.size();
}

std::string TestJournal::lines(std::uint64_t after, std::uint64_t max) const {
  std::lock_guard const lock(mutex_);
  std::string text;
  for (std::uint64_t i = after; i < entries_.size() && i < after + max; ++i)
    text += journal::feed_line(entries_[i]) + "\n";
  return text;
}

Bytes32 TestJournal::hash_at(std::uint64_t lsn) const {
  return lsn == 0 ? journal::genesis_hash(stream_) : entries_[lsn - 1].hash;
}

segment::SegmentHeader TestJournal::header(std::uint64_t first, std::uint64_t last) const {
  std::lock_guard const lock(mutex_);
  return {"nasional", "latihan-uji", box_, stream_, first, last, hash_at(first - 1), hash_at(last)};
}

std::string seal_range(TestJournal const& journal, BoxFiles const& box, std::uint64_t first,
                       std::uint64_t last) {
  segment::SegmentHeader header = journal.header(first, last);
  header.box = box.box;
  return *segment::seal_segment(header, journal.lines(first - 1, last - first + 1), box.signer,
                       box.centre_certificate);
}

Loop::Loop()
    : thread_([this] {
        auto const guard = asio::make_work_guard(context_);
        context_.run();
      }) {}

Loop::~Loop() {
  context_.stop();
  thread_.join();
}

void Loop::run(std::function<void()> work) {
  std::promise<void> done;
  asio::post(context_, [&] {
    work();
    done.set_value();
  });
  done.get_future().wait();
}

class FakeBox::App final : public http::Application {
 public:
  App(asio::any_io_executor executor, TestJournal& journal)
      : executor_(std::move(executor)), journal_(journal) {}

  http::HeadDecision inspect(http::RequestHead const&) override {
    http::HeadDecision decision;
    decision.body_bytes_max = 1'000'000;
    return decision;
  }

  asio::awaitable<http::Response> handle(http::Request request) override {
    std::string answer = "{}";
    if (request.path == "/v1/journals") {
      answer = fmt::format(
          R"([{{"journal":"box","stream":"{}","organiser":"","event":"","last_lsn":1,"last_hash":"","open":true}},{{"journal":"latihan-uji","stream":"{}","organiser":"nasional","event":"latihan-uji","last_lsn":{},"last_hash":"","open":true}}])",
          std::string(32, 'b'), hex(journal_.stream()), journal_.last());
    } else if (request.path == "/v1/feed") {
      auto const after = std::stoull(std::string(request.query_value("after")));
      auto const wait_ms = std::stoll(std::string(request.query_value("wait_ms")));
      asio::steady_timer timer(executor_);
      for (std::int64_t waited = 0; journal_.last() <= after && waited < wait_ms; waited += 10) {
        timer.expires_after(std::chrono::milliseconds(10));
        co_await timer.async_wait(asio::use_awaitable);
      }
      answer = journal_.lines(after, 50);
    } else {
      std::lock_guard const lock(mutex_);
      if (request.path == "/v1/receipts") {
        receipts_.push_back(request.body);
        // As proktord does: the receipt itself becomes an entry.
        journal_.add("receipt", hex(journal_.stream()), "{}");
      } else if (request.path == "/v1/sync-status") {
        status_ = request.body;
      }
    }
    co_return http::json_response(answer);
  }

  asio::any_io_executor executor_;
  TestJournal& journal_;
  mutable std::mutex mutex_;
  std::vector<std::string> receipts_;
  std::string status_;
};

FakeBox::FakeBox(fs::path const& directory, TestJournal& journal) {
  fs::create_directories(directory);
  loop_.run([&] {
    app_ = std::make_unique<App>(loop_.executor(), journal);
    server_ = std::make_unique<http::Server>(loop_.executor(), *app_);
    server_->listen(*http::bind_unix(directory / "feed.sock", 0600));
    server_->listen(*http::bind_unix(directory / "control.sock", 0600));
  });
}

FakeBox::~FakeBox() {
  loop_.run([this] { server_.reset(); });
}

std::vector<std::string> FakeBox::receipts() const {
  std::lock_guard const lock(app_->mutex_);
  return app_->receipts_;
}

std::string FakeBox::status() const {
  std::lock_guard const lock(app_->mutex_);
  return app_->status_;
}

TestCentre::TestCentre(Place const& place, std::string const& data) {
  loop_.run([&] {
    auto gateway_keys = pusat::load_gateway_keys(place / "keys");
    auto store = pusat::SegmentStore::open(place / data);
    if (!gateway_keys || !store) std::abort();
    gateway_ =
        std::make_unique<pusat::Gateway>(std::move(*store), gateway_keys->roots, gateway_keys->receipt);
    http::Limits limits;
    limits.handshakes_per_address_second_max = 10'000;  // a test reconnects more often than a box
    limits.handshakes_per_second_max = 10'000;
    server_ = std::make_unique<http::Server>(loop_.executor(), *gateway_, limits);
    auto listening = http::bind_tcp("127.0.0.1", 0);
    port_ = http::port_of(*listening);
    server_->listen(std::move(*listening), gateway_keys->tls);
  });
}

TestCentre::~TestCentre() {
  loop_.run([this] { server_.reset(); });
}

}  // namespace proktor::sync::testing
