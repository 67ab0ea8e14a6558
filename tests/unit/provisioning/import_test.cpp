// `proktor import` and its neighbours as processes, against a real server on a Unix socket.

#include "support.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace proktor;
namespace json = boost::json;

namespace {

http::Response answer_like_proktord(test::Seen const& request) {
  if (request.path == "/v1/packages") {
    return http::json_response(
        json::serialize(json::object{{"sha256", hex(sha256(request.body))}, {"tests", json::array()}}));
  }
  return http::json_response(
      R"({"event":"latihan-an-2026","stream":"00112233445566778899aabbccddeeff","participants":50,"tests":5,)"
      R"("staff":[{"username":"proktor1","password":"Awal-Sekali-7"}]})");
}

}  // namespace

TEST_CASE("import sends every package, then the event, and shows first passwords") {
  test::TempDir dir;
  test::make_demo_event(dir / "event");
  test::ControlServer server(dir / "control.sock");
  server.answer_with(answer_like_proktord);
  auto const outcome =
      test::proktor({"import", (dir / "event").string(), "--control", (dir / "control.sock").string()});
  INFO(outcome.out << outcome.err);
  REQUIRE(outcome.exit_code == 0);
  CHECK(outcome.out.find("50 peserta") != std::string::npos);
  CHECK(outcome.out.find("Awal-Sekali-7") != std::string::npos);

  auto const seen = server.seen();
  REQUIRE(seen.size() == 6);
  for (std::size_t i = 0; i < 5; ++i) {
    CHECK(seen[i].path == "/v1/packages");
    CHECK(seen[i].content_type == "application/zip");
  }
  CHECK(seen[0].body == test::read(dir / "event/latihan.paket"));
  CHECK(seen[5].path == "/v1/import");
  CHECK(seen[5].content_type == "application/json");
  auto const sent = json::parse(seen[5].body).as_object();
  CHECK(sent.at("event").at("id") == "latihan-an-2026");
  CHECK(sent.at("organiser").at("id") == "nasional");
  CHECK(sent.at("tests").at(0).at("package").as_string() == hex(sha256(seen[0].body)));
  CHECK(sent.at("tests").at(1).at("duration_ms") == 75 * 60'000);
  CHECK(sent.at("sittings").at(0).at("starts_at") == 1'795'393'800'000);
  CHECK(sent.at("sittings").at(0).at("tests").as_array().size() == 3);
  auto const& first = sent.at("participants").at(0).as_object();
  CHECK(first.at("nisn") == "0129900001");
  CHECK(first.at("password") == "323328*");
  CHECK(first.at("seat") == 1);
  CHECK(first.at("sittings").as_array().size() == 2);
  CHECK(sent.at("staff").at(1).at("role") == "teknisi");
}

TEST_CASE("with anything wrong nothing is sent, and the findings come as JSON") {
  test::TempDir dir;
  test::make_demo_event(dir / "event");
  auto const roster = dir / "event/participants.csv";
  test::write(roster, test::replaced(test::read(roster), "0139900002,", "0129900001,"));
  test::ControlServer server(dir / "control.sock");
  auto const outcome = test::proktor(
      {"import", (dir / "event").string(), "--control", (dir / "control.sock").string(), "--json"});
  CHECK(outcome.exit_code == 2);
  CHECK(server.seen().empty());
  auto const out = json::parse(outcome.out).as_object();
  CHECK(out.at("ok") == false);
  REQUIRE(out.at("findings").as_array().size() == 1);
  auto const& finding = out.at("findings").at(0).as_object();
  CHECK(finding.at("code") == "twice");
  CHECK(finding.at("file") == "participants.csv");
  CHECK(finding.at("line") == 3);
  CHECK(finding.at("field") == "nisn");
  CHECK(finding.at("detail") == "0129900001");
}

TEST_CASE("a refusal of the server is exit 2 with its code, an absent server exit 1") {
  test::TempDir dir;
  test::make_demo_event(dir / "event");
  std::vector<std::string> const command = {"import", (dir / "event").string(), "--control",
                                            (dir / "control.sock").string(), "--json"};
  auto const absent = test::proktor(command);
  CHECK(absent.exit_code == 1);
  CHECK(json::parse(absent.out).at("error").at("code") == "unreachable");

  test::ControlServer server(dir / "control.sock");
  server.answer_with([](test::Seen const& request) {
    if (request.path == "/v1/packages") return answer_like_proktord(request);
    return http::error_response(Errc::already_imported);
  });
  auto const refused = test::proktor(command);
  CHECK(refused.exit_code == 2);
  CHECK(json::parse(refused.out).at("error").at("code") == "already_imported");

  server.answer_with([](test::Seen const& request) {
    if (request.path == "/v1/packages") return answer_like_proktord(request);
    json::object const error{{"code", "event_invalid"},
                             {"message", describe(fail(Errc::event_invalid, "tests.literasi"))}};
    return http::json_response(json::serialize(json::object{{"error", error}}), 422);
  });
  auto const invalid = test::proktor(command);
  CHECK(invalid.exit_code == 2);
  CHECK(json::parse(invalid.out).at("error").at("code") == "event_invalid");
  CHECK(json::parse(invalid.out).at("error").at("detail") == "tests.literasi");
}

TEST_CASE("status and token ask the control socket and speak to a person") {
  test::TempDir dir;
  test::ControlServer server(dir / "control.sock");
  server.answer_with([](test::Seen const& request) {
    if (request.path == "/v1/token")
      return http::json_response(R"({"token":"KVMRTA","until_ms":125000,"released":true})");
    return http::json_response(
        R"({"box":"KOTAK-1","version":"0.1.0","sitting":null,"queue":0,"cpu_ms":1500,)"
        R"("journals":[{"journal":"latihan-an-2026","stream":"00ff","last_lsn":42}]})");
  });
  auto const status = test::proktor({"status", "--control", (dir / "control.sock").string()});
  CHECK(status.exit_code == 0);
  CHECK(status.out.find("KOTAK-1") != std::string::npos);
  CHECK(status.out.find("tidak ada yang dibuka") != std::string::npos);
  CHECK(status.out.find("latihan-an-2026") != std::string::npos);
  auto const token =
      test::proktor({"token", "latihan-an-2026:S1", "--control", (dir / "control.sock").string()});
  CHECK(token.exit_code == 0);
  CHECK(token.out == "KVMRTA  (berlaku 2 menit 5 detik lagi)\n");
  CHECK(server.seen().back().query == "sitting=latihan-an-2026:S1");

  server.answer_with([](test::Seen const&) { return http::error_response(Errc::bad_field); });
  auto const unknown = test::proktor({"token", "S9", "--control", (dir / "control.sock").string()});
  CHECK(unknown.exit_code == 2);
  CHECK(unknown.err.find("Sesi S9 tidak dikenal") == 0);
}

TEST_CASE("every verb explains itself, and a wrong command line is exit 1") {
  std::vector<std::vector<std::string>> const verbs = {{},
                                                       {"keys", "init"},
                                                       {"enrol"},
                                                       {"package", "build"},
                                                       {"package", "inspect"},
                                                       {"qti", "view"},
                                                       {"import"},
                                                       {"run"},
                                                       {"verify"},
                                                       {"status"},
                                                       {"token"},
                                                       {"drill"}};
  for (auto verb : verbs) {
    verb.push_back("--help");
    auto const outcome = test::proktor(verb);
    INFO(outcome.out << outcome.err);
    CHECK(outcome.exit_code == 0);
    CHECK(outcome.out.find("Pemakaian: proktor") != std::string::npos);
    CHECK(outcome.out.find("Usage") == std::string::npos);
  }
  CHECK(test::proktor({"--version"}).out == "proktor " PROKTOR_VERSION "\n");
  CHECK(test::proktor({}).exit_code == 1);
  CHECK(test::proktor({"import"}).exit_code == 1);
  CHECK(test::proktor({"hapus"}).exit_code == 1);
}
