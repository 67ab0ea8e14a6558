#pragma once
// Opens what the gateway keeps: decrypts, unpacks, re-checks every entry's hash and place, recomputes every
// attempt's head, and files the result in centre.db. Another process than the gateway: it alone holds the
// centre's key. A stream stops at the first thing that does not hold; the others go on. One thread.

#include "sync/pusat/centre_store.hpp"

#include <filesystem>
#include <map>
#include <set>
#include <string>
#include <vector>

namespace proktor::pusat {

class Opener {
 public:
  // `keys` has centre/centre.key, centre/centre.pem, centre/roots.pem. Reads what was opened before.
  // Errors: not_found, certificate_invalid, storage_failed.
  static Result<Opener> create(std::filesystem::path const& keys, std::filesystem::path const& data);

  // Opens all that has come and follows on; returns how many segments. Errors: storage_failed, storage_full,
  // io_error: the process ends and starts again from what is durable.
  Result<std::uint64_t> run_once();

  bool any_problem() const;

 private:
  struct StreamState {
    StreamRow row{};
    Replay replay{};
    std::set<std::string> opened_files{};
  };
  struct Candidate {
    std::string file;
    segment::SegmentRange range;
  };
  struct Opened {
    segment::SegmentHeader header;
    std::vector<journal::Entry> entries;
  };

  Opener(std::filesystem::path data, CentreStore store);
  Result<std::uint64_t> run_stream(Bytes16 const& stream);
  Result<Opened> open_file(StreamState const& state, Candidate const& candidate) const;
  std::string fork_in(StreamState const& state, std::vector<Candidate> const& candidates) const;
  Result<void> stop_at(StreamState& state, std::string problem);

  std::filesystem::path data_;
  CentreStore store_;
  std::string key_{};
  std::string certificate_{};
  std::string roots_{};
  std::map<Bytes16, StreamState> streams_{};
};

}  // namespace proktor::pusat
