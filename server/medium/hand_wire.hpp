#pragma once
// What Hand and its process say to each other over a socket pair: messages `u32 length || u32 number || body`. For
// hand's files only; both ends are the same program.

#include "medium/files.hpp"

#include <chrono>
#include <optional>
#include <string>

namespace proktor::medium {

enum class Call : std::uint8_t { look, list, size, read, append, cut, rename };

std::string request(Call call, std::string_view path = {}, std::uint64_t a = 0, std::uint64_t b = 0,
                    std::string_view bytes = {});

struct Message {
  std::uint32_t number = 0;
  std::string body{};
};
// Takes one whole message from the front of `in`.
std::optional<Message> take_message(std::string& in);

// False: not all went out by then. Errors: io_error.
Result<bool> send_message(int fd, std::uint32_t number, std::string_view body,
                          std::chrono::steady_clock::time_point until);

// An answer's body without its outcome, or the error it tells.
Result<std::string> read_outcome(std::string const& answer);
Place read_place(std::string_view body);
std::vector<std::string> read_names(std::string_view body);
std::uint64_t read_number(std::string_view body);

// The process's side: answers until the socket ends.
void serve_requests(int fd, Files& files);

}  // namespace proktor::medium
