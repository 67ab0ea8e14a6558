#pragma once
// SHA-256, HMAC-SHA-256, constant-time comparison and the system's random bytes, over OpenSSL. Any thread; no state
// is shared. Nothing here can fail except for lack of memory, which ends the process.

#include "base/bytes.hpp"

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

namespace proktor {

// Incremental SHA-256. After finish() the object starts over.
class Sha256 {
 public:
  Sha256();
  ~Sha256();
  Sha256(Sha256 const&) = delete;
  Sha256& operator=(Sha256 const&) = delete;

  Sha256& update(std::span<std::uint8_t const> bytes);
  Sha256& update(std::string_view text) { return update(bytes_of(text)); }
  Bytes32 finish();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

Bytes32 sha256(std::string_view text);
Bytes32 hmac_sha256(std::string_view key, std::string_view text);
bool equal_constant_time(std::string_view a, std::string_view b);

// scrypt (RFC 7914) with N = 2^14, r = 8, p = 1: about 50 ms and 16 MiB. Never on the I/O thread.
Bytes32 scrypt(std::string_view password, std::string_view salt);

}  // namespace proktor
