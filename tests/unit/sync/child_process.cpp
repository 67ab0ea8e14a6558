#include "world.hpp"

#include <csignal>
#include <thread>

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

namespace proktor::sync::testing {

Child::Child(std::vector<std::string> const& arguments, std::filesystem::path const& log) {
  std::vector<char*> raw;
  for (std::string const& argument : arguments) raw.push_back(const_cast<char*>(argument.c_str()));
  raw.push_back(nullptr);
  pid_ = ::fork();
  if (pid_ != 0) return;
  int const out = ::open(log.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  ::dup2(out, 1);
  ::dup2(out, 2);
  ::execv(raw[0], raw.data());
  ::_exit(127);
}

Child::~Child() {
  kill(SIGKILL);
  wait();
}

void Child::kill(int signal) {
  if (pid_ > 0) ::kill(pid_, signal);
}

int Child::wait() {
  if (pid_ <= 0) return -1;
  int status = 0;
  ::waitpid(pid_, &status, 0);
  pid_ = -1;
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

bool eventually(std::function<bool()> const& done, std::chrono::milliseconds patience) {
  auto const end = std::chrono::steady_clock::now() + patience;
  while (!done()) {
    if (std::chrono::steady_clock::now() > end) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

}  // namespace proktor::sync::testing
