#pragma once
// What every experiment written in C++ shares: arguments, a state that a later call goes on from, violations
// with the command that repeats them, and the last line of output. tests/fault/lib/runner.py says how
// experiments are called.

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <vector>

namespace proktor::fault {

struct Arguments {
  std::uint64_t seed = 1;
  std::uint64_t count = 0;
  std::filesystem::path state{};  // empty: nothing is kept
  std::filesystem::path bin{};
  std::map<std::string, std::string> more{};  // the experiment's own "--name value" or "--name"
  bool full = false;
};
Arguments parse(int argc, char** argv, std::uint64_t count);

class Experiment {
 public:
  Experiment(std::string name, Arguments arguments);

  // The numbers of the last line, in the order of their first use. Kept with the state.
  std::uint64_t& operator[](std::string const& name);
  std::uint64_t trials() { return (*this)["trials"]; }
  void most(std::string const& name, std::uint64_t value);  // keeps the highest
  // Says what was broken and the command that shows it again.
  void violation(std::string const& what, std::string const& again);
  void save() const;  // after each piece of work; whole or not at all
  int finish();  // prints the last line; the exit code
  int skip(std::string const& why);

 private:
  std::string json() const;
  std::filesystem::path state_file() const;

  std::string const name_;
  Arguments const arguments_;
  std::vector<std::pair<std::string, std::uint64_t>> numbers_{};
};

// Runs a program and returns its exit code and all it printed.
struct Said {
  int code = -1;
  std::string output{};
};
Said run(std::string const& command);

// A folder in memory when there is one, removed with all that is in it.
class Folder {
 public:
  Folder();
  ~Folder();
  Folder(Folder const&) = delete;
  std::filesystem::path const& path() const { return path_; }
  void empty();

 private:
  std::filesystem::path path_;
};

}  // namespace proktor::fault
