#include "running_server.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <filesystem>
#include <fstream>

#include <unistd.h>

using namespace proktor;
using namespace proktor::http;
using namespace proktor::http::test;
using namespace std::chrono_literals;

TEST_CASE("Slow peers meet a deadline: while idle, in the headers, in the body, in reading the answer") {
  Limits limits = quick_limits();
  SECTION("idle") {
    limits.idle_deadline = 30ms;
    RunningServer server(limits);
    server.start();
    RawPeer peer(server.port);
    peer.send(get("/"));
    CHECK(status_of(peer.read_response()) == 200);
    CHECK(peer.read_all().empty());
    CHECK(server.stats().deadlines_missed == 0);
  }
  SECTION("headers") {
    limits.header_deadline = 30ms;
    RunningServer server(limits);
    server.start();
    RawPeer peer(server.port);
    peer.send("GET / HTTP/1.1\r\nHost");
    CHECK(code_in(peer.read_all()) == "timeout");
    CHECK(server.stats().deadlines_missed >= 1);
  }
  SECTION("body") {
    limits.body_deadline = 30ms;
    RunningServer server(limits);
    server.start();
    RawPeer peer(server.port);
    peer.send("POST / HTTP/1.1\r\nHost: b\r\nContent-Length: 10\r\n\r\nabc");
    CHECK(code_in(peer.read_all()) == "timeout");
  }
  SECTION("answer") {
    limits.write_deadline = 50ms;
    RunningServer server(limits);
    auto const big = std::make_shared<std::string const>(64 * 1024 * 1024, 'x');
    server.application.on_handle = [big](Request) -> boost::asio::awaitable<Response> {
      Response response;
      response.body = big;
      co_return response;
    };
    server.start();
    RawPeer peer(server.port, 4096);
    peer.send(get("/"));
    CHECK(server.eventually([](ServerStats const& s) { return s.deadlines_missed == 1 && s.connections_open == 0; }));
  }
}

TEST_CASE("Large bodies arrive whole and do not keep small answers waiting") {
  RunningServer server;
  auto const big = std::make_shared<std::string const>(48 * 1024 * 1024, 'x');
  server.application.on_handle = [big](Request request) -> boost::asio::awaitable<Response> {
    if (request.path != "/big") co_return TestApplication::echo(request);
    Response response;
    response.body = big;
    co_return response;
  };
  server.start();
  std::size_t got = 0;
  std::thread reader([&] {
    ClientLimits limits;
    limits.body_bytes_max = big->size();
    auto const answer = send_blocking(server.endpoint(), std::nullopt, ClientRequest{Method::get, "/big"}, limits);
    got = answer ? answer->body.size() : 0;
  });
  RawPeer peer(server.port);
  for (int i = 0; i < 20; ++i) {
    peer.send(get("/small"));
    CHECK(body_of(peer.read_response()) == "GET /small ");
  }
  reader.join();
  CHECK(got == big->size());
}

TEST_CASE("Connections per address are bounded, and an address with a live session may have more") {
  Limits limits;
  limits.connections_per_address_max = 3;
  limits.connections_per_address_live_max = 5;
  RunningServer server(limits);
  server.application.on_inspect = [](RequestHead const& head) {
    return HeadDecision{0, std::nullopt, head.path == "/live"};
  };
  server.start();
  std::vector<RawPeer> peers;
  for (int i = 0; i < 3; ++i) {
    peers.emplace_back(server.port);
    peers.back().send(get("/"));
    CHECK(status_of(peers.back().read_response()) == 200);
  }
  RawPeer fourth(server.port);
  std::string const answer = fourth.try_send(get("/")) ? fourth.read_all() : "";
  CHECK((answer.empty() || answer == "RESET"));
  CHECK(server.stats().connections_refused == 1);
  peers[0].send(get("/live"));
  CHECK(status_of(peers[0].read_response()) == 200);
  peers.emplace_back(server.port);
  peers.back().send(get("/"));
  CHECK(status_of(peers.back().read_response()) == 200);
  // Leaving makes room again.
  peers.clear();
  CHECK(server.eventually([](ServerStats const& s) { return s.connections_open == 0; }));
  for (int i = 0; i < 5; ++i) {
    peers.emplace_back(server.port);
    peers.back().send(get("/"));
    CHECK(status_of(peers.back().read_response()) == 200);
  }
}

