#include "app/start_record.hpp"

#include "base/error.hpp"

#include <algorithm>
#include <array>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <string_view>
#include <tuple>

#include <fcntl.h>
#include <unistd.h>

namespace proktor::app {
namespace {

constexpr std::size_t record_bytes_max = std::size_t{64} << 10U;
constexpr std::size_t line_bytes_max = 500;
constexpr mode_t record_mode = 0640;

// What a signal handler may touch.
int crash_fd = -1;

struct Crash {
  int number;
  std::string_view line;
};
constexpr std::array crashes{Crash{SIGSEGV, "crash: SIGSEGV\n"}, Crash{SIGBUS, "crash: SIGBUS\n"},
                             Crash{SIGABRT, "crash: SIGABRT\n"}, Crash{SIGILL, "crash: SIGILL\n"},
                             Crash{SIGFPE, "crash: SIGFPE\n"}};

extern "C" void note_crash(int number) {
  for (auto const& crash : crashes) {
    if (crash.number == number && ::write(crash_fd, crash.line.data(), crash.line.size()) < 0) break;
  }
  ::raise(number);  // the default action is in place again: SA_RESETHAND
}

}  // namespace

std::filesystem::path StartRecord::directory_for(std::filesystem::path const& data) {
  char const* const runtime = std::getenv("RUNTIME_DIRECTORY");
  if (runtime != nullptr && *runtime != '\0') return runtime;
  std::error_code ignored;
  std::filesystem::create_directory(data / "run", ignored);
  return data / "run";
}

StartRecord::StartRecord(std::filesystem::path const& directory)
    : path_(directory / "failed-starts"),
      fd_(::open(path_.c_str(), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, record_mode)) {}

std::vector<std::string> StartRecord::failures() const {
  auto const text = read_file(path_, record_bytes_max);
  std::vector<std::string> lines;
  for (std::string_view rest = text ? std::string_view(*text) : std::string_view(); !rest.empty();) {
    auto const end = rest.find('\n');
    lines.emplace_back(rest.substr(0, end));
    rest.remove_prefix(end == std::string_view::npos ? rest.size() : end + 1);
  }
  return lines;
}

void StartRecord::failed(Error const& error) {
  std::string line = describe(error).substr(0, line_bytes_max);
  std::ranges::replace(line, '\n', ' ');
  line.push_back('\n');
  std::ignore = write_all(fd_.get(), line);
}

void StartRecord::watch_crashes() {
  crash_fd = fd_.get();
  struct sigaction action {};
  action.sa_handler = note_crash;
  action.sa_flags = static_cast<int>(SA_RESETHAND | SA_NODEFER);
  for (auto const& crash : crashes) ::sigaction(crash.number, &action, nullptr);
}

void StartRecord::clear() { std::ignore = ::ftruncate(fd_.get(), 0); }

}  // namespace proktor::app
