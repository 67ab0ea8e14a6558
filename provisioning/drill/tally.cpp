#include "provisioning/drill/tally.hpp"

#include <cerrno>
#include <cstring>
#include <ctime>

namespace proktor::drill {
namespace {

constexpr TimeUs late_us = 10'000;  // beyond this the generator itself is to blame

}  // namespace

TimeUs now_us() {
  timespec now{};
  ::clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<TimeUs>(now.tv_sec) * 1'000'000 + now.tv_nsec / 1'000;
}

Tally::~Tally() {
  if (ledger_) std::fclose(ledger_);
}

Result<void> Tally::open_ledger(std::filesystem::path const& path) {
  ledger_ = std::fopen(path.c_str(), "we");
  if (!ledger_) return fail(Errc::io_error, path.string() + ": " + std::strerror(errno));
  return {};
}

void Tally::epoch(core::AttemptId const& attempt, core::Epoch epoch, Bytes32 const& parent) {
  if (!ledger_) return;
  std::fprintf(ledger_, "{\"attempt\":\"%s\",\"term\":%llu,\"n\":%llu,\"parent\":\"%s\"}\n",
               hex(attempt).c_str(), static_cast<unsigned long long>(epoch.term),
               static_cast<unsigned long long>(epoch.n), hex(parent).c_str());
}

void Tally::acknowledged(core::AttemptId const& attempt, core::Epoch epoch, std::uint64_t seq,
                         Bytes32 const& head, TimeUs intended_us, TimeUs at_us) {
  ++acked_total;
  if (intended_us >= from_us_ && intended_us < until_us_) acks.add(at_us - intended_us);
  if (!ledger_) return;
  std::fprintf(ledger_, "{\"attempt\":\"%s\",\"term\":%llu,\"n\":%llu,\"seq\":%llu,\"head\":\"%s\"}\n",
               hex(attempt).c_str(), static_cast<unsigned long long>(epoch.term),
               static_cast<unsigned long long>(epoch.n), static_cast<unsigned long long>(seq),
               hex(head).c_str());
}

void Tally::late_send(TimeUs behind_us) {
  ++sends;
  if (behind_us > late_us) ++sends_late;
}

void Tally::code(core::AttemptId const& attempt, std::string const& code) {
  codes.emplace_back(hex(attempt), code);
}

void Tally::flush() {
  if (ledger_) std::fflush(ledger_);
}

}  // namespace proktor::drill
