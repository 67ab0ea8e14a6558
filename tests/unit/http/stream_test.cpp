#include "running_server.hpp"

#include "base/random.hpp"
#include "http/static.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <array>

using namespace proktor;
using namespace proktor::http;
using namespace proktor::http::test;
using namespace std::chrono_literals;

namespace {

// Gives `pieces` pieces, or waits until the peer has left when it is live.
class Pieces final : public BodySource {
 public:
  Pieces(boost::asio::any_io_executor executor, int pieces, bool live, std::optional<std::uint64_t> length)
      : timer_(std::move(executor)), pieces_(pieces), live_(live), length_(length) {}
  std::optional<std::uint64_t> length() const override { return length_; }
  bool live() const override { return live_; }
  void peer_left() override {
    left = true;
    timer_.cancel();
  }
  boost::asio::awaitable<Result<std::string>> next(std::size_t) override {
    if (pieces_-- > 0) co_return std::string("piece\n");
    if (!live_) co_return std::string();
    timer_.expires_after(1h);
    boost::system::error_code ignored;
    co_await timer_.async_wait(boost::asio::redirect_error(boost::asio::use_awaitable, ignored));
    co_return fail(Errc::unreachable);
  }
  bool left = false;

 private:
  boost::asio::steady_timer timer_;
  int pieces_;
  bool const live_;
  std::optional<std::uint64_t> const length_;
};

struct Streams {
  explicit Streams(std::size_t frames_max, std::chrono::milliseconds heartbeat = 1h)
      : server(limits()), events(std::make_shared<EventStream>(frames_max, heartbeat)) {
    server.application.on_handle = [this](Request) -> boost::asio::awaitable<Response> {
      Response response;
      response.body = events;
      co_return response;
    };
    server.start();
  }
  static Limits limits() {
    Limits limits;
    limits.deadline_tick = 2ms;
    return limits;
  }
  RunningServer server;
  std::shared_ptr<EventStream> events;
};

}  // namespace

TEST_CASE("Events reach the peer in order, with heartbeats between them, until the server ends the stream") {
  Streams s(64, 20ms);
  RawPeer peer(s.server.port);
  peer.send(get("/"));
  CHECK(peer.read_until("\r\n\r\n").find("Content-Type: text/event-stream\r\n") != std::string::npos);
  CHECK(peer.read_until(":\n\n") == ":\n\n");
  s.server.on_thread([&] {
    CHECK(s.events->push_event("board", "{\"a\":1}"));
    CHECK(s.events->push(std::make_shared<std::string const>("event: rows\ndata: {}\n\n")));
    s.events->close();
    CHECK_FALSE(s.events->push("late"));
  });
  std::string rest = peer.read_all();
  while (rest.starts_with(":\n\n")) rest.erase(0, 3);
  CHECK(rest == "event: board\ndata: {\"a\":1}\n\nevent: rows\ndata: {}\n\n");
}

TEST_CASE("A producer learns that the peer has left") {
  Streams s(64);
  bool told = false;
  s.server.on_thread([&] { s.events->on_close([&] { told = true; }); });
  {
    RawPeer peer(s.server.port);
    peer.send(get("/"));
    peer.read_until("\r\n\r\n");
  }
  CHECK(s.server.eventually([](ServerStats const& stats) { return stats.connections_open == 0; }));
  CHECK(s.server.on_thread([&] { return told && s.events->closed(); }));
}

