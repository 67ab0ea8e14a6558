#pragma once
// Randomness as a parameter: the system's for keys, ids and tokens; a seeded one for tests and replay.

#include "base/bytes.hpp"

#include <cstdint>
#include <span>

namespace proktor {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  std::uint64_t next_u64();
  std::uint64_t below(std::uint64_t limit);  // uniform in [0, limit), limit > 0
  Bytes16 bytes16();
};

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;  // OpenSSL RAND_bytes; ends the process when it fails
};

// SplitMix64 (Steele, Lea, Flood 2014): not for secrets.
class SplitMix64 final : public Random {
 public:
  explicit SplitMix64(std::uint64_t seed) : state_(seed) {}
  std::uint64_t next();
  void fill(std::span<std::uint8_t> out) override;

 private:
  std::uint64_t state_;
};

}  // namespace proktor
