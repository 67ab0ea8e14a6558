#include "core/needs.hpp"

#include <catch2/catch.hpp>

using namespace proktor;

TEST_CASE("what a participant needs becomes the supports of catalogs") {
  struct Case {
    char const* needs;
    qti::Supports supports;
  };
  qti::Supports const deaf{"transcript", "sign-language"};
  for (auto const& one : {Case{"", {}},
                          {"tidak ada", {}},
                          {"A - Tuna netra", {"spoken", "long-description", "audio-description"}},
                          {"tunarungu", deaf},
                          {"B - Tuna rungu;F - Tuna wicara", deaf},
                          {"C1 - Tuna grahita sedang", {"glossary-on-screen", "illustrated-glossary", "linguistic-guidance"}},
                          {" glossary-on-screen | Spoken ", {"glossary-on-screen", "spoken"}},
                          {"correct-response, braille", {}},
                          {";;/", {}}}) {
    CAPTURE(one.needs);
    CHECK(core::supports_of(one.needs) == one.supports);
  }
}