TEST_CASE("A slow reader loses its queue, not the server's memory, and is told to start over") {
  Streams s(8);
  RawPeer peer(s.server.port, 4096);
  peer.send(get("/"));
  peer.read_until("\r\n\r\n");
  std::string const frame = event_frame("rows", std::string(200'000, 'x'));
  bool resync = false;
  s.server.on_thread([&] {
    for (int i = 0; i < 195; ++i) s.events->push(frame);
    resync = s.events->take_resync();
    CHECK_FALSE(s.events->take_resync());
    s.events->push_event("board", "{}");
    s.events->close();
  });
  CHECK(resync);
  std::string const all = peer.read_all();
  CHECK(all.size() < 10 * frame.size());
  CHECK(all.find("event: resync\ndata: {}\n\n") != std::string::npos);
  CHECK(all.ends_with("event: board\ndata: {}\n\n"));
}

TEST_CASE("Bodies made piece by piece are chunked or of known length, and a broken promise is noticed") {
  RunningServer server;
  std::shared_ptr<Pieces> source;
  server.application.on_handle = [&](Request request) -> boost::asio::awaitable<Response> {
    std::optional<std::uint64_t> length;
    if (request.path == "/known") length = 18;
    if (request.path == "/short") length = 19;
    source = std::make_shared<Pieces>(server.executor(), 3, request.path == "/live", length);
    Response response;
    response.body = source;
    co_return response;
  };
  server.start();
  auto const fetch = [&](std::string target) {
    return send_blocking(server.endpoint(), std::nullopt, ClientRequest{Method::get, std::move(target)});
  };
  CHECK(fetch("/chunked").value().body == "piece\npiece\npiece\n");
  CHECK(fetch("/known").value().body == "piece\npiece\npiece\n");
  CHECK(fetch("/short").error() == Errc::unreachable);
  RawPeer peer(server.port);
  peer.send(get("/known"));
  CHECK(body_of(peer.read_response()) == "piece\npiece\npiece\n");
  peer.send(get("/live"));
  peer.read_until("6\r\npiece\n\r\n6\r\npiece\n\r\n6\r\npiece\n\r\n");
  peer.close();
  CHECK(server.eventually([](ServerStats const& stats) { return stats.connections_open == 0; }));
  CHECK(source->left);
}

TEST_CASE("Static files come in the best encoding that the browser takes, and are not sent twice") {
  static constexpr std::array<Asset, 2> table{{
      {"/aset/app.js", "text/javascript", "plain", "gzipped", "brotlied", "abc", true},
      {"/tes", "text/html", "<p>", "", "", "def", false},
  }};
  StaticAssets const assets(table);
  RequestHead head;
  head.path = "/aset/app.js";
  auto const ask = [&](std::string codings, std::string none_match = "") {
    head.headers = {{"Accept-Encoding", std::move(codings)}, {"If-None-Match", std::move(none_match)}};
    return assets.find(head).value();
  };
  auto const body = [](Response const& r) { return std::get<StaticBytes>(r.body).bytes; };
  CHECK(body(ask("gzip, deflate, br")) == "brotlied");
  CHECK(body(ask("gzip;q=1.0, br;q=0")) == "gzipped");
  CHECK(body(ask("")) == "plain");
  CHECK(find_field(ask("").headers, "Cache-Control") == "public, max-age=31536000, immutable");
  CHECK(find_field(ask("br").headers, "ETag") == "\"abc-br\"");
  CHECK(ask("br", "\"x\", W/\"abc-br\"").status == 304);
  CHECK(ask("br", "\"abc\"").status == 200);
  head.method = Method::post;
  CHECK(ask("br").status == 405);
  head.method = Method::get;
  CHECK_FALSE(assets.find(head, "/nothing").has_value());
  CHECK(find_field(assets.find(head, "/tes")->headers, "Cache-Control") == "no-cache");
}

TEST_CASE("A client keeps its connection, and takes a new one when the server was restarted") {
  RunningServer server;
  server.start();
  boost::asio::io_context context(1);
  Client client(context.get_executor(), server.endpoint());
  auto const send = [&](ClientRequest request) {
    Result<ClientResponse> outcome = fail(Errc::internal);
    context.restart();
    boost::asio::co_spawn(context, client.send(std::move(request)),
                          [&](std::exception_ptr, Result<ClientResponse> result) { outcome = std::move(result); });
    context.run();
    return outcome;
  };
  for (int i = 0; i < 5; ++i) CHECK(send({Method::post, "/a", {}, "text/plain", "b"}).value().body == "POST /a b");
  CHECK(server.stats().connections_accepted == 1);
  server.stop();
  server.start();
  CHECK(send({Method::get, "/c"}).value().body == "GET /c ");
  CHECK(server.stats().connections_accepted == 1);
}

TEST_CASE("A client gives up in time, bounds what it takes, and hands pieces on") {
  RunningServer server;
  server.application.on_handle = [&](Request request) -> boost::asio::awaitable<Response> {
    if (request.path == "/never") {
      boost::asio::steady_timer timer(server.executor(), 1h);
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
    Response response;
    response.body = std::string(100'000, 'x');
    co_return response;
  };
  server.start();
  ClientLimits limits;
  limits.read_deadline = 30ms;
  CHECK(send_blocking(server.endpoint(), std::nullopt, {Method::get, "/never"}, limits).error() == Errc::timeout);
  limits.read_deadline = 10s;
  limits.body_bytes_max = 99'999;
  CHECK(send_blocking(server.endpoint(), std::nullopt, {Method::get, "/"}, limits).error() == Errc::too_large);
  std::size_t taken = 0;
  ClientRequest request{Method::get, "/"};
  request.on_body = [&](std::string_view piece) -> Result<void> {
    taken += piece.size();
    return {};
  };
  CHECK(send_blocking(server.endpoint(), std::nullopt, request, limits).value().body.empty());
  CHECK(taken == 100'000);
  request.on_body = [&](std::string_view) -> Result<void> { return fail(Errc::storage_full); };
  CHECK(send_blocking(server.endpoint(), std::nullopt, request, limits).error() == Errc::storage_full);
  server.stop();
  Endpoint nobody = server.endpoint();
  nobody.port = 1;
  CHECK(send_blocking(nobody, std::nullopt, {Method::get, "/"}, limits).error() == Errc::unreachable);
}

TEST_CASE("URLs are taken apart") {
  auto const url = parse_url("https://box.contoh.sch.id:8443/tes?x=1").value();
  CHECK(url.tls);
  CHECK(url.endpoint.host == "box.contoh.sch.id");
  CHECK(url.endpoint.port == 8443);
  CHECK(url.target == "/tes?x=1");
  CHECK(parse_url("http://[::1]").value().endpoint.host == "::1");
  CHECK(parse_url("http://127.0.0.1").value().endpoint.port == 80);
  CHECK(parse_url("unix:/run/x.sock").value().endpoint.unix_path == "/run/x.sock");
  for (auto const* bad : {"", "box:80", "ftp://x/", "https://u:p@x/", "https://", "http://x:99999/", "unix:"}) {
    CAPTURE(bad);
    CHECK(parse_url(bad).has_error());
  }
}

TEST_CASE("Two thousand broken requests harm nobody") {
  Limits limits;
  limits.deadline_tick = 5ms;
  limits.header_deadline = 20ms;
  limits.body_deadline = 20ms;
  RunningServer server(limits);
  server.start();
  std::uint64_t const seed = SystemRandom().next_u64();
  INFO("seed " << seed);
  SplitMix64 random(seed);
  std::vector<std::string> const seeds{
      get("/a/b?c=d"),
      "POST /api/x HTTP/1.1\r\nHost: box\r\nContent-Type: application/json\r\nContent-Length: 7\r\n\r\n{\"a\":1}",
      "POST /c HTTP/1.1\r\nHost: box\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX: y\r\n\r\n",
      "POST /e HTTP/1.1\r\nHost: box\r\nExpect: 100-continue\r\nContent-Length: 2\r\nCookie: a=b; c=d\r\n\r\nxx",
  };
  constexpr std::string_view spice[] = {"\r\n", "\n", "\0", " ", ":", "%00", "%2e%2e/", "Content-Length: 9\r\n", "\xff",
                                        "Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\n", "HTTP/1.1", "chunked"};
  for (int i = 0; i < 2'000; ++i) {
    std::string bytes = seeds[random.below(seeds.size())];
    for (std::uint64_t edits = 1 + random.below(6); edits > 0; --edits) {
      std::size_t const at = random.below(bytes.size());
      switch (random.below(5)) {
        case 0: bytes[at] = static_cast<char>(random.below(256)); break;
        case 1: bytes.erase(at, 1 + random.below(8)); break;
        case 2: bytes.insert(at, spice[random.below(std::size(spice))]); break;
        case 3: bytes.insert(at, bytes.substr(random.below(bytes.size()), random.below(20))); break;
        default: bytes.resize(at); break;
      }
      if (bytes.empty()) bytes = "x";
    }
    RawPeer peer(server.port);
    peer.try_send(bytes);
    if (random.below(4) == 0) peer.read_until("\r\n");
  }
  RawPeer peer(server.port);
  peer.send(get("/still"));
  CHECK(body_of(peer.read_response()) == "GET /still ");
  CHECK(server.eventually([](ServerStats const& stats) { return stats.connections_open == 1; }));
}