TEST_CASE("Bodies in flight share one budget: over it 503, large ones leave room for small ones, and all of it comes back") {
  Limits limits = quick_limits();
  limits.bodies_bytes_max = 300'000;
  limits.bodies_large_bytes_max = 200'000;
  limits.body_deadline = 500ms;
  RunningServer server(limits);
  server.application.on_inspect = [](RequestHead const&) { return HeadDecision{100'000}; };
  server.application.on_handle = [](Request request) -> boost::asio::awaitable<Response> {
    if (request.path == "/throws") throw std::runtime_error("planted");
    co_return TestApplication::echo(request);
  };
  server.start();
  auto const begin = [](std::string const& path, std::string const& framing) {
    return "POST " + path + " HTTP/1.1\r\nHost: b\r\n" + framing + "\r\n\r\n";
  };
  auto const holds = [&](std::uint64_t bytes) {
    return server.eventually([bytes](ServerStats const& s) { return s.body_bytes == bytes; });
  };
  std::vector<RawPeer> peers;
  for (auto const* framing : {"Content-Length: 100000", "Transfer-Encoding: chunked"}) {
    peers.emplace_back(server.port);
    peers.back().send(begin("/", framing));
  }
  REQUIRE(holds(200'000));
  RawPeer large(server.port);
  large.send(begin("/", "Content-Length: 65537"));
  std::string const refused = large.read_all();
  CHECK(status_of(refused) == 503);
  CHECK(code_in(refused) == "queue_full");
  CHECK(refused.find("Retry-After: ") != std::string::npos);
  RawPeer small(server.port);
  for (auto const* path : {"/", "/throws"}) {  // an answer and an exception give it back
    small.send(begin(path, "Content-Length: 3") + "abc");
    CHECK(status_of(small.read_response()) == (path == std::string("/") ? 200 : 500));
  }
  for (int i = 0; i < 2; ++i) {
    peers.emplace_back(server.port);
    peers.back().send(begin("/", "Content-Length: 50000"));
  }
  REQUIRE(holds(300'000));
  CHECK(server.stats().bodies_refused == 1);
  small.send(begin("/", "Content-Length: 1") + "a");
  CHECK(code_in(small.read_all()) == "queue_full");
  peers.pop_back();  // the peer leaves
  REQUIRE(holds(250'000));
  CHECK(code_in(peers.back().read_all()) == "timeout");
  CHECK(holds(0));
}

TEST_CASE("What waits in an event stream is bounded in bytes too; one large frame passes") {
  EventStream stream;
  std::string const large(event_bytes_max + 1, 'x');
  std::string const half(event_bytes_max / 2 + 1, 'x');
  CHECK(stream.push(large));
  CHECK_FALSE(stream.take_resync());
  CHECK(stream.take_frame()->size() == large.size());
  CHECK(stream.push(half));
  CHECK_FALSE(stream.take_resync());
  CHECK(stream.push(half));
  CHECK(stream.take_resync());
  CHECK(*stream.take_frame() == "event: resync\ndata: {}\n\n");
  CHECK(stream.empty());
  CHECK(stream.push(half));
  CHECK_FALSE(stream.take_resync());
  CHECK(stream.take_frame()->size() == half.size());
}

TEST_CASE("Drain lets a running request finish, closes idle connections and streams, and cuts what hangs") {
  Limits limits = quick_limits();
  RunningServer server(limits);
  auto const events = std::make_shared<EventStream>();
  server.application.on_handle = [&](Request request) -> boost::asio::awaitable<Response> {
    Response response = TestApplication::echo(request);
    if (request.path == "/events") response.body = events;
    if (request.path == "/slow") {
      boost::asio::steady_timer timer(server.executor(), 60ms);
      co_await timer.async_wait(boost::asio::use_awaitable);
    }
    co_return response;
  };
  server.start();
  RawPeer idle(server.port);
  idle.send(get("/"));
  CHECK(status_of(idle.read_response()) == 200);
  RawPeer listener(server.port);
  listener.send(get("/events"));
  listener.read_until("\r\n\r\n");
  RawPeer half(server.port);
  half.send("GET /half HTTP/1.1\r\n");
  RawPeer slow(server.port);
  slow.send(get("/slow"));
  REQUIRE(server.eventually([](ServerStats const& s) { return s.requests == 3 && s.connections_open == 4; }));
  auto const before = std::chrono::steady_clock::now();
  auto drained = server.drain(300ms);
  std::string const answer = slow.read_all();
  CHECK(body_of(answer) == "GET /slow ");
  CHECK(answer.find("Connection: close") != std::string::npos);
  CHECK(idle.read_all().empty());
  CHECK(listener.read_all().empty());
  drained.get();
  auto const took = std::chrono::steady_clock::now() - before;
  CHECK(took < 3s);
  CHECK(server.stats().connections_open == 0);
}

TEST_CASE("A Unix socket is served, its stale file replaced, a living one left alone") {
  auto const directory = std::filesystem::temp_directory_path() / ("proktor-http-" + std::to_string(::getpid()));
  std::filesystem::create_directories(directory);
  auto const path = directory / "control.sock";
  { auto const stale = bind_unix(path, 0600).value(); }
  auto bound = bind_unix(path, 0660);
  REQUIRE(bound.has_value());
  CHECK((std::filesystem::status(path).permissions() & std::filesystem::perms::all) ==
        static_cast<std::filesystem::perms>(0660));
  CHECK_FALSE(bind_unix(path, 0600).has_value());
  boost::asio::io_context context(1);
  TestApplication application;
  Peer seen;
  application.on_inspect = [&](RequestHead const& head) {
    seen = head.peer;
    return HeadDecision{};
  };
  Server server(context.get_executor(), application);
  server.listen(std::move(*bound));
  Client client(context.get_executor(), Endpoint{"localhost", 0, path.string(), ""});
  auto result = boost::asio::co_spawn(context, client.send(ClientRequest{Method::get, "/healthz"}),
                                      boost::asio::use_future);
  while (result.wait_for(0s) != std::future_status::ready) context.run_one();
  CHECK(result.get().value().body == "GET /healthz ");
  CHECK(seen.unix_socket);
  CHECK_FALSE(seen.loopback);
  std::ofstream(directory / "file") << "x";
  CHECK_FALSE(bind_unix(directory / "file", 0600).has_value());
  std::filesystem::remove_all(directory);
}
