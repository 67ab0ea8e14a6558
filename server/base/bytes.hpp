#pragma once
// Byte arrays and their text forms: hex, base64url, base32 (Crockford's alphabet: no I, L, O, U), big-endian numbers.
// Pure; any thread.

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace proktor {

using Bytes16 = std::array<std::uint8_t, 16>;
using Bytes32 = std::array<std::uint8_t, 32>;

inline std::span<std::uint8_t const> bytes_of(std::string_view text) {
  return {reinterpret_cast<std::uint8_t const*>(text.data()), text.size()};
}
inline std::string_view text_of(std::span<std::uint8_t const> bytes) {
  return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

std::string hex(std::span<std::uint8_t const> bytes);  // lower case
std::optional<std::string> unhex(std::string_view text);
std::optional<Bytes16> unhex16(std::string_view text);
std::optional<Bytes32> unhex32(std::string_view text);

std::string base64url(std::span<std::uint8_t const> bytes);  // RFC 4648 section 5, no padding
std::optional<std::string> unbase64url(std::string_view text);

void append_u32_be(std::string& out, std::uint32_t value);
void append_u64_be(std::string& out, std::uint64_t value);
std::uint64_t read_u64_be(std::span<std::uint8_t const, 8> bytes);

// The first 60 bits as 12 characters in three groups of four: "7KQ2-M0XA-91TZ". docs/protocol.md, "Kode bukti".
std::string closing_code(Bytes32 const& head);

// Strict UTF-8 (RFC 3629): no overlong forms, no surrogates, nothing above U+10FFFF.
bool is_utf8(std::string_view text);

}  // namespace proktor
