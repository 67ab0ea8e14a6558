#include "base/random.hpp"

#include <openssl/rand.h>

#include <cstdlib>

namespace proktor {

std::uint64_t Random::next_u64() {
  std::array<std::uint8_t, 8> raw;
  fill(raw);
  return read_u64_be(raw);
}

std::uint64_t Random::below(std::uint64_t limit) {
  // Rejection keeps it uniform: values under 2^64 mod limit are drawn again.
  std::uint64_t const reject_below = (0 - limit) % limit;
  for (;;) {
    std::uint64_t const value = next_u64();
    if (value >= reject_below) return value % limit;
  }
}

Bytes16 Random::bytes16() {
  Bytes16 out;
  fill(out);
  return out;
}

void SystemRandom::fill(std::span<std::uint8_t> out) {
  if (RAND_bytes(out.data(), static_cast<int>(out.size())) != 1) std::abort();
}

std::uint64_t SplitMix64::next() {
  state_ += 0x9E3779B97F4A7C15U;
  std::uint64_t z = state_;
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9U;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBU;
  return z ^ (z >> 31U);
}

void SplitMix64::fill(std::span<std::uint8_t> out) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < out.size(); ++i) {
    if (i % 8 == 0) word = next();
    out[i] = static_cast<std::uint8_t>(word >> (56U - 8U * (i % 8)));
  }
}

}  // namespace proktor
