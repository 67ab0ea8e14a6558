#pragma once
// Latencies in log-linear buckets: 64 per power of two, so a quantile is off by at most 1.6 %. Counts only.

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>

namespace proktor::drill {

class Histogram {
 public:
  void add(std::int64_t us) {
    auto const value = static_cast<std::uint64_t>(us < 0 ? 0 : us);
    ++buckets_[index_of(value)];
    ++count_;
    if (value > max_) max_ = value;
  }

  std::uint64_t count() const { return count_; }
  double max_ms() const { return static_cast<double>(max_) / 1000; }

  // Upper edge of the bucket that holds the quantile; never above the maximum.
  double quantile_ms(double quantile) const {
    if (count_ == 0) return 0;
    auto const rank = static_cast<std::uint64_t>(quantile * static_cast<double>(count_ - 1)) + 1;
    std::uint64_t seen = 0;
    for (std::size_t i = 0; i < buckets_.size(); ++i) {
      seen += buckets_[i];
      if (seen < rank) continue;
      std::uint64_t const edge = upper_edge(i);
      return static_cast<double>(edge < max_ ? edge : max_) / 1000;
    }
    return max_ms();
  }

 private:
  static constexpr unsigned linear_bits = 6;
  static constexpr std::uint64_t linear = 1U << linear_bits;

  static std::size_t index_of(std::uint64_t value) {
    if (value < linear) return static_cast<std::size_t>(value);
    unsigned const shift = static_cast<unsigned>(std::bit_width(value)) - linear_bits - 1;
    std::size_t const index = (shift + 1) * linear + ((value >> shift) - linear);
    return index < bucket_count ? index : bucket_count - 1;
  }
  static std::uint64_t upper_edge(std::size_t index) {
    if (index < linear) return index;
    std::uint64_t const shift = index / linear - 1;
    return ((linear + index % linear + 1) << shift) - 1;
  }

  static constexpr std::size_t bucket_count = linear * 34;  // up to 2^39 us
  std::array<std::uint64_t, bucket_count> buckets_{};
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace proktor::drill
