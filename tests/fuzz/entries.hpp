#pragma once
// The functions that are fuzzed: bytes of any kind go in, nothing may crash, hang or break a promise. One
// thread. libFuzzer calls them (fuzzer.cpp), and the ordinary test run calls them with the corpus
// (tests/unit/fuzz_corpus).

#include <cstdint>
#include <string>
#include <string_view>

namespace proktor::fuzz {

// An item file: read, checked, its delivery entry and program made, a session played with answers from its
// keys, the result written and read again.
void item(std::string_view bytes);

// The first byte chooses: an expression as XML over fixed variables, or one that is grown from the bytes.
void expression(std::string_view bytes);

// A zip (content package or .paket), or files as text, "=== path" before each: a manifest.json makes a .paket
// of them, with the right sizes and hashes, anything else a content package.
void package(std::string_view bytes);

// Throws: a promise was broken. Ends a fuzz run and fails a test.
void require(bool holds, char const* promise);

// Decisions from bytes; zeros when they are used up.
class Choices {
 public:
  explicit Choices(std::string_view bytes) : bytes_(bytes) {}
  std::uint8_t byte();
  std::size_t below(std::size_t limit);  // limit > 0
  bool one_in(std::size_t chance) { return below(chance) == 1; }
  std::string text(std::size_t length_max);
  bool done() const { return bytes_.empty(); }

 private:
  std::string_view bytes_;
};

}  // namespace proktor::fuzz
