#pragma once
// What `proktor-pusat report` tells of, before it is written as JSON or text: every stream's own entries replayed, where
// it stands in its line of streams, what the gateway has. Each attempt is told by one stream. Reads only; one thread.

#include "sync/pusat/lineage.hpp"
#include "sync/pusat/replay.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <filesystem>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace proktor::pusat {

// What the gateway has of a stream, opened or not.
struct Arrived {
  std::string box{};
  std::string event{};
  std::uint64_t segments = 0;
  std::uint64_t forks = 0;
  std::uint64_t contiguous = 0;
};

struct StreamPart {
  StreamRow row{};
  Arrived arrived{};
  Replay replay{};
};

struct Report {
  std::vector<StreamPart> streams;
  Lineage lineage;
  // Stream and attempt: what a newer stream tells of as well. A participant of a restored box is told of once.
  std::set<std::pair<Bytes16, std::string>> told_elsewhere;
  std::uint64_t participants = 0;

  bool tells(StreamPart const& part, std::string const& attempt) const {
    return !told_elsewhere.contains({part.row.stream, attempt});
  }
  bool is_older(StreamPart const& part) const { return lineage.continued_by(part.row.stream) != nullptr; }
};

Result<Report> read_report(std::filesystem::path const& data);
boost::json::object totals_json(Report const& report);
std::string text_report(Report const& report);

}  // namespace proktor::pusat
