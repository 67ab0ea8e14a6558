#include "provisioning/drill/histogram.hpp"
#include "provisioning/drill/script.hpp"
#include "provisioning/drill/verify.hpp"

#include "base/file.hpp"
#include "core/chain.hpp"
#include "core/event_line.hpp"
#include "http/server.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>

#include <filesystem>
#include <thread>

#include <unistd.h>

using namespace proktor;
using namespace proktor::drill;

namespace {

constexpr char const* view = R"({"items":[
  {"id":"i1","body":[{"t":"p","c":["Pilih.",{"t":"choice","r":"r1","max":1,"choices":[{"id":"c2"},{"id":"c1"}]}]}],
   "responses":{"r1":{"cardinality":"single"}}},
  {"id":"i2","body":[{"t":"choice","r":"r1","max":2,"choices":[{"id":"c1"},{"id":"c2"},{"id":"c3"}]},
                     {"t":"match","r":"r2","rows":[{"id":"c4"},{"id":"c5"}],"cols":[{"id":"c6"},{"id":"c7"}]}],
   "responses":{"r1":{"cardinality":"multiple"},"r2":{"cardinality":"multiple"}}},
  {"id":"i3","body":[{"t":"textentry","r":"r1","input":"decimal"},{"t":"extendedtext","r":"r2"}],"responses":{}}]})";

// The control socket of a box whose journal holds `events` for every attempt.
class FakeBox final : public http::Application {
 public:
  explicit FakeBox(std::filesystem::path const& socket)
      : server_(context_.get_executor(), *this), work_(context_.get_executor()) {
    server_.listen(http::bind_unix(socket, 0600).value());
    thread_ = std::thread([this] { context_.run(); });
  }
  ~FakeBox() override {
    context_.stop();
    thread_.join();
  }
  std::string events;

  http::HeadDecision inspect(http::RequestHead const&) override { return {}; }
  boost::asio::awaitable<http::Response> handle(http::Request request) override {
    CHECK(request.query_value("n") == "1");
    co_return http::json_response(events);
  }

 private:
  boost::asio::io_context context_{1};
  http::Server server_;
  boost::asio::executor_work_guard<boost::asio::io_context::executor_type> work_;
  std::thread thread_;
};

}  // namespace

TEST_CASE("Quantiles of the histogram are within two percent of the values") {
  Histogram histogram;
  for (std::int64_t us = 1; us <= 100'000; ++us) histogram.add(us);
  CHECK(histogram.quantile_ms(0.5) == Approx(50).epsilon(0.02));
  CHECK(histogram.quantile_ms(0.99) == Approx(99).epsilon(0.02));
  CHECK(histogram.quantile_ms(0.999) == Approx(99.9).epsilon(0.02));
  CHECK(histogram.quantile_ms(1) == Approx(100));
  Histogram wide;
  wide.add(3);
  wide.add(3'600'000'000);
  CHECK(wide.quantile_ms(0) == Approx(0.003));
  CHECK(wide.max_ms() == Approx(3'600'000));
  CHECK(Histogram{}.quantile_ms(0.5) == 0);
}

TEST_CASE("A virtual pupil's lines are well framed and answer every interaction with the choices that it was given") {
  auto items = read_items(boost::json::parse(view)).value();
  Script script(items, 7);
  Script same(items, 7);
  for (std::uint64_t seq = 1; seq <= 300; ++seq) {
    std::string const line = script.answer(seq - 1, seq, 1234);
    CHECK(line == same.answer(seq - 1, seq, 1234));
    auto const parsed = core::parse_event_line(line).value();
    CHECK(parsed.seq == seq);
    CHECK(parsed.kind == core::EventKind::answer);
    CHECK(parsed.item == items[(seq - 1) % 3].id);
    CHECK(parsed.t_ms == 1234);
    auto const value = boost::json::parse({parsed.value.data(), parsed.value.size()}).as_object();
    if (parsed.item == "i1") CHECK((value.at("r1") == "c1" || value.at("r1") == "c2"));
    if (parsed.item == "i2") {
      CHECK_FALSE(value.at("r1").as_array().empty());
      CHECK(value.at("r2").as_array().size() == 2);
      CHECK(value.at("r2").as_array()[0].as_string().starts_with("c4 c"));
    }
    if (parsed.item == "i3") CHECK(value.at("r2").as_string().size() > 20);
  }
  CHECK(core::parse_event_line(script.visit(0, 5, 0)).value().kind == core::EventKind::visit);
  CHECK(core::parse_event_line(script.flag(1, 5, 0, true)).value().value == "true");
  CHECK(core::parse_event_line(Script::submit(9, 0)).value().kind == core::EventKind::submit);
  CHECK(read_items(boost::json::parse(R"({"items":[]})")).has_error());
}

TEST_CASE("Verification finds an acknowledged event that is missing and one with other bytes") {
  auto const directory = std::filesystem::temp_directory_path() / ("proktor-drill-" + std::to_string(::getpid()));
  std::filesystem::create_directories(directory);
  core::AttemptId const attempt{1, 2, 3};
  std::string const name = hex(attempt);
  Bytes32 head = core::first_head(attempt, {0, 1}, {});
  std::string ledger =
      R"({"attempt":")" + name + R"(","term":0,"n":1,"parent":")" + std::string(64, '0') + "\"}\n";
  std::vector<std::string> journal;
  for (int seq = 1; seq <= 3; ++seq) {
    std::string const line = R"({"v":1,"seq":)" + std::to_string(seq) + "}";
    head = core::next_head(head, line);
    ledger += R"({"attempt":")" + name + R"(","term":0,"n":1,"seq":)" + std::to_string(seq) + R"(,"head":")" +
              hex(head) + "\"}\n";
    journal.push_back(R"({"seq":)" + std::to_string(seq) + R"(,"line":"{\"v\":1,\"seq\":)" + std::to_string(seq) +
                      R"(}","lsn":9,"flags":[]})" + "\n");
  }
  REQUIRE(write_file(directory / "ledger", ledger).has_value());
  {
    FakeBox box(directory / "control.sock");
    auto const verify = [&](std::string events) {
      box.events = std::move(events);
      return verify_ledger(directory / "ledger", directory / "control.sock").value();
    };
    Verdict const whole = verify(journal[0] + journal[1] + journal[2]);
    CHECK(whole.holds());
    CHECK(whole.acknowledged == 3);
    CHECK(verify(journal[0] + journal[1]).missing == 1);
    CHECK(verify("").missing == 3);
    std::string changed = journal[1];
    changed.replace(changed.find("\\\"v\\\":1"), 7, "\\\"v\\\":2");
    Verdict const other = verify(journal[0] + changed + journal[2]);
    CHECK(other.different == 2);  // the chain carries the difference on
    CHECK_FALSE(other.holds());
    CHECK(other.examples.size() == 2);
  }
  CHECK(verify_ledger(directory / "ledger", directory / "control.sock").has_error());
  std::filesystem::remove_all(directory);
}
