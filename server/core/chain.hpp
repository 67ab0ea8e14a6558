#pragma once
// The hash chain of an attempt, and the names of attempts and epochs. docs/protocol.md, "Names", "Chain". Pure.

#include "base/bytes.hpp"

#include <compare>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::core {

using AttemptId = Bytes16;

struct Epoch {
  std::uint64_t term = 0;
  std::uint64_t n = 0;
  auto operator<=>(Epoch const&) const = default;
};

std::string text_of(Epoch epoch);  // "0.1"

Bytes32 first_head(AttemptId const& attempt, Epoch epoch, Bytes32 const& parent);
Bytes32 next_head(Bytes32 const& head, std::string_view line);

// The subject of `event`, `quarantine` and `evidence` entries: "attempt term.n seq x [flags…]"; evidence has no x.
struct EventSubject {
  AttemptId attempt{};
  Epoch epoch{};
  std::uint64_t seq = 0;
  std::int64_t x_ms = 0;
  std::string flags{};  // separated by spaces

  bool operator==(EventSubject const&) const = default;
};

std::string format_subject(EventSubject const& subject);
std::optional<EventSubject> parse_subject(std::string_view text);

struct AttemptHash {
  std::size_t operator()(AttemptId const& id) const {
    return static_cast<std::size_t>(read_u64_be(std::span<std::uint8_t const, 8>(id.data(), 8)));
  }
};

}  // namespace proktor::core
