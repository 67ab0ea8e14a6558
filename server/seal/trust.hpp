#pragma once
// Whether a certificate speaks for a role: chain of exactly leaf, role intermediate, root; the role's usage
// and no other role's; P-256 and SHA-256 throughout; valid at the time floor given, never at the computer's
// clock. No revocation in this slice. Any thread.

#include "base/result.hpp"
#include "seal/role.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace proktor::seal {

struct Identity {
  std::string id;                  // common name: the box id, for a box
  std::string serial;              // hex, lower case
  std::string certificate_sha256;  // hex, lower case
};

// `chain_pem` holds the intermediate (more certificates do no harm). Errors: certificate_invalid.
Result<Identity> check_certificate(std::string_view certificate_pem, std::string_view chain_pem,
                                   std::string_view roots_pem, Role role, std::int64_t time_floor_s);

// The leaf that a TLS peer proved. The TLS layer has checked its chain; this checks the role's own usage and
// reads the identity. Errors: certificate_invalid.
Result<Identity> identity_of_peer(std::string_view certificate_der, Role role);

}  // namespace proktor::seal
