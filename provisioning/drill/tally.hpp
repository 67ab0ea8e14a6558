#pragma once
// What the whole fleet counts: latencies, acknowledgements, refusals, kode bukti, and the ledger file with a
// record of every acknowledgement. One thread. The ledger is buffered; flush() before reading it.

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "core/chain.hpp"
#include "provisioning/drill/histogram.hpp"

#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace proktor::drill {

using TimeUs = std::int64_t;  // CLOCK_MONOTONIC, microseconds
inline constexpr TimeUs never_us = std::numeric_limits<TimeUs>::max();
TimeUs now_us();

class Tally {
 public:
  Tally() = default;
  ~Tally();
  Tally(Tally const&) = delete;
  Tally& operator=(Tally const&) = delete;

  Result<void> open_ledger(std::filesystem::path const& path);

  // Only events meant for this span count as measured.
  void measure(TimeUs from_us, TimeUs until_us) { from_us_ = from_us, until_us_ = until_us; }

  void epoch(core::AttemptId const& attempt, core::Epoch epoch, Bytes32 const& parent);
  void acknowledged(core::AttemptId const& attempt, core::Epoch epoch, std::uint64_t seq, Bytes32 const& head,
                    TimeUs intended_us, TimeUs now_us);
  void first_answer(TimeUs took_us) { first.add(took_us); }
  void late_send(TimeUs late_us);
  void trouble(std::string const& code) { ++troubles[code]; }
  void code(core::AttemptId const& attempt, std::string const& code);
  void flush();

  Histogram acks;   // measured span
  Histogram first;  // connect to the answer of the login
  std::uint64_t acked_total = 0;
  std::uint64_t sends = 0;
  std::uint64_t sends_late = 0;
  std::uint64_t requests = 0;
  std::uint64_t reconnects = 0;
  std::uint64_t heads_wrong = 0;  // the server's head is not ours
  std::uint64_t marks_back = 0;   // an acknowledged event is gone from the server
  std::uint64_t codes_wrong = 0;
  std::map<std::string, std::uint64_t> troubles;
  std::vector<std::pair<std::string, std::string>> codes;  // attempt, kode bukti as computed here

 private:
  TimeUs from_us_ = never_us;
  TimeUs until_us_ = never_us;
  std::FILE* ledger_ = nullptr;
};

}  // namespace proktor::drill
