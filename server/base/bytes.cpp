#include "base/bytes.hpp"

#include <algorithm>

namespace proktor {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
constexpr std::string_view base32_digits = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return -1;
}

template <std::size_t N>
std::optional<std::array<std::uint8_t, N>> unhex_array(std::string_view text) {
  if (text.size() != 2 * N) return std::nullopt;
  auto const raw = unhex(text);
  if (!raw) return std::nullopt;
  std::array<std::uint8_t, N> out;
  std::ranges::transform(*raw, out.begin(), [](char c) { return static_cast<std::uint8_t>(c); });
  return out;
}

}  // namespace

std::string hex(std::span<std::uint8_t const> bytes) {
  std::string out;
  out.reserve(bytes.size() * 2);
  for (auto const b : bytes) {
    out.push_back(hex_digits[b >> 4U]);
    out.push_back(hex_digits[b & 15U]);
  }
  return out;
}

std::optional<std::string> unhex(std::string_view text) {
  if (text.size() % 2 != 0) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    int const high = hex_value(text[i]);
    int const low = hex_value(text[i + 1]);
    if (high < 0 || low < 0) return std::nullopt;
    out.push_back(static_cast<char>(high * 16 + low));
  }
  return out;
}

std::optional<Bytes16> unhex16(std::string_view text) { return unhex_array<16>(text); }
std::optional<Bytes32> unhex32(std::string_view text) { return unhex_array<32>(text); }

std::string base64url(std::span<std::uint8_t const> bytes) {
  std::string out;
  out.reserve((bytes.size() * 4 + 2) / 3);
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (auto const b : bytes) {
    buffer = (buffer << 8U) | b;
    bits += 8;
    while (bits >= 6) {
      bits -= 6;
      out.push_back(base64_digits[(buffer >> bits) & 63U]);
    }
  }
  if (bits > 0) out.push_back(base64_digits[(buffer << (6 - bits)) & 63U]);
  return out;
}

std::optional<std::string> unbase64url(std::string_view text) {
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() * 3 / 4);
  std::uint32_t buffer = 0;
  unsigned bits = 0;
  for (char const c : text) {
    auto const value = base64_digits.find(c);
    if (value == std::string_view::npos) return std::nullopt;
    buffer = (buffer << 6U) | static_cast<std::uint32_t>(value);
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      out.push_back(static_cast<char>((buffer >> bits) & 255U));
    }
  }
  // Leftover bits must be zero, or two texts would name the same bytes.
  if ((buffer & ((1U << bits) - 1U)) != 0) return std::nullopt;
  return out;
}

void append_u32_be(std::string& out, std::uint32_t value) {
  for (unsigned shift = 32; shift > 0; shift -= 8) out.push_back(static_cast<char>((value >> (shift - 8)) & 255U));
}

void append_u64_be(std::string& out, std::uint64_t value) {
  for (unsigned shift = 64; shift > 0; shift -= 8) out.push_back(static_cast<char>((value >> (shift - 8)) & 255U));
}

std::uint64_t read_u64_be(std::span<std::uint8_t const, 8> bytes) {
  std::uint64_t value = 0;
  for (auto const b : bytes) value = (value << 8U) | b;
  return value;
}

std::string closing_code(Bytes32 const& head) {
  std::uint64_t bits = read_u64_be(std::span<std::uint8_t const, 8>(head.data(), 8)) >> 4U;
  std::string code(14, '-');
  for (int i = 13; i >= 0; --i) {
    if (i == 4 || i == 9) continue;
    code[static_cast<std::size_t>(i)] = base32_digits[bits & 31U];
    bits >>= 5U;
  }
  return code;
}

bool is_utf8(std::string_view text) {
  auto const bytes = bytes_of(text);
  for (std::size_t i = 0; i < bytes.size();) {
    std::uint8_t const lead = bytes[i];
    if (lead < 0x80) {
      ++i;
      continue;
    }
    std::size_t const length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
    if (lead < 0xC2 || lead > 0xF4 || i + length > bytes.size()) return false;
    std::uint8_t const second = bytes[i + 1];
    std::uint8_t const low = lead == 0xE0 ? 0xA0 : lead == 0xF0 ? 0x90 : 0x80;
    std::uint8_t const high = lead == 0xED ? 0x9F : lead == 0xF4 ? 0x8F : 0xBF;
    if (second < low || second > high) return false;
    for (std::size_t k = 2; k < length; ++k) {
      if ((bytes[i + k] & 0xC0U) != 0x80) return false;
    }
    i += length;
  }
  return true;
}

}  // namespace proktor
