#pragma once
// The recovery key: a P-256 key that a school can open with the code of its printed recovery card, and the
// certificate that the second medium is encrypted to. Standard forms only: PKCS #8 with PBES2 (scrypt,
// AES-256-CBC), as `openssl pkcs8` reads it. Text in, text out (PEM). Any thread; making and opening takes
// about 50 ms.

#include "base/result.hpp"
#include "seal/certificate.hpp"

#include <cstdint>
#include <string>
#include <string_view>

namespace proktor::seal {

// A self-signed certificate for key agreement alone. Errors: certificate_invalid, bad_field.
Result<Issued> make_recovery_key(std::string_view box, std::int64_t now_s);

// Errors: certificate_invalid.
Result<std::string> lock_key(std::string_view key_pem, std::string_view password);

// Errors: decrypt_failed (wrong password, or not such a file).
Result<std::string> unlock_key(std::string_view locked_pem, std::string_view password);

// SHA-256 of the certificate's DER. Errors: certificate_invalid.
Result<std::string> certificate_sha256(std::string_view certificate_pem);

}  // namespace proktor::seal
