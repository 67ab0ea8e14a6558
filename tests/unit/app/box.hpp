#pragma once
// The real proktord as a process on inherited sockets, in a temporary directory that was really enrolled; a browser that
// talks to it over real TLS and keeps its cookies; and a small kegiatan. The sockets belong to the test, so that clients
// wait in the kernel while the server is down.

#include "base/file.hpp"
#include "base/result.hpp"
#include "core/chain.hpp"
#include "http/client.hpp"
#include "http/tls.hpp"

#include "tests/support/result_text.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <utility>
#include <vector>

namespace proktor::test {

inline std::string const sitting_id = "uji-1:S1";
inline std::string const device_a(32, 'a');
inline std::string const device_b(32, 'b');

struct Reply {
  int status = 0;
  http::Fields headers{};
  std::string body{};

  boost::json::value json() const { return boost::json::parse(body); }
  std::string code() const;  // of an error; empty otherwise
  std::string text(std::string_view field) const { return std::string(json().at(field).as_string()); }
  std::int64_t number(std::string_view field) const { return json().at(field).to_number<std::int64_t>(); }
};

class Box {
 public:
  // `data`: where the data directory lies; empty: beside the rest. `settings`: more lines of the TOML file.
  explicit Box(std::filesystem::path data = {}, std::string const& settings = {});
  ~Box();
  Box(Box const&) = delete;
  Box& operator=(Box const&) = delete;

  void start();
  void kill();               // SIGKILL, and waits
  int stop();                // SIGTERM, and waits; the exit code
  void signal(int number) const;
  int wait();                // for it to end by itself; the exit code
  int run_again_beside();    // a second server on the same data; its exit code
  std::string log() const;

  Reply control(std::string const& target, std::string const& body = {}, std::string const& type = "application/json");
  Reply feed(std::string const& target);
  std::string mode();        // as the control socket tells it; empty: no answer, as while it leaves one mode for another
  // The package and the kegiatan `uji-1`; first passwords by username. `paket`: its bytes; empty: a small sample.
  std::map<std::string, std::string> import(std::string const& paket = {}, std::string const& qti_test = "TES");
  // What import() sends, after the package was uploaded.
  boost::json::object import_body(std::string const& paket = {}, std::string const& qti_test = "TES");
  std::uint64_t last_lsn();

  std::filesystem::path const& data() const { return data_; }
  std::uint16_t port() const { return port_; }
  http::TlsContext const& tls() const { return *tls_; }

 private:
  int spawn(std::vector<int> const& sockets);

  std::filesystem::path root_, data_;
  std::optional<http::TlsContext> tls_;
  Fd web_, control_, feed_;
  std::uint16_t port_ = 0;
  int pid_ = -1;
};

class Browser {
 public:
  explicit Browser(Box& box) : box_(box) {}

  Reply get(std::string const& target);
  Reply post(std::string const& target, std::string const& body, std::string const& type = "application/json");
  Reply send(http::ClientRequest request);  // as it is, with the cookies only
  std::string origin() const;
  std::map<std::string, std::string> cookies;

 private:
  Box& box_;
};

// A pupil's page with its own chain.
struct Pupil {
  Browser browser;
  std::string device;
  core::AttemptId attempt{};
  core::Epoch epoch{};
  Bytes32 head{};
  std::uint64_t seq = 0;
  std::string ticket{};

  Pupil(Box& box, std::string used_device) : browser(box), device(std::move(used_device)) {}
  Reply login(std::string const& username, std::string const& password);
  Reply token(std::string const& token);
  Reply prepare(std::string const& test);
  std::string next_line(std::string const& rest);  // `"kind":…` and so on; moves the chain
  Reply events(std::string const& body);
};

// Logs in with a first password, changes it, opens the sitting, releases the token.
struct Desk {
  Browser browser;
  std::string token{};

  explicit Desk(Box& box) : browser(box) {}
  void enter(std::map<std::string, std::string> const& passwords, std::string const& user = "proktor1");
  void open();
};

// A box with a pupil who has begun his test.
struct Working {
  Box box;
  Desk desk{box};
  Pupil pupil{box, device_a};

  Working(std::filesystem::path data, std::string const& settings) : box(std::move(data), settings) {
    box.start();
    desk.enter(box.import());
    desk.open();
    REQUIRE(pupil.login("P001", "91001*").status == 200);
    REQUIRE(pupil.token(desk.token).status == 200);
    REQUIRE(pupil.prepare("t1").status == 200);
    REQUIRE(pupil.browser.post("/api/attempt/start", R"({"t":1000})").status == 200);
  }
};

// What another process does tells itself to nobody: asks until it is so.
template <class Condition>
bool soon(Condition const& condition, std::chrono::seconds limit = std::chrono::seconds(15)) {
  auto const until = std::chrono::steady_clock::now() + limit;
  while (!condition()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  return true;
}

}  // namespace proktor::test
