#pragma once
// Keys and certificates for box and centre, made once per process from a fixed randomness, so that every process of every
// seed has the same; and OpenSSL's randomness under the seed's hand.

#include "base/random.hpp"
#include "sync/agent/box_files.hpp"

#include <filesystem>
#include <string>

namespace proktor::sim {

// From now on every random byte of OpenSSL comes from this seed.
void seed_openssl(std::uint64_t seed);

struct Authority {
  std::filesystem::path keys;  // for the centre's opener
  std::filesystem::path data{};  // of the enrolled box: its folder box/
  sync::BoxFiles box{};
  segment::SigningKey receipt{};
  std::string roots{};
  std::string box_certificate_der{};

  // `directory` is made for it and removed by its owner at the end.
  static Authority make(std::filesystem::path const& directory);
};

}  // namespace proktor::sim
