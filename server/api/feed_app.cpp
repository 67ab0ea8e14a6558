#include "api/control_app.hpp"
#include "api/replies.hpp"

#include <boost/asio/as_tuple.hpp>

#include <algorithm>
#include <charconv>

namespace proktor::api {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::uint64_t feed_entries_max = 1'000;
constexpr std::int64_t feed_wait_ms_max = 25'000;
constexpr DurationMs feed_gather_ms = 200;

std::uint64_t number(http::Request const& request, std::string_view name, std::uint64_t fallback) {
  auto const text = request.query_value(name);
  std::uint64_t value = fallback;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

Result<std::string> read_lines(std::filesystem::path const& directory, std::uint64_t after, std::uint64_t max) {
  auto reader = journal::Reader::open(directory);
  if (!reader) return reader.error();
  std::string lines;
  auto const read = reader->read_entries(after, max, [&lines](journal::Entry const& entry) {
    lines.append(journal::feed_line(entry)).push_back('\n');
  });
  if (!read) return read.error();
  return lines;
}

}  // namespace

http::HeadDecision FeedApp::inspect(http::RequestHead const&) { return {}; }

asio::awaitable<http::Response> FeedApp::handle(http::Request request) {
  if (request.path == "/v1/journals") co_return journals();
  if (request.path == "/v1/feed") co_return co_await feed(request);
  co_return refuse(fail(Errc::not_found));
}

http::Response FeedApp::journals() {
  json::array list;
  for (auto const& exam : context_.exams.all()) {
    auto const& info = exam->state.info();
    list.push_back(json::object{{"journal", info.event}, {"stream", hex(exam->stream)},
                                {"organiser", info.organiser}, {"event", info.event}, {"box", info.box},
                                {"last_lsn", context_.writer.durable_lsn(exam->journal)},
                                {"open", exam->state.any_sitting_open()}});
  }
  return http::json_response(json::serialize(list));
}

asio::awaitable<http::Response> FeedApp::feed(http::Request const& request) {
  auto* exam = context_.exams.find(request.query_value("journal"));
  if (exam == nullptr) co_return refuse(fail(Errc::not_found));
  auto const after = number(request, "after", 0);
  auto const max = std::min(number(request, "max", feed_entries_max), feed_entries_max);
  auto const wait_ms = std::min(static_cast<std::int64_t>(number(request, "wait_ms", 0)), feed_wait_ms_max);
  auto const until_ms = context_.clock.monotonic_ms() + wait_ms;
  while (context_.writer.durable_lsn(exam->journal) <= after && !context_.draining) {
    auto const left_ms = until_ms - context_.clock.monotonic_ms();
    if (left_ms <= 0) break;
    co_await exam->grew.wait(std::chrono::milliseconds(left_ms));
  }
  // A follower that waits gets a handful of entries at once instead of one read per commit.
  auto const left_ms = std::min(until_ms - context_.clock.monotonic_ms(), feed_gather_ms);
  if (left_ms > 0 && !context_.draining && context_.writer.durable_lsn(exam->journal) < after + max) {
    LoopTimer timer(context_.executor, std::chrono::milliseconds(left_ms));
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
  http::Response response;
  response.content_type = "application/x-ndjson";
  if (context_.writer.durable_lsn(exam->journal) <= after) co_return response;
  std::function<Result<std::string>()> work = [directory = exam->directory, after, max] {
    return read_lines(directory, after, max);
  };
  auto lines = co_await run_on_pool<Result<std::string>>(context_.pool, context_.executor, std::move(work));
  if (!lines) co_return refuse(lines.error());
  response.body = std::move(*lines);
  co_return response;
}

}  // namespace proktor::api
