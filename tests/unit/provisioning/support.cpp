#include "support.hpp"

#include "base/file.hpp"

#include <catch2/catch.hpp>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include <sys/wait.h>
#include <unistd.h>

namespace proktor::test {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t body_bytes_max = 64U << 20U;

std::string quoted(std::string const& text) {
  std::string out = "'";
  for (char const c : text) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

fs::path demo_source() {
  return fs::path(PROKTOR_SOURCE_DIR) / "provisioning" / "demo";
}

TempDir const& demo_packages() {
  static TempDir const built;
  static bool const done = [] {
    for (std::string const name : {"latihan", "literasi", "numerasi", "survei", "adaptif"}) {
      auto const outcome = proktor({"package", "build", (demo_source() / name).string(), "--out",
                                    (built / (name + ".paket")).string()});
      INFO(outcome.out << outcome.err);
      REQUIRE(outcome.exit_code == 0);
    }
    return true;
  }();
  (void)done;
  return built;
}

}  // namespace

TempDir::TempDir() {
  std::string name = (fs::temp_directory_path() / "proktor-test-XXXXXX").string();
  REQUIRE(::mkdtemp(name.data()) != nullptr);
  path_ = name;
}

TempDir::~TempDir() {
  std::error_code ignored;
  fs::remove_all(path_, ignored);
}

void write(fs::path const& path, std::string_view text) {
  std::ofstream(path, std::ios::binary) << text;
}

std::string read(fs::path const& path) {
  std::ostringstream out;
  out << std::ifstream(path, std::ios::binary).rdbuf();
  return out.str();
}

std::string replaced(std::string text, std::string_view from, std::string_view to) {
  auto const at = text.find(from);
  INFO(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

void make_demo_event(fs::path const& directory) {
  fs::create_directories(directory);
  for (auto const* name : {"event.toml", "participants.csv"})
    fs::copy_file(demo_source() / name, directory / name);
  for (auto const& package : fs::directory_iterator(demo_packages().path())) {
    fs::copy_file(package.path(), directory / package.path().filename());
  }
}

Outcome proktor(std::vector<std::string> const& arguments) {
  TempDir const dir;
  std::string command = quoted(std::string(PROKTOR_BIN_DIR) + "/proktor");
  for (auto const& argument : arguments) command += " " + quoted(argument);
  command += " >" + quoted((dir / "out").string()) + " 2>" + quoted((dir / "err").string()) + " </dev/null";
  int const status = std::system(command.c_str());
  return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read(dir / "out"), read(dir / "err")};
}

ControlServer::ControlServer(fs::path const& socket) {
  auto bound = http::bind_unix(socket, 0660);
  REQUIRE(bound);
  server_ = std::make_unique<http::Server>(context_.get_executor(), *this);
  server_->listen(std::move(*bound));
  thread_ = std::thread([this] { context_.run(); });
}

ControlServer::~ControlServer() {
  context_.stop();
  thread_.join();
}

void ControlServer::answer_with(Answer answer) {
  std::lock_guard const lock(mutex_);
  answer_ = std::move(answer);
}

std::vector<Seen> ControlServer::seen() {
  std::lock_guard const lock(mutex_);
  return seen_;
}

http::HeadDecision ControlServer::inspect(http::RequestHead const&) {
  return {.body_bytes_max = body_bytes_max};
}

boost::asio::awaitable<http::Response> ControlServer::handle(http::Request request) {
  Seen one{std::string(http::name_of(request.method)), request.path,
           request.target.substr(request.target.find('?') + 1), std::string(request.header("content-type")),
           std::move(request.body)};
  Answer answer;
  {
    std::lock_guard const lock(mutex_);
    seen_.push_back(one);
    answer = answer_;
  }
  co_return answer ? answer(one) : http::json_response("{}");
}

}  // namespace proktor::test
