#include "box.hpp"

#include "base/bytes.hpp"
#include "http/server.hpp"
#include "provisioning/keys/enrol.hpp"
#include "provisioning/keys/keys.hpp"
#include "tests/unit/package/content_samples.hpp"

#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <csignal>
#include <cstdlib>
#include <ctime>
#include <fstream>
#include <sstream>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace proktor::test {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr char const* raised_limits = R"([web]
connections_per_address_max = 5000
connections_per_address_live_max = 5000
handshakes_per_second_max = 5000
handshakes_per_address_second_max = 5000
handshakes_per_address_live_second_max = 5000
)";

fs::path temporary(char const* pattern) {
  std::string name = (fs::temp_directory_path() / pattern).string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  return name;
}

// One authority for all boxes of the program.
fs::path const& authority() {
  struct Made {
    fs::path root = temporary("proktor-keys-XXXXXX");
    Made() { REQUIRE(keys::make_keys({root / "keys", {}}, std::time(nullptr)).has_value()); }
    ~Made() { fs::remove_all(root); }
  };
  static Made const made;
  static fs::path const path = made.root / "keys";
  return path;
}

Reply to_reply(Result<http::ClientResponse> response) {
  INFO((response ? "" : describe(response.error())));
  REQUIRE(response.has_value());
  return {response->status, std::move(response->headers), std::move(response->body)};
}

json::object participant(unsigned seat) {
  return {{"nisn", fmt::format("00123000{:02}", seat)}, {"username", fmt::format("P{:03}", seat)},
          {"password", fmt::format("9{:04}*", 1000 + seat)}, {"name", fmt::format("Murid {}", seat)}, {"sex", "L"},
          {"birth_place", "Klaten"}, {"birth_date", "2012-01-01"}, {"level", "SMP"}, {"grade", "8"},
          {"npsn", "69900001"}, {"source", "Dapodik"}, {"role", "utama"}, {"needs", ""}, {"room", "R1"},
          {"seat", seat}, {"sittings", json::array{"S1"}}};
}

}  // namespace

std::string Reply::code() const {
  json::error_code error;
  auto const value = json::parse(body, error);
  if (error || !value.is_object()) return {};
  auto const* found = value.as_object().if_contains("error");
  return found == nullptr ? std::string() : std::string(found->at("code").as_string());
}

Box::Box(fs::path data, std::string const& settings) : root_(temporary("proktor-box-XXXXXX")) {
  data_ = data.empty() ? root_ / "data" : std::move(data);
  fs::create_directories(data_);
  keys::EnrolOptions options{authority(), data_, "KOTAK-1", "Kotak Uji", {"127.0.0.1"}, ""};
  REQUIRE(keys::enrol(options, std::time(nullptr)).has_value());
  auto tls = http::make_client_tls(*read_file(data_ / "box" / "school_ca.pem", 1U << 20U));
  REQUIRE(tls.has_value());
  tls_ = std::move(*tls);
  REQUIRE(write_file(root_ / "proktord.toml", raised_limits + settings).has_value());
  auto web = http::bind_tcp("127.0.0.1", 0);
  auto control = http::bind_unix(root_ / "control.sock", 0600);
  auto feed = http::bind_unix(root_ / "feed.sock", 0600);
  REQUIRE((web && control && feed));
  web_ = std::move(*web);
  control_ = std::move(*control);
  feed_ = std::move(*feed);
  port_ = http::port_of(web_);
}

Box::~Box() {
  kill();
  fs::remove_all(root_);
}

