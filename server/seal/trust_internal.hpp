#pragma once
// The chain check over OpenSSL's own objects, for seal's files only.

#include "seal/openssl.hpp"
#include "seal/trust.hpp"

namespace proktor::seal {

// Errors: certificate_invalid.
Result<Identity> check_chain(X509* leaf, STACK_OF(X509) * untrusted, std::string_view roots_pem, Role role,
                             std::int64_t time_floor_s);

}  // namespace proktor::seal
