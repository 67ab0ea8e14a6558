#pragma once
// The draws of docs/delivery-view.md: one SplitMix64 per item or section, Fisher-Yates, fixed places kept.
// Everyone who shares entries and seed gets the same result, so nothing here may change without a new
// contract. Any thread; no state.

#include "base/random.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

// seed XOR the first 8 bytes (big-endian) of SHA-256(identifier).
SplitMix64 generator_for(std::uint64_t seed, std::string_view identifier);

// "Q7" for the first delivery of a reference or item, "Q7.2" for the second.
std::string instance_name(std::string_view identifier, std::uint32_t instance);

// Fisher-Yates from the last element down with next() % (i + 1).
template <class T>
void shuffle(std::vector<T>& list, SplitMix64& random) {
  for (std::size_t i = list.size(); i-- > 1;) {
    std::swap(list[i], list[static_cast<std::size_t>(random.next() % (i + 1))]);
  }
}

// The order of places 0 .. fixed.size() - 1 in which those that are not fixed are shuffled among themselves.
std::vector<std::size_t> shuffled_order(std::vector<bool> const& fixed, SplitMix64& random);

}  // namespace proktor::qti
