#pragma once
// What one stream says, worked out anew from its entries: people, attempts, and the head of every epoch from
// its event lines. Trusts nothing that can be recomputed: a `finished` entry is compared with the head that
// the lines give. Pure.

#include "base/bytes.hpp"
#include "core/chain.hpp"
#include "journal/entry.hpp"

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace proktor::pusat {

struct EpochReplay {
  Bytes32 parent{};
  Bytes32 head{};
  std::uint64_t seq = 0;
  std::uint64_t quarantined = 0;
};

struct FinishReplay {
  core::Epoch epoch{};
  std::uint64_t seq = 0;
  Bytes32 head{};
  std::string code{};
  std::uint64_t answered = 0;
  bool agrees = false;     // seq and head were those of the lines when it was written
  bool submitted = false;  // after a submit line
};

// open: not finished. matches: head, seq and code of `finished` are what the lines give. without_code:
// finished without a submit. differs: something does not agree; the findings say what.
enum class Verdict : std::uint8_t { open, matches, without_code, differs };
std::string_view name_of(Verdict verdict);  // "open", "matches", …

struct AttemptReplay {
  std::string participant{};
  std::string sitting{};
  std::string test{};
  std::map<core::Epoch, EpochReplay> epochs{};
  std::map<std::string, bool, std::less<>> answered{};  // item -> has an answer
  std::optional<FinishReplay> finished{};
  std::uint64_t events = 0;
  bool submitted = false;  // the newest epoch holds a submit
  bool broken = false;     // a gap, an unknown epoch, a wrong parent

  std::uint64_t answered_count() const;
  std::uint64_t quarantined() const;
  Verdict verdict() const;
};

struct PersonReplay {
  std::string name{};
  std::string npsn{};
};

struct TestReplay {
  std::string title{};
  std::uint64_t items = 0;
};

class Replay {
 public:
  // Entries in order of lsn.
  void take(journal::Entry const& entry);

  std::map<std::string, AttemptReplay> const& attempts() const { return attempts_; }  // by attempt, hex
  std::map<std::string, PersonReplay> const& people() const { return people_; }       // by NISN
  std::map<std::string, std::string> const& schools() const { return schools_; }      // NPSN -> name
  std::map<std::string, TestReplay> const& tests() const { return tests_; }
  std::vector<std::string> const& findings() const { return findings_; }

  // The attempts that changed since the last call.
  std::set<std::string> take_changed();

 private:
  void take_attempt(journal::Entry const& entry);
  void take_epoch(journal::Entry const& entry, bool restored);
  void take_event(journal::Entry const& entry);
  void take_quarantine(journal::Entry const& entry);
  void take_finished(journal::Entry const& entry);
  AttemptReplay* known_attempt(journal::Entry const& entry, std::string const& attempt);
  void note(journal::Entry const& entry, std::string_view what);

  std::map<std::string, AttemptReplay> attempts_;
  std::map<std::string, PersonReplay> people_;
  std::map<std::string, std::string> schools_;
  std::map<std::string, TestReplay> tests_;
  std::vector<std::string> findings_;
  std::set<std::string> changed_;
};

}  // namespace proktor::pusat