int Box::spawn(std::vector<int> const& sockets) {
  std::string const program = std::string(PROKTOR_BIN_DIR) + "/proktord";
  int const pid = ::fork();
  if (pid != 0) return pid;
  // First out of the way of 3, 4, 5, then there, without close-on-exec.
  std::vector<int> copies;
  for (int const fd : sockets) copies.push_back(::fcntl(fd, F_DUPFD_CLOEXEC, 64));
  for (std::size_t i = 0; i < copies.size(); ++i) ::dup2(copies[i], 3 + static_cast<int>(i));
  int const out = ::open((root_ / "log").c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(out, 1);
  ::dup2(out, 2);
  ::setenv("LISTEN_FDS", "3", 1);
  ::setenv("LISTEN_FDNAMES", "web:control:feed", 1);
  ::setenv("LISTEN_PID", std::to_string(::getpid()).c_str(), 1);
  ::execl(program.c_str(), program.c_str(), "--data", data_.c_str(), "--config", (root_ / "proktord.toml").c_str(),
          nullptr);
  ::_exit(127);
}

void Box::start() { pid_ = spawn({web_.get(), control_.get(), feed_.get()}); }

void Box::kill() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(std::exchange(pid_, -1), nullptr, 0);
}

void Box::signal(int number) const { ::kill(pid_, number); }

int Box::stop() {
  signal(SIGTERM);
  return wait();
}

