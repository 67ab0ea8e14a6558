#include "medium/hand_wire.hpp"

#include "base/bytes.hpp"

#include <cerrno>

#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

namespace proktor::medium {
namespace {

constexpr std::size_t front_bytes = 4 + 4;
constexpr std::size_t number_bytes = 8;
constexpr std::size_t read_bytes_max = std::size_t{16} << 20U;

std::uint32_t u32_at(std::string_view bytes) {
  std::uint32_t value = 0;
  for (char const c : bytes.substr(0, 4)) value = value << 8U | static_cast<unsigned char>(c);
  return value;
}

std::uint64_t take_u64(std::string_view& bytes) {
  if (bytes.size() < number_bytes) return 0;
  auto const value = read_u64_be(bytes_of(bytes).first<number_bytes>());
  bytes.remove_prefix(number_bytes);
  return value;
}

std::string_view take_text(std::string_view& bytes) {
  std::size_t const length = bytes.size() < 4 ? 0 : u32_at(bytes);
  if (bytes.size() < 4 || length > bytes.size() - 4) return {};
  auto const text = bytes.substr(4, length);
  bytes.remove_prefix(4 + length);
  return text;
}

void append_text(std::string& out, std::string_view text) {
  append_u32_be(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

std::string number_body(std::uint64_t number) {
  std::string out;
  append_u64_be(out, number);
  return out;
}

std::string place_body(Place const& place) {
  std::string out;
  for (std::uint64_t const value :
       {std::uint64_t{place.present}, place.device, place.folder, place.free_bytes})
    append_u64_be(out, value);
  return out;
}

std::string names_body(std::vector<std::string> const& names) {
  std::string out;
  for (auto const& name : names) append_text(out, name);
  return out;
}

std::string outcome_of(Error const& error) {
  return std::string(1, static_cast<char>(static_cast<int>(error.code) + 1)) + error.detail;
}

template <class T, class Write>
std::string outcome(Result<T> const& result, Write write) {
  if (!result) return outcome_of(result.error());
  return std::string(1, '\0') + write(*result);
}

std::string outcome(Result<void> const& result) {
  return result ? std::string(1, '\0') : outcome_of(result.error());
}

std::string answer(Files& files, std::string_view in) {
  auto const call = static_cast<Call>(in.empty() ? '\x7f' : in.front());
  in.remove_prefix(in.empty() ? 0 : 1);
  std::string const path(take_text(in));
  auto const a = take_u64(in);
  auto const b = take_u64(in);
  switch (call) {
    case Call::look:
      return outcome(files.look(), place_body);
    case Call::list:
      return outcome(files.list(path), names_body);
    case Call::size:
      return outcome(files.size(path), number_body);
    case Call::read:
      return outcome(files.read(path, a, std::min<std::size_t>(b, read_bytes_max)),
                     [](std::string const& bytes) { return bytes; });
    case Call::append:
      return outcome(files.append(path, a, in));
    case Call::cut:
      return outcome(files.cut(path, a));
    case Call::rename:
      return outcome(files.rename(path, std::string(in)));
  }
  return outcome_of(fail(Errc::internal, "call"));
}

}  // namespace

std::string request(Call call, std::string_view path, std::uint64_t a, std::uint64_t b,
                    std::string_view bytes) {
  std::string out(1, static_cast<char>(call));
  append_text(out, path);
  append_u64_be(out, a);
  append_u64_be(out, b);
  return out.append(bytes);
}

std::optional<Message> take_message(std::string& in) {
  if (in.size() < front_bytes || in.size() - front_bytes < u32_at(in)) return std::nullopt;
  std::size_t const length = u32_at(in);
  Message message{u32_at(std::string_view(in).substr(4)), in.substr(front_bytes, length)};
  in.erase(0, front_bytes + length);
  return message;
}

Result<bool> send_message(int fd, std::uint32_t number, std::string_view body,
                          std::chrono::steady_clock::time_point until) {
  std::string out;
  append_u32_be(out, static_cast<std::uint32_t>(body.size()));
  append_u32_be(out, number);
  out.append(body);
  std::string_view left(out);
  while (!left.empty()) {
    ssize_t const n = ::send(fd, left.data(), left.size(), MSG_NOSIGNAL);
    if (n > 0) left.remove_prefix(static_cast<std::size_t>(n));
    if (n >= 0 || errno == EINTR) continue;
    if (errno != EAGAIN) return fail(Errc::io_error, "the medium's process ended");
    auto const wait =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    pollfd ready{fd, POLLOUT, 0};
    // Half a request cannot be taken back: the process has to go.
    if (wait.count() <= 0 || ::poll(&ready, 1, static_cast<int>(wait.count())) == 0)
      return fail(Errc::timeout, "the medium's process takes no request");
  }
  return true;
}

Result<std::string> read_outcome(std::string const& answer) {
  if (answer.empty()) return fail(Errc::internal, "answer of the medium's process");
  int const code = static_cast<unsigned char>(answer.front());
  if (code != 0) return fail(static_cast<Errc>(code - 1), answer.substr(1));
  return answer.substr(1);
}

Place read_place(std::string_view body) {
  Place place;
  place.present = take_u64(body) != 0;
  place.device = take_u64(body);
  place.folder = take_u64(body);
  place.free_bytes = take_u64(body);
  return place;
}

std::vector<std::string> read_names(std::string_view body) {
  std::vector<std::string> names;
  for (auto before = body.size() + 1; !body.empty() && body.size() < before;) {
    before = body.size();
    names.emplace_back(take_text(body));
  }
  return names;
}

std::uint64_t read_number(std::string_view body) { return take_u64(body); }

void serve_requests(int fd, Files& files) {
  std::string in;
  char chunk[65'536];
  for (;;) {
    ssize_t const n = ::read(fd, static_cast<char*>(chunk), sizeof chunk);
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;
    in.append(static_cast<char const*>(chunk), static_cast<std::size_t>(n));
    while (auto const message = take_message(in)) {
      auto const body = answer(files, message->body);
      auto const never = std::chrono::steady_clock::time_point::max();
      if (auto sent = send_message(fd, message->number, body, never); !sent) return;
    }
  }
}

}  // namespace proktor::medium
