#pragma once
// Scores responses to items in files, as `proktor qti score` prints it: DESIGN section 14. Programs are kept by path
// for the next call. One thread; blocking reads.

#include "qti/scoring/item_session.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <filesystem>
#include <map>
#include <memory>
#include <string>

namespace proktor::qti_commands {

constexpr std::size_t cached_programs_max = 4'096;

struct ScoreOptions {
  std::uint64_t seed = 1;
  qti::DecimalPolicy decimal = qti::DecimalPolicy::comma;
};

class Scorer {
 public:
  explicit Scorer(ScoreOptions options) : options_(options) {}

  // responses: an object, or a list of objects, the attempts of one session. {"outcomes", "responses", "valid"} after
  // the last, or {"error": {"code", "message", "file", "line"}}.
  boost::json::object score(std::filesystem::path const& item, boost::json::value const& responses);

 private:
  struct Entry {
    std::shared_ptr<qti::ItemProgram const> program;  // absent: refused
    boost::json::object error;
  };
  Entry const& open(std::filesystem::path const& item);

  ScoreOptions options_;
  std::map<std::string, Entry> entries_;
};

boost::json::object error_object(std::string_view code, std::string_view message, std::string_view file, int line);

}  // namespace proktor::qti_commands
