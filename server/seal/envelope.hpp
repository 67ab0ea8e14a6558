#pragma once
// CMS AuthEnvelopedData (RFC 5083): AES-256-GCM, 12-byte nonce, 16-byte tag, each recipient by ECDH on P-256
// with SHA-256 as key derivation. Its header is malleable: always sign it outside and verify before opening
// (security review C4). Bytes in, bytes out. Any thread.

#include "base/result.hpp"

#include <cstddef>
#include <span>
#include <string>
#include <string_view>

namespace proktor::seal {

inline constexpr std::size_t envelope_bytes_max = 16U << 20U;

inline constexpr std::size_t recipients_max = 4;

// Each recipient alone can open it. Errors: certificate_invalid, too_large.
Result<std::string> encrypt(std::string_view content, std::span<std::string const> recipients_pem);
Result<std::string> encrypt(std::string_view content, std::string_view recipient_pem);

// Only the algorithms above; no plaintext comes out of a file that fails. Errors: decrypt_failed,
// certificate_invalid, too_large.
Result<std::string> decrypt(std::string_view der, std::string_view key_pem, std::string_view certificate_pem);

}  // namespace proktor::seal
