#pragma once
// The bytes of all request bodies in flight over one server, from the end of a request's headers to its answer: each
// counts with what it announces (a chunked one with what it may grow to). Bodies over `body_large_bytes` get their own
// smaller part, so that a flood of the largest leaves room for what pupils send. A share gives its bytes back when it
// goes, whatever ended the request. I/O thread; the budget outlives its shares.

#include "http/limits.hpp"

#include <cstdint>
#include <optional>
#include <utility>

namespace proktor::http {

class BodyBudget {
 public:
  class Share {
   public:
    Share(BodyBudget& budget, std::uint64_t bytes, bool large) : budget_(&budget), bytes_(bytes), large_(large) {}
    Share(Share&& other) noexcept
        : budget_(std::exchange(other.budget_, nullptr)), bytes_(other.bytes_), large_(other.large_) {}
    Share& operator=(Share&& other) noexcept {
      std::swap(budget_, other.budget_);
      std::swap(bytes_, other.bytes_);
      std::swap(large_, other.large_);
      return *this;
    }
    ~Share() {
      if (budget_ != nullptr) budget_->give_back(bytes_, large_);
    }

   private:
    BodyBudget* budget_;
    std::uint64_t bytes_;
    bool large_;
  };

  explicit BodyBudget(Limits const& limits)
      : bytes_max_(limits.bodies_bytes_max), large_bytes_max_(limits.bodies_large_bytes_max) {}

  // Nothing when there is no room.
  std::optional<Share> take(std::uint64_t bytes) {
    bool const large = bytes > body_large_bytes;
    if (bytes > bytes_max_ - bytes_ || (large && bytes > large_bytes_max_ - large_bytes_)) return std::nullopt;
    bytes_ += bytes;
    if (large) large_bytes_ += bytes;
    return std::optional<Share>(std::in_place, *this, bytes, large);
  }

  std::uint64_t bytes() const { return bytes_; }

 private:
  void give_back(std::uint64_t bytes, bool large) {
    bytes_ -= bytes;
    if (large) large_bytes_ -= bytes;
  }

  std::uint64_t const bytes_max_, large_bytes_max_;
  std::uint64_t bytes_ = 0, large_bytes_ = 0;
};

}  // namespace proktor::http
