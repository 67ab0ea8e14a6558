#include "qti/delivery/shuffle.hpp"

#include "base/crypto.hpp"

#include <span>

namespace proktor::qti {

SplitMix64 generator_for(std::uint64_t seed, std::string_view identifier) {
  auto const digest = sha256(identifier);
  return SplitMix64(seed ^ read_u64_be(std::span<std::uint8_t const, 8>(digest.data(), 8)));
}

std::string instance_name(std::string_view identifier, std::uint32_t instance) {
  std::string name(identifier);
  if (instance > 1) name.append(".").append(std::to_string(instance));
  return name;
}

std::vector<std::size_t> shuffled_order(std::vector<bool> const& fixed, SplitMix64& random) {
  std::vector<std::size_t> free_places;
  for (std::size_t i = 0; i < fixed.size(); ++i) {
    if (!fixed[i]) free_places.push_back(i);
  }
  auto drawn = free_places;
  shuffle(drawn, random);
  std::vector<std::size_t> order(fixed.size());
  for (std::size_t i = 0; i < fixed.size(); ++i) order[i] = i;
  for (std::size_t i = 0; i < free_places.size(); ++i) order[free_places[i]] = drawn[i];
  return order;
}

}  // namespace proktor::qti