int Box::wait() {
  int status = 0;
  ::waitpid(std::exchange(pid_, -1), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int Box::run_again_beside() {
  int status = 0;
  ::waitpid(spawn({web_.get(), control_.get(), feed_.get()}), &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

std::string Box::log() const {
  std::ostringstream out;
  out << std::ifstream(root_ / "log").rdbuf();
  return out.str();
}

Reply Box::control(std::string const& target, std::string const& body, std::string const& type) {
  http::ClientRequest request;
  request.target = target;
  request.method = body.empty() ? http::Method::get : http::Method::post;
  request.content_type = body.empty() ? std::string() : type;
  request.body = body;
  return to_reply(http::send_blocking({"localhost", 0, (root_ / "control.sock").string(), {}}, std::nullopt, request));
}

std::string Box::mode() {
  http::ClientRequest request;
  request.target = "/v1/status";
  auto const response = http::send_blocking({"localhost", 0, root_ / "control.sock", {}}, std::nullopt, request);
  return response ? std::string(json::parse(response->body).at("mode").as_string()) : std::string();
}

Reply Box::feed(std::string const& target) {
  http::ClientRequest request;
  request.target = target;
  return to_reply(http::send_blocking({"localhost", 0, (root_ / "feed.sock").string(), {}}, std::nullopt, request));
}

json::object Box::import_body(std::string const& paket, std::string const& qti_test) {
  auto const package = control("/v1/packages", paket.empty() ? samples::paket() : paket, "application/zip");
  INFO(package.body);
  REQUIRE(package.status == 200);
  auto const test = [&](char const* id) {
    return json::object{{"id", id}, {"title", id}, {"instrument", "latihan"}, {"package", package.text("sha256")},
                        {"qti_test", qti_test}, {"duration_ms", 600'000}};
  };
  return {{"organiser", {{"id", "uji"}, {"name", "Penguji"}}},
          {"event", {{"id", "uji-1"}, {"title", "Uji"}, {"mark", "LATIHAN"}, {"time_zone", "WIB"},
                     {"participant_noun", "murid"}}},
          {"schools", {{{"npsn", "69900001"}, {"name", "SMP Uji"}, {"level", "SMP"}, {"city", ""}, {"province", ""}}}},
          {"rooms", {{{"id", "R1"}, {"name", "Ruang 1"}, {"npsn", "69900001"}}}},
          {"tests", {test("t1"), test("t2")}},
          {"sittings",
           {{{"id", "S1"}, {"name", "Sesi 1"}, {"room", "R1"}, {"starts_at", 0}, {"ends_at", 1}, {"token_ms", 900'000},
             {"blocked_credit_max_ms", 600'000},
             {"tests", {{{"id", "t1"}, {"gate", "open"}}, {{"id", "t2"}, {"gate", "press"}}}}}}},
          {"participants", {participant(1), participant(2), participant(3)}},
          {"staff", {{{"username", "proktor1"}, {"role", "proktor"}, {"name", "Bu Proktor"}},
                     {{"username", "awas1"}, {"role", "pengawas"}, {"name", "Pak Awas"}},
                     {{"username", "kepala1"}, {"role", "kepala"}, {"name", "Ibu Kepala"}}}}};
}

std::map<std::string, std::string> Box::import(std::string const& paket, std::string const& qti_test) {
  auto const reply = control("/v1/import", json::serialize(import_body(paket, qti_test)));
  INFO(reply.body);
  REQUIRE(reply.status == 200);
  std::map<std::string, std::string> passwords;
  auto const body = reply.json();
  for (auto const& one : body.at("staff").as_array())
    passwords[std::string(one.at("username").as_string())] = one.at("password").as_string();
  return passwords;
}

std::uint64_t Box::last_lsn() {
  auto const status = control("/v1/status").json();
  auto const& journals = status.at("journals").as_array();
  return journals.empty() ? 0 : journals.at(0).at("last_lsn").to_number<std::uint64_t>();
}

std::string Browser::origin() const { return "https://127.0.0.1:" + std::to_string(box_.port()); }

Reply Browser::send(http::ClientRequest request) {
  std::string line;
  for (auto const& [name, value] : cookies) line += (line.empty() ? "" : "; ") + name + "=" + value;
  if (!line.empty()) request.headers.emplace_back("Cookie", line);
  auto reply = to_reply(http::send_blocking({"127.0.0.1", box_.port(), {}, {}}, box_.tls(), std::move(request)));
  for (auto const& [name, value] : reply.headers) {
    if (name != "Set-Cookie") continue;
    auto const equals = value.find('=');
    auto const content = value.substr(equals + 1, value.find(';') - equals - 1);
    if (content.empty()) {
      cookies.erase(value.substr(0, equals));
    } else {
      cookies[value.substr(0, equals)] = content;
    }
  }
  return reply;
}

Reply Browser::get(std::string const& target) {
  http::ClientRequest request;
  request.target = target;
  return send(std::move(request));
}

Reply Browser::post(std::string const& target, std::string const& body, std::string const& type) {
  http::ClientRequest request;
  request.method = http::Method::post;
  request.target = target;
  request.headers.emplace_back("Origin", origin());
  request.content_type = type;
  request.body = body;
  return send(std::move(request));
}

Reply Pupil::login(std::string const& username, std::string const& password) {
  return browser.post("/api/pupil/login", fmt::format(R"({{"username":"{}","password":"{}","device":"{}"}})", username,
                                                      password, device));
}

Reply Pupil::token(std::string const& token) {
  return browser.post("/api/pupil/token", fmt::format(R"({{"token":"{}"}})", token));
}

Reply Pupil::prepare(std::string const& test) {
  auto reply = browser.post("/api/attempt/prepare", fmt::format(R"({{"test":"{}"}})", test));
  if (reply.status != 200) return reply;
  attempt = *unhex16(reply.text("attempt"));
  epoch = {static_cast<std::uint64_t>(reply.number("term")), static_cast<std::uint64_t>(reply.number("n"))};
  head = *unhex32(reply.text("head"));
  seq = static_cast<std::uint64_t>(reply.number("hwm"));
  ticket = reply.text("ticket");
  return reply;
}

std::string Pupil::next_line(std::string const& rest) {
  seq += 1;
  auto const line = fmt::format(R"({{"v":1,"seq":{},{},"t":{}}})", seq, rest, 1000 + seq);
  head = core::next_head(head, line);
  return line;
}

Reply Pupil::events(std::string const& body) {
  return browser.post("/api/attempt/events?t=" + std::to_string(1000 + seq), body, "application/x-ndjson");
}

void Desk::enter(std::map<std::string, std::string> const& passwords, std::string const& user) {
  auto const first = passwords.at(user);
  REQUIRE(browser.post("/api/staff/login", fmt::format(R"({{"username":"{}","password":"{}"}})", user, first)).status ==
          200);
  REQUIRE(browser.post("/api/staff/password", fmt::format(R"({{"old":"{}","new":"Rahasia2026"}})", first)).status ==
          200);
}

void Desk::open() {
  std::string const body = R"({"sitting":")" + sitting_id + R"("})";
  REQUIRE(browser.post("/api/proctor/sitting/open", body).status == 200);
  auto const released = browser.post("/api/proctor/token", body);
  REQUIRE(released.status == 200);
  token = released.text("token");
}

}  // namespace proktor::test
