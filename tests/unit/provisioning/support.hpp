#pragma once
// For the tests of the technician's command: temporary directories, the demo event as a directory, real
// processes, and a real server on a Unix socket in proktord's place whose answers the test writes.

#include "base/result.hpp"
#include "http/server.hpp"

#include "tests/support/result_text.hpp"

#include <boost/asio/io_context.hpp>

#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <thread>
#include <vector>

namespace proktor::test {

class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(TempDir const&) = delete;
  TempDir& operator=(TempDir const&) = delete;
  std::filesystem::path operator/(std::string_view name) const { return path_ / name; }
  std::filesystem::path const& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

void write(std::filesystem::path const& path, std::string_view text);
std::string read(std::filesystem::path const& path);
std::string replaced(std::string text, std::string_view from, std::string_view to);  // must occur

// event.toml, participants.csv and the four packages of provisioning/demo, the packages built once per
// program.
void make_demo_event(std::filesystem::path const& directory);

struct Outcome {
  int exit_code = -1;
  std::string out, err;
};
// Runs build/…/bin/proktor with these arguments.
Outcome proktor(std::vector<std::string> const& arguments);

struct Seen {
  std::string method, path, query, content_type, body;
};

class ControlServer final : public http::Application {
 public:
  explicit ControlServer(std::filesystem::path const& socket);
  ~ControlServer() override;

  using Answer = std::function<http::Response(Seen const&)>;
  void answer_with(Answer answer);  // without one: {}
  std::vector<Seen> seen();

  http::HeadDecision inspect(http::RequestHead const& head) override;
  boost::asio::awaitable<http::Response> handle(http::Request request) override;

 private:
  boost::asio::io_context context_{1};
  std::unique_ptr<http::Server> server_;
  std::mutex mutex_;
  std::vector<Seen> seen_;
  Answer answer_;
  std::thread thread_;
};

}  // namespace proktor::test
