#include "provisioning/run/supervisor.hpp"

#include "base/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cerrno>
#include <csignal>
#include <cstdio>
#include <cstring>
#include <optional>
#include <system_error>

#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace proktor::run {
namespace {

using Milliseconds = std::chrono::milliseconds;
using SteadyClock = std::chrono::steady_clock;

constexpr int signal_exit_base = 128;
constexpr int exec_failed_exit = 127;

int exit_code_of(int status) {
  return WIFSIGNALED(status) ? signal_exit_base + WTERMSIG(status) : WEXITSTATUS(status);
}

class Supervisor {
 public:
  Supervisor(Program const& program, std::filesystem::path const& data, SupervisorLimits limits)
      : program_(program), data_(data), limits_(limits), backoff_(limits.backoff_first) {
    sigemptyset(&waited_);
    for (int const number : {SIGTERM, SIGINT, SIGCHLD}) sigaddset(&waited_, number);
    ::sigprocmask(SIG_BLOCK, &waited_, &before_);
  }
  ~Supervisor() {
    std::error_code ignored;
    std::filesystem::remove(pid_path(data_), ignored);  // the number may soon be another program's
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
  }
  Supervisor(Supervisor const&) = delete;
  Supervisor& operator=(Supervisor const&) = delete;

  Result<int> run() {
    for (;;) {
      auto const born = SteadyClock::now();
      auto const started = start();
      if (!started) return started.error();
      int const status = wait_for_end();
      int const code = exit_code_of(status);
      bool const clean = WIFEXITED(status) && code == 0;
      if (stopping_ || clean) return code;
      if (SteadyClock::now() - born >= limits_.healthy_after) {
        backoff_ = limits_.backoff_first;
        refusals_ = 0;
      }
      refusals_ = WIFEXITED(status) ? refusals_ + 1 : 0;
      if (refusals_ >= limits_.refusals_max) {
        log_error(fmt::format("proktord refused to start {} times (exit {})", refusals_, code));
        return code;
      }
      log_warning(fmt::format("proktord ended ({}), again in {} ms", code, backoff_.count()));
      if (wait_for_stop(backoff_)) return code;
      backoff_ = std::min(backoff_ * 2, limits_.backoff_max);
    }
  }

 private:
  Result<void> start() {
    std::fflush(nullptr);
    pid_t const parent = ::getpid();
    child_ = ::fork();
    if (child_ < 0) return fail(Errc::io_error, std::string("fork: ") + std::strerror(errno));
    if (child_ == 0) be_child(parent);
    return {};
  }

  [[noreturn]] void be_child(pid_t parent) {
    // Its own group: Ctrl-C reaches it once, from here, and not from the terminal as well.
    ::setpgid(0, 0);
    ::prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (::getppid() != parent) ::_exit(exec_failed_exit);
    ::sigprocmask(SIG_SETMASK, &before_, nullptr);
    // Written here, so that the file names this life before the program's first act.
    auto const noted = write_pid(data_, ::getpid());
    log_error(noted ? program_.path.string() + ": " + become(program_) : describe(noted.error()));
    ::_exit(exec_failed_exit);
  }

  // Waits for one of the signals; nothing when the time is over.
  std::optional<int> next_signal(std::optional<Milliseconds> patience) {
    for (;;) {
      timespec time{};
      if (patience) {
        time.tv_sec = patience->count() / 1'000;
        time.tv_nsec = patience->count() % 1'000 * 1'000'000;
      }
      int const number =
          patience ? ::sigtimedwait(&waited_, nullptr, &time) : ::sigwaitinfo(&waited_, nullptr);
      if (number > 0) return number;
      if (errno == EAGAIN) return std::nullopt;
    }
  }

  int wait_for_end() {
    int status = 0;
    for (;;) {
      if (::waitpid(child_, &status, WNOHANG) == child_) return status;
      auto const number =
          next_signal(stopping_ ? std::optional<Milliseconds>(limits_.stop_patience) : std::nullopt);
      if (!number) {
        log_error("proktord does not end; killed");
        ::kill(child_, SIGKILL);
      } else if (*number != SIGCHLD) {
        stopping_ = true;
        ::kill(child_, *number);
      }
    }
  }

  // Between two lives. True when it is time to end.
  bool wait_for_stop(Milliseconds pause) {
    auto const until = SteadyClock::now() + pause;
    for (;;) {
      auto const left = std::chrono::duration_cast<Milliseconds>(until - SteadyClock::now());
      auto const number = next_signal(std::max(left, Milliseconds(0)));
      if (!number) return false;
      if (*number != SIGCHLD) return true;
    }
  }

  Program const& program_;
  std::filesystem::path const& data_;
  SupervisorLimits const limits_;
  Milliseconds backoff_;
  sigset_t waited_{}, before_{};
  pid_t child_ = -1;
  int refusals_ = 0;
  bool stopping_ = false;
};

}  // namespace

Result<int> supervise(Program const& program, std::filesystem::path const& data, SupervisorLimits limits) {
  return Supervisor(program, data, limits).run();
}

}  // namespace proktor::run
