// The entry of libFuzzer; built once for each function, which PROKTOR_FUZZ_ENTRY names.

#include "tests/fuzz/entries.hpp"

#include <cstddef>

extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* data, std::size_t size) {
  proktor::fuzz::PROKTOR_FUZZ_ENTRY({reinterpret_cast<char const*>(data), size});
  return 0;
}
