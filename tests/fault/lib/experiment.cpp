#include "experiment.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <regex>
#include <string_view>

#include <sys/wait.h>
#include <unistd.h>

namespace proktor::fault {

Arguments parse(int argc, char** argv, std::uint64_t count) {
  Arguments out;
  out.count = count;
  out.bin = std::filesystem::path(argv[0]).parent_path();
  for (int i = 1; i < argc; ++i) {
    std::string const name = argv[i];
    bool const has_value = i + 1 < argc && !std::string_view(argv[i + 1]).starts_with("--");
    std::string const value = has_value ? argv[++i] : "";
    bool const known = name == "--seed" || name == "--count" || name == "--state" || name == "--bin";
    if (!name.starts_with("--") || (known && !has_value)) {
      std::cerr << "usage: " << argv[0] << " [--seed S] [--count N] [--state DIR] [--bin DIR] [--full]\n";
      std::exit(2);
    }
    if (name == "--seed")
      out.seed = std::stoull(value);
    else if (name == "--count")
      out.count = std::stoull(value);
    else if (name == "--state")
      out.state = value;
    else if (name == "--bin")
      out.bin = value;
    else if (name == "--full")
      out.full = true;
    else
      out.more[name.substr(2)] = value;
  }
  return out;
}

Experiment::Experiment(std::string name, Arguments arguments)
    : name_(std::move(name)), arguments_(std::move(arguments)) {
  std::cout << name_ << ": seed " << arguments_.seed << std::endl;
  for (auto const* first : {"trials", "acknowledged", "lost", "violations"}) (*this)[first] = 0;
  if (arguments_.state.empty()) return;
  std::filesystem::create_directories(arguments_.state);
  std::ifstream file(state_file());
  std::string const kept{std::istreambuf_iterator<char>(file), {}};
  std::regex const number("\"(\\w+)\":(\\d+)");
  for (std::sregex_iterator one(kept.begin(), kept.end(), number), end; one != end; ++one) {
    auto const value = std::stoull((*one)[2]);
    if ((*one)[1] != "seed")
      (*this)[(*one)[1]] = value;
    else if (value != arguments_.seed)
      return;
  }
}

std::uint64_t& Experiment::operator[](std::string const& name) {
  auto const found =
      std::find_if(numbers_.begin(), numbers_.end(), [&](auto const& entry) { return entry.first == name; });
  return found == numbers_.end() ? numbers_.emplace_back(name, 0).second : found->second;
}

void Experiment::most(std::string const& name, std::uint64_t value) {
  auto& number = (*this)[name];
  number = std::max(number, value);
}

void Experiment::violation(std::string const& what, std::string const& again) {
  std::cout << "VIOLATION: " << what << "\n  again: " << again << std::endl;
  ++(*this)["violations"];
}

std::string Experiment::json() const {
  std::string out = "{\"experiment\":\"" + name_ + "\",\"seed\":" + std::to_string(arguments_.seed);
  for (auto const& [name, number] : numbers_) out += ",\"" + name + "\":" + std::to_string(number);
  return out + "}";
}

std::filesystem::path Experiment::state_file() const {
  return arguments_.state / (name_ + ".json");
}

void Experiment::save() const {
  if (arguments_.state.empty()) return;
  auto const fresh = state_file().string() + ".new";
  std::ofstream(fresh, std::ios::trunc) << json() << "\n";
  std::filesystem::rename(fresh, state_file());
}

int Experiment::finish() {
  save();
  std::cout << json() << std::endl;
  return (*this)["violations"] > 0 || (*this)["lost"] > 0 ? 1 : 0;
}

int Experiment::skip(std::string const& why) {
  std::cout << "{\"experiment\":\"" << name_ << "\",\"skipped\":\"" << why << "\"}" << std::endl;
  return 77;
}

Said run(std::string const& command) {
  Said out;
  FILE* const pipe = ::popen((command + " 2>&1").c_str(), "r");
  if (pipe == nullptr) return out;
  std::array<char, 4096> buffer{};
  for (std::size_t n = 0; (n = std::fread(buffer.data(), 1, buffer.size(), pipe)) > 0;)
    out.output.append(buffer.data(), n);
  int const status = ::pclose(pipe);
  out.code = WIFEXITED(status) ? WEXITSTATUS(status) : 128;
  return out;
}

Folder::Folder() {
  auto const base = ::access("/dev/shm", W_OK) == 0 ? std::filesystem::path("/dev/shm")
                                                    : std::filesystem::temp_directory_path();
  std::string name = (base / "proktor-fault-XXXXXX").string();
  if (::mkdtemp(name.data()) == nullptr) std::abort();
  path_ = name;
}

Folder::~Folder() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

void Folder::empty() {
  for (auto const& entry : std::filesystem::directory_iterator(path_))
    std::filesystem::remove_all(entry.path());
}

}  // namespace proktor::fault
