#include "tests/fuzz/entries.hpp"

#include <algorithm>
#include <stdexcept>

namespace proktor::fuzz {

void require(bool holds, char const* promise) {
  if (!holds) throw std::logic_error(promise);
}

std::uint8_t Choices::byte() {
  if (bytes_.empty()) return 0;
  auto const first = static_cast<std::uint8_t>(bytes_.front());
  bytes_.remove_prefix(1);
  return first;
}

std::size_t Choices::below(std::size_t limit) {
  return byte() % limit;
}

std::string Choices::text(std::size_t length_max) {
  auto const wanted = below(length_max + 1);  // takes a byte itself
  auto const length = std::min(wanted, bytes_.size());
  std::string taken(bytes_.substr(0, length));
  bytes_.remove_prefix(length);
  return taken;
}

}  // namespace proktor::fuzz
