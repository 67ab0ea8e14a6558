#include "qti/value/fold.hpp"

#include <catch2/catch.hpp>

using namespace proktor::qti;

TEST_CASE("Text without case is the same in every script") {
  CHECK(fold_case("JAKARTA 17") == "jakarta 17");
  CHECK(fold_case("ÉCOLE") == "école");
  CHECK(same_without_case("E\u0301cole", "ÉCOLE"));  // E and an accent apart
  CHECK(fold_case("Straße") == "strasse");
  CHECK(fold_case("").empty());
  CHECK(same_without_case("Étude", "éTUDE"));
  CHECK(same_without_case("STRASSE", "straße"));
  CHECK(same_without_case("ΣΊΣΥΦΟΣ", "σίσυφος"));
  CHECK(same_without_case("ПРИВЕТ", "привет"));
  CHECK_FALSE(same_without_case("e", "é"));
  CHECK_FALSE(same_without_case("ab", "abc"));
  CHECK_FALSE(same_without_case("@", "`"));  // only letters fold
}

TEST_CASE("A part is found with or without case") {
  CHECK(contains_text("Kota Surabaya", "surabaya", false));
  CHECK_FALSE(contains_text("Kota Surabaya", "surabaya", true));
  CHECK(contains_text("une ÉTUDE", "étude", false));
  CHECK(contains_text("abc", "", true));
  CHECK_FALSE(contains_text("abc", "abcd", false));
}

TEST_CASE("Bytes that are no UTF-8 do no harm") {
  CHECK(same_without_case("A\xFF", "a\xFF"));
  CHECK_FALSE(fold_case("\xC3").empty());
}
