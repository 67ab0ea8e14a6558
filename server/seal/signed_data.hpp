#pragma once
// CMS SignedData (RFC 5652), attached, DER, one signer: ECDSA P-256 with SHA-256, signed attributes always.
// The verifier is told the role it expects and judges time at a floor (DESIGN 6). Bytes in, bytes out. Any
// thread.

#include "base/result.hpp"
#include "seal/role.hpp"
#include "seal/trust.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace proktor::seal {

inline constexpr std::size_t signed_bytes_max = 16U << 20U;

// `chain_pem`: the intermediate alone, carried along. Errors: certificate_invalid, signature_invalid,
// too_large.
Result<std::string> sign(std::string_view content, std::string_view key_pem, std::string_view certificate_pem,
                         std::string_view chain_pem);

struct Verified {
  std::string content;
  Identity signer;
};

// Accepts what sign() makes and nothing else: exact DER, one signer named by issuer and serial, leaf and
// intermediate carried, the allowed algorithms, no unsigned attributes, no revocation lists. Errors:
// signature_invalid, certificate_invalid, too_large.
Result<Verified> verify(std::string_view der, std::string_view roots_pem, Role role,
                        std::int64_t time_floor_s);

}  // namespace proktor::seal
