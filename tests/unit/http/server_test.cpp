#include "running_server.hpp"

#include <catch2/catch.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <unistd.h>

using namespace proktor;
using namespace proktor::http;
using namespace proktor::http::test;
using namespace std::chrono_literals;

namespace {

std::string const common_headers =
    "Cache-Control: no-store\r\n"
    "Content-Security-Policy: default-src 'self'; img-src 'self' blob: data:; media-src 'self' blob:; object-src "
    "'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'\r\n"
    "X-Content-Type-Options: nosniff\r\n"
    "Referrer-Policy: no-referrer\r\n"
    "Cross-Origin-Opener-Policy: same-origin\r\n"
    "Cross-Origin-Resource-Policy: same-origin\r\n"
    "Permissions-Policy: camera=(), microphone=(), geolocation=(), usb=(), payment=()\r\n";

Limits quick_limits() {
  Limits limits;
  limits.deadline_tick = 2ms;
  return limits;
}

std::string get(std::string const& path) { return "GET " + path + " HTTP/1.1\r\nHost: box\r\n\r\n"; }

std::string code_in(std::string const& response) {
  std::string const body = body_of(response);
  std::string const mark = "{\"error\":{\"code\":\"";
  if (!body.starts_with(mark)) return "no code: " + response;
  return body.substr(mark.size(), body.find('"', mark.size()) - mark.size());
}

}  // namespace

TEST_CASE("A response has exactly these bytes") {
  RunningServer server;
  server.start();
  RawPeer peer(server.port);
  peer.send("POST /api/x?a=1 HTTP/1.1\r\nHost: box\r\nContent-Length: 5\r\n\r\nhallo");
  CHECK(peer.read_response() ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 17\r\nConnection: keep-alive\r\n" +
            common_headers + "\r\nPOST /api/x hallo");
  peer.send("HEAD /y HTTP/1.1\r\nHost: box\r\nConnection: close\r\n\r\n");
  CHECK(peer.read_all() ==
        "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 8\r\nConnection: close\r\n" + common_headers +
            "\r\n");
}

TEST_CASE("A response's own headers take the place of the standing ones and cannot split the response") {
  RunningServer server;
  server.application.on_handle = [](Request) -> boost::asio::awaitable<Response> {
    Response response;
    response.status = 204;
    response.headers = {{"Cache-Control", "private"}, {"X-Evil", "a\r\nSet-Cookie: b"}, {"content-security-policy", "sandbox"}};
    co_return response;
  };
  server.start();
  RawPeer peer(server.port);
  peer.send(get("/"));
  std::string const head = peer.read_until("\r\n\r\n");
  CHECK(head.starts_with("HTTP/1.1 204 No Content\r\nConnection: keep-alive\r\nCache-Control: private\r\n"
                         "content-security-policy: sandbox\r\nX-Content-Type-Options"));
  CHECK(head.find("Evil") == std::string::npos);
  CHECK(head.find("no-store") == std::string::npos);
}

TEST_CASE("Pipelined requests are answered in order, one at a time, also when the bytes come in crumbs") {
  RunningServer server;
  int running = 0;
  server.application.on_handle = [&](Request request) -> boost::asio::awaitable<Response> {
    CHECK(++running == 1);
    boost::asio::steady_timer turn(server.executor(), 1ms);
    co_await turn.async_wait(boost::asio::use_awaitable);
    --running;
    co_return TestApplication::echo(request);
  };
  server.start();
  RawPeer peer(server.port);
  std::string all;
  for (int i = 0; i < 40; ++i) all += get("/" + std::to_string(i));
  all += "POST /last HTTP/1.1\r\nHost: box\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n2;x=y\r\nde\r\n0\r\n\r\n";
  for (std::size_t at = 0; at < all.size(); at += 7) peer.send(all.substr(at, 7));
  for (int i = 0; i < 40; ++i) CHECK(body_of(peer.read_response()) == "GET /" + std::to_string(i) + " ");
  CHECK(body_of(peer.read_response()) == "POST /last abcde");
  CHECK(server.stats().requests == 41);
  CHECK(server.stats().connections_accepted == 1);
}

TEST_CASE("A request head arrives decoded") {
  RunningServer server;
  RequestHead seen;
  server.application.on_inspect = [&](RequestHead const& head) {
    seen = head;
    return HeadDecision{};
  };
  server.start();
  RawPeer peer(server.port);
  peer.send("GET /t%C3%A9s/a%20b?x=1%2B1&y=a+b&z HTTP/1.1\r\nhOST: box\r\nCookie: a=1; __Host-p=x.y=; c\r\n"
            "Cookie: d=2\r\n\r\n");
  REQUIRE(status_of(peer.read_response()) == 200);
  CHECK(seen.path == "/tés/a b");
  CHECK(seen.query == Fields{{"x", "1+1"}, {"y", "a b"}, {"z", ""}});
  CHECK(seen.header("Host") == "box");
  CHECK(seen.cookie("__Host-p") == "x.y=");
  CHECK(seen.cookie("d") == "2");
  CHECK(seen.cookie("c").empty());
  CHECK(seen.peer.address == "127.0.0.1");
  CHECK(seen.peer.loopback);
  CHECK_FALSE(seen.tls);
}

