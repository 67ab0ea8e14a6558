#include "running_server.hpp"

#include <atomic>
#include <catch2/catch.hpp>

#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <stdexcept>

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
  std::atomic<bool> overlapped = false;
  server.application.on_handle = [&](Request request) -> boost::asio::awaitable<Response> {
    if (++running != 1) overlapped = true;
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
  CHECK_FALSE(overlapped);
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
