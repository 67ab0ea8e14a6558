#pragma once
// `proktor status` and `proktor token`: what the running server says of itself, for a person or as JSON.
// Exit codes as in control.hpp. Called from main only.

#include <filesystem>
#include <string>

namespace proktor::control {

struct StatusOptions {
  std::filesystem::path control;
  bool json = false;
};

struct TokenOptions {
  std::filesystem::path control;
  std::string sitting;  // "<event>:<sesi>"
  bool json = false;
};

int run_status(StatusOptions const& options);
int run_token(TokenOptions const& options);

}  // namespace proktor::control
