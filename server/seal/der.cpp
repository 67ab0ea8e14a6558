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

std::optional<DerCursor> fields_of_content_info(std::string_view der) {
  DerCursor outer(der);
  auto const info = outer.next(0x30);
  if (!info || !outer.at_end()) return std::nullopt;
  DerCursor in_info(info->body);
  auto const type = in_info.next(0x06);
  auto const wrapped = in_info.next(0xA0);
  if (!type || !wrapped || !in_info.at_end()) return std::nullopt;
  DerCursor in_wrap(wrapped->body);
  auto const data = in_wrap.next(0x30);
  if (!data || !in_wrap.at_end()) return std::nullopt;
  return DerCursor(data->body);
}

}  // namespace proktor::seal
