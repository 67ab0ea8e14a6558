#include "certificates.hpp"
#include "running_server.hpp"

#include <catch2/catch.hpp>

#include <vector>

using namespace proktor;
using namespace proktor::http;
using namespace proktor::http::test;
using namespace std::chrono_literals;

namespace {

struct Lab {
  Authority authority;
  Identity server = authority.issue("box", "DNS:box.contoh.sch.id,IP:127.0.0.1");
  Identity client = authority.issue("kotak-1", "DNS:kotak-1");

  TlsContext server_tls(bool mutual = false) {
    std::optional<std::string_view> ca;
    if (mutual) ca = authority.pem();
    return make_server_tls(server.certificate_pem, server.key_pem, ca).value();
  }
};

Result<ClientResponse> fetch(Endpoint endpoint, Result<TlsContext> tls, ClientRequest request = {}) {
  return send_blocking(std::move(endpoint), tls.value(), std::move(request));
}

}  // namespace

TEST_CASE("TLS serves small and large bodies, and says so in the head") {
  Lab lab;
  RunningServer server({}, lab.server_tls());
  bool tls_seen = false;
  auto const big = std::make_shared<std::string const>(3'000'000, 'x');
  server.application.on_handle = [&](Request request) -> boost::asio::awaitable<Response> {
    tls_seen = request.tls;
    Response response = TestApplication::echo(request);
    if (request.path == "/big") response.body = big;
    co_return response;
  };
  server.start();
  auto const small = fetch(server.endpoint(), make_client_tls(lab.authority.pem()),
                           ClientRequest{Method::post, "/a", {}, "text/plain", std::string(4'000, 'y')});
  REQUIRE(small.has_value());
  CHECK(small->body == "POST /a " + std::string(4'000, 'y'));
  CHECK(tls_seen);
  auto const large = fetch(server.endpoint(), make_client_tls(lab.authority.pem()), ClientRequest{Method::get, "/big"});
  REQUIRE(large.has_value());
  CHECK(large->body == *big);
}

TEST_CASE("A client refuses a server of another authority or another name") {
  Lab lab;
  Authority stranger;
  RunningServer server({}, lab.server_tls());
  server.start();
  auto const other_authority = fetch(server.endpoint(), make_client_tls(stranger.pem()));
  REQUIRE(other_authority.has_error());
  CHECK(other_authority.error() == Errc::certificate_invalid);
  Endpoint endpoint = server.endpoint();
  endpoint.server_name = "other.contoh.sch.id";
  auto const other_name = fetch(endpoint, make_client_tls(lab.authority.pem()));
  REQUIRE(other_name.has_error());
  CHECK(other_name.error() == Errc::certificate_invalid);
  endpoint.server_name = "box.contoh.sch.id";
  CHECK(fetch(endpoint, make_client_tls(lab.authority.pem())).has_value());
}

TEST_CASE("Under mutual TLS the proved leaf reaches the application and a client without one gets nothing") {
  Lab lab;
  RunningServer server({}, lab.server_tls(true));
  std::string leaf;
  server.application.on_inspect = [&](RequestHead const& head) {
    leaf = head.peer.certificate_der;
    return HeadDecision{};
  };
  server.start();
  CHECK(fetch(server.endpoint(), make_client_tls(lab.authority.pem())).has_error());
  CHECK(leaf.empty());
  REQUIRE(fetch(server.endpoint(),
                make_client_tls(lab.authority.pem(), lab.client.certificate_pem, lab.client.key_pem)).has_value());
  CHECK(leaf == lab.client.certificate_der);
  Authority stranger;
  Identity const forged = stranger.issue("kotak-1", "DNS:kotak-1");
  CHECK(fetch(server.endpoint(), make_client_tls(lab.authority.pem(), forged.certificate_pem, forged.key_pem))
            .has_error());
}

TEST_CASE("Certificates and keys that do not fit are refused with a reason") {
  Lab lab;
  CHECK(make_server_tls("nonsense", lab.server.key_pem).error() == Errc::certificate_invalid);
  CHECK(make_server_tls(lab.server.certificate_pem, lab.client.key_pem).error() == Errc::certificate_invalid);
  CHECK(make_client_tls("").error() == Errc::certificate_invalid);
}

TEST_CASE("Handshakes that stall or are no TLS end without a word") {
  Lab lab;
  Limits limits;
  limits.deadline_tick = 2ms;
  limits.handshake_deadline = 40ms;
  RunningServer server(limits, lab.server_tls());
  server.start();
  RawPeer silent(server.port);
  CHECK(silent.read_all().empty());
  RawPeer plain(server.port);
  plain.send("GET / HTTP/1.1\r\nHost: box\r\n\r\n");
  plain.read_all();
  CHECK(server.eventually([](ServerStats const& s) { return s.handshakes_failed == 2; }));
}

TEST_CASE("Handshakes beyond an address's rate end without a word") {
  Lab lab;
  Limits limits;
  limits.handshakes_per_address_second_max = 1;
  limits.handshake_queue_max = 0ms;
  RunningServer server(limits, lab.server_tls());
  server.start();
  CHECK(fetch(server.endpoint(), make_client_tls(lab.authority.pem())).has_value());
  std::vector<RawPeer> crowd;  // at once: a slow computer earns no second for each
  for (int i = 0; i < 10; ++i) crowd.emplace_back(server.port);
  CHECK(server.eventually([](ServerStats const& s) { return s.handshakes_refused >= 1; }));
  CHECK(crowd.back().read_all().empty());
}
