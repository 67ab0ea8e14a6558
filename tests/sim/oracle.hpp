#pragma once
// Every acknowledgement that anyone ever saw, with what it was for. The checkers hold the journals against it.

#include "core/state.hpp"
#include "journal/entry.hpp"

#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace proktor::sim {

struct Oracle {
  using Where = std::pair<core::AttemptId, core::Epoch>;

  std::map<Where, std::map<std::uint64_t, std::string>> lines{};  // by seq
  std::map<std::string, std::uint64_t> logins{};                  // NISN -> highest n that a page was told
  std::map<core::AttemptId, std::string> attempts{};              // prepared -> NISN
  std::map<core::AttemptId, std::string> codes{};                 // finished -> kode bukti
  std::set<core::AttemptId> started{};
  std::set<std::string> tokens_accepted{};  // NISN
  std::map<std::string, unsigned> resets{};  // NISN
  bool opened = false, closed = false;
  std::uint64_t acknowledged = 0;

  void line(Where const& where, std::uint64_t seq, std::string const& bytes) {
    if (lines[where].emplace(seq, bytes).second) ++acknowledged;
  }

  // The journal came back from a second medium that was behind: what it does not have was lost as foretold.
  void forget_beyond(core::State const& state, std::vector<journal::Entry> const& entries);
};

// The lines that a journal has, by attempt, epoch and number.
std::map<Oracle::Where, std::map<std::uint64_t, std::string_view>> lines_in(std::vector<journal::Entry> const& entries);

}  // namespace proktor::sim
