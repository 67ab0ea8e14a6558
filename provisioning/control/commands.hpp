#pragma once
// `proktor status`, `proktor token`, `proktor resume`: what the running server says of itself, for a person or as JSON.
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

struct ResumeOptions {
  std::filesystem::path control;
  bool json = false;
};

int run_status(StatusOptions const& options);
int run_token(TokenOptions const& options);
// Ends safe mode or a park: the server starts again.
int run_resume(ResumeOptions const& options);

}  // namespace proktor::control