TEST_CASE("Malformed requests get a coded error and the connection closes") {
  RunningServer server;
  server.start();
  struct Case {
    std::string bytes;
    std::string code;
  };
  std::string const host = "Host: box\r\n";
  std::vector<Case> const cases{
      {"hello\r\n\r\n", "bad_request"},
      {"GET / HTTP/3.7\r\n" + host + "\r\n", "bad_request"},
      {"GET / HTTP/1.1\r\n\r\n", "bad_request"},
      {"GET / HTTP/1.1\r\n" + host + host + "\r\n", "bad_request"},
      {"GET http://box/ HTTP/1.1\r\n" + host + "\r\n", "bad_request"},
      {"GET /a/../b HTTP/1.1\r\n" + host + "\r\n", "bad_request"},
      {"GET /a/%2e%2E HTTP/1.1\r\n" + host + "\r\n", "bad_request"},
      {"GET /a%00b HTTP/1.1\r\n" + host + "\r\n", "bad_request"},
      {"GET /a%0d%0ab HTTP/1.1\r\n" + host + "\r\n", "bad_request"},
      {"GET /a%5cb HTTP/1.1\r\n" + host + "\r\n", "bad_request"},
      {"GET /%ff HTTP/1.1\r\n" + host + "\r\n", "bad_request"},
      {"GET /%4 HTTP/1.1\r\n" + host + "\r\n", "bad_request"},
      {"GET /?%zz=1 HTTP/1.1\r\n" + host + "\r\n", "bad_request"},
      {"OPTIONS * HTTP/1.1\r\n" + host + "\r\n", "bad_request"},
      {"GET / HTTP/1.1\r\n" + host + "Bad Name: x\r\n\r\n", "bad_request"},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", "bad_request"},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: -1\r\n\r\n", "bad_request"},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", "bad_request"},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: gzip\r\n\r\n", "bad_request"},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\nzz\r\n", "bad_request"},
      {"POST / HTTP/1.1\r\n" + host + "Content-Length: 4097\r\n\r\n" + std::string(4097, 'x'), "too_large"},
      {"POST / HTTP/1.1\r\n" + host + "Transfer-Encoding: chunked\r\n\r\n1002\r\n" + std::string(4098, 'x'), "too_large"},
      {"GET / HTTP/1.1\r\n" + host + "X: " + std::string(9000, 'x') + "\r\n\r\n", "headers_too_large"},
      {"GET /" + std::string(9000, 'x') + " HTTP/1.1\r\n" + host + "\r\n", "headers_too_large"},
  };
  for (auto const& c : cases) {
    CAPTURE(c.bytes.substr(0, 120));
    RawPeer peer(server.port);
    peer.send(c.bytes);
    std::string const answer = peer.read_all();
    CHECK(code_in(answer) == c.code);
    CHECK(answer.find("Connection: close\r\n") != std::string::npos);
  }
  CHECK(server.stats().requests_refused == cases.size());
}

TEST_CASE("A body as large as allowed is taken, and Expect: 100-continue is answered before it") {
  RunningServer server;
  server.application.on_inspect = [](RequestHead const& head) {
    return HeadDecision{head.path == "/big" ? std::size_t{100'000} : std::size_t{10}, std::nullopt, false};
  };
  server.start();
  RawPeer peer(server.port);
  peer.send("POST /big HTTP/1.1\r\nHost: b\r\nExpect: 100-continue\r\nContent-Length: 100000\r\n\r\n");
  CHECK(peer.read_until("\r\n\r\n") == "HTTP/1.1 100 Continue\r\n\r\n");
  peer.send(std::string(100'000, 'x'));
  CHECK(body_of(peer.read_response()) == "POST /big " + std::string(100'000, 'x'));
  peer.send("POST /small HTTP/1.1\r\nHost: b\r\nExpect: 100-continue\r\nContent-Length: 11\r\n\r\n");
  CHECK(code_in(peer.read_all()) == "too_large");
}

TEST_CASE("The application may refuse by the headers alone") {
  RunningServer server;
  server.application.on_inspect = [](RequestHead const& head) {
    HeadDecision decision;
    if (head.path == "/no") decision.refuse = error_response(Errc::origin_refused);
    return decision;
  };
  server.start();
  RawPeer peer(server.port);
  peer.send(get("/no") + get("/yes"));
  CHECK(code_in(peer.read_response()) == "origin_refused");
  CHECK(body_of(peer.read_response()) == "GET /yes ");
  peer.send("POST /no HTTP/1.1\r\nHost: b\r\nContent-Length: 900000\r\n\r\n" + std::string(300'000, 'x'));
  CHECK(code_in(peer.read_all()) == "origin_refused");
}

TEST_CASE("An exception in a handler is 500 with a log id and the connection goes on") {
  RunningServer server;
  server.application.on_handle = [](Request request) -> boost::asio::awaitable<Response> {
    if (request.path == "/throw") throw std::runtime_error("secret detail");
    co_return TestApplication::echo(request);
  };
  server.start();
  RawPeer peer(server.port);
  peer.send(get("/throw"));
  std::string const answer = peer.read_response();
  CHECK(status_of(answer) == 500);
  CHECK(code_in(answer) == "internal");
  CHECK(answer.find("Kode log: ") != std::string::npos);
  CHECK(answer.find("secret") == std::string::npos);
  peer.send(get("/on"));
  CHECK(body_of(peer.read_response()) == "GET /on ");
}

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
