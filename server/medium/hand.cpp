#include "medium/hand.hpp"

#include "medium/hand_wire.hpp"

#include <cerrno>
#include <csignal>
#include <cstring>

#include <fcntl.h>
#include <linux/close_range.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

namespace proktor::medium {
namespace {

using Clock = std::chrono::steady_clock;

Error last_error(char const* what) {
  return fail(Errc::io_error, std::string("medium process: ") + what + ": " + std::strerror(errno));
}

// The child's life: nothing of the parent's is kept open, and it ends with the parent.
[[noreturn]] void be_hand(int socket, std::filesystem::path const& folder) {
  ::prctl(PR_SET_PDEATHSIG, SIGKILL);
  ::prctl(PR_SET_NAME, "proktor-medium");
  for (int const number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE}) std::signal(number, SIG_IGN);
  ::dup2(socket, 3);
  ::close_range(4, ~0U, 0);
  int const nowhere = ::open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3 && nowhere >= 0; ++fd) ::dup2(nowhere, fd);
  if (nowhere > 3) ::close(nowhere);
  DirectFiles files(folder);
  serve_requests(3, files);
  ::_exit(0);
}

}  // namespace

Result<std::unique_ptr<Hand>> Hand::start(std::filesystem::path folder) {
  std::unique_ptr<Hand> hand(new Hand(std::move(folder)));
  if (auto done = hand->spawn(); !done) return done.error();
  return hand;
}

Hand::~Hand() { forget_process(); }

Result<void> Hand::spawn() {
  int pair[2] = {-1, -1};
  if (::socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) return last_error("socketpair");
  Fd ours(pair[0]);
  Fd const theirs(pair[1]);
  pid_t const process = ::fork();
  if (process < 0) return last_error("fork");
  if (process == 0) be_hand(theirs.get(), folder_);
  ::fcntl(ours.get(), F_SETFL, O_NONBLOCK);
  socket_ = std::move(ours);
  process_ = process;
  asked_ = answered_ = 0;
  in_.clear();
  return {};
}

void Hand::forget_process() {
  socket_ = Fd();
  if (process_ <= 0) return;
  ::kill(process_, SIGKILL);
  ::waitpid(std::exchange(process_, -1), nullptr, WNOHANG);
}

// True once the answer to the newest request is there. Errors: io_error (the process has ended).
Result<bool> Hand::receive(Clock::time_point until) {
  for (;;) {
    while (auto answer = take_message(in_)) {
      answered_ = answer->number;
      answer_ = std::move(answer->body);
    }
    if (answered_ == asked_) return true;
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(until - Clock::now());
    pollfd waiting{socket_.get(), POLLIN, 0};
    int const ready = ::poll(&waiting, 1, left.count() > 0 ? static_cast<int>(left.count()) : 0);
    if (ready < 0 && errno == EINTR) continue;
    if (ready == 0) return false;
    char chunk[65'536];
    ssize_t const n = ::read(socket_.get(), static_cast<char*>(chunk), sizeof chunk);
    if (n < 0 && (errno == EINTR || errno == EAGAIN)) continue;
    if (n <= 0) return fail(Errc::io_error, "the medium's process ended");
    in_.append(static_cast<char const*>(chunk), static_cast<std::size_t>(n));
  }
}

Result<std::string> Hand::ask(std::string request) {
  if (!socket_) {
    if (auto done = spawn(); !done) return done.error();
  }
  auto const until = Clock::now() + patience_;
  // A process that still waits for its stick takes nothing new.
  auto free = receive(answered_ == asked_ ? until : Clock::now());
  if (free && *free) {
    ++asked_;
    free = send_message(socket_.get(), asked_, request, until);
    if (free && *free) free = receive(until);
  }
  if (!free) {
    forget_process();
    return free.error();
  }
  if (!*free) return fail(Errc::timeout, "the medium does not answer");
  return read_outcome(answer_);
}

Result<Place> Hand::look() {
  auto const answer = ask(request(Call::look));
  if (!answer) return answer.error();
  return read_place(*answer);
}

Result<std::vector<std::string>> Hand::list(std::string const& path) {
  auto const answer = ask(request(Call::list, path));
  if (!answer) return answer.error();
  return read_names(*answer);
}

Result<std::uint64_t> Hand::size(std::string const& path) {
  auto const answer = ask(request(Call::size, path));
  if (!answer) return answer.error();
  return read_number(*answer);
}

Result<std::string> Hand::read(std::string const& path, std::uint64_t offset, std::size_t count) {
  return ask(request(Call::read, path, offset, count));
}

Result<void> Hand::append(std::string const& path, std::uint64_t at, std::string_view bytes) {
  auto const answer = ask(request(Call::append, path, at, 0, bytes));
  return answer ? Result<void>() : answer.error();
}

Result<void> Hand::cut(std::string const& path, std::uint64_t size) {
  auto const answer = ask(request(Call::cut, path, size));
  return answer ? Result<void>() : answer.error();
}

Result<void> Hand::rename(std::string const& from, std::string const& to) {
  auto const answer = ask(request(Call::rename, from, 0, 0, to));
  return answer ? Result<void>() : answer.error();
}

}  // namespace proktor::medium
