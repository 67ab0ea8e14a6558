#include "seal/der.hpp"

#include <cstddef>

namespace proktor::seal {

std::optional<DerValue> DerCursor::next() {
  if (rest_.size() < 2) return std::nullopt;
  auto const at = [this](std::size_t i) { return static_cast<unsigned char>(rest_[i]); };
  if ((at(0) & 0x1FU) == 0x1FU) return std::nullopt;  // long tags have no place in CMS
  std::size_t length = at(1);
  std::size_t header = 2;
  if (length >= 0x80) {
    std::size_t const count = length & 0x7FU;
    if (count == 0 || count > 4 || rest_.size() < 2 + count) return std::nullopt;
    length = 0;
    for (std::size_t i = 0; i < count; ++i) length = length << 8U | at(2 + i);
    header += count;
  }
  if (rest_.size() - header < length) return std::nullopt;
  DerValue const value{at(0), rest_.substr(0, header + length), rest_.substr(header, length)};
  rest_.remove_prefix(header + length);
  return value;
}

std::optional<DerValue> DerCursor::next(unsigned char tag) {
  if (rest_.empty() || static_cast<unsigned char>(rest_[0]) != tag) return std::nullopt;
  return next();
}

}  // namespace proktor::seal
