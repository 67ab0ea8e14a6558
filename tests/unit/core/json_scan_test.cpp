// The scanner under every stored line: what it reads, and by which rule it refuses.
#include "core/json_fields.hpp"
#include "core/json_scan.hpp"
#include "core/event_line.hpp"
#include "core/state.hpp"

#include <catch2/catch.hpp>

using namespace proktor;
using namespace proktor::core;

namespace {

std::string refusal(std::string_view text, int depth_max = 4) {
  std::string_view error = "read";
  auto const members = scan_object(text, depth_max, error);
  return members ? "read" : std::string(error);
}

}  // namespace

TEST_CASE("escapes stand for the characters that they name, of any length in UTF-8") {
  CHECK(decode_string(R"("\"\\\/\b\f\n\r\t")") == "\"\\/\b\f\n\r\t");
  CHECK(decode_string(R"("\u0041\u00e9\u20AC\ud83d\ude00")") == "A\xC3\xA9\xE2\x82\xAC\xF0\x9F\x98\x80");
  for (auto const* text : {"", "x", "\"", "\"a\"b", R"("\x")", R"("\)", R"("\u12")", R"("\u12g4")", R"("\udc00")",
                           R"("\ud800")", R"("\ud800\n")", R"("\ud800\ux")", R"("\ud800\u0041")", R"("\ud800\ue000")",
                           "\"\x01\"", "\"\\\0\""}) {
    INFO(text);
    CHECK_FALSE(decode_string(text).has_value());
  }
}

TEST_CASE("the members of an object are the bytes between its colons and commas") {
  std::string_view error;
  auto const members = scan_object("\t{ \"a\" : 1 , \"b\" :[ ],\"c\":[{\"d\":null}, true,false ] ,\"e\":\"x\\n\" }\n", 4, error);
  REQUIRE(members.has_value());
  JsonMembers const expected{{"a", "1"}, {"b", "[ ]"}, {"c", R"([{"d":null}, true,false ])"}, {"e", R"("x\n")"}};
  CHECK(*members == expected);
  CHECK(scan_object("{ }", 1, error)->empty());
  CHECK(scan_object(R"({"a":{}})", 2, error).has_value());
  for (auto const* number : {"0", "-0", "-12", "1.5", "1e9", "1E+9", "0.1e-10", "-1.0E0"}) {
    INFO(number);
    CHECK(refusal(std::string(R"({"a":)") + number + "}") == "read");
  }
}

TEST_CASE("what is no JSON object is refused by grammar") {
  for (auto const* text :
       {"", "7", "[]", "{", "{\"a\"", "{\"a\":", "{\"a\":1", "{\"a\" 1}", "{\"a\":1,}", "{\"a\":1 \"b\":2}", "{1:2}", "{\"a\":1}x",
        "{\"a\":[1}", "{\"a\":[1 2]}", "{\"a\":[1,]}", "{\"a\":tru}", "{\"a\":fals}", "{\"a\":nul}", "{\"a\":-}", "{\"a\":01}", "{\"a\":1.}",
        "{\"a\":1e}", "{\"a\":1e+}", "{\"a\":.5}", "{\"a\":+1}", "{\"a\":\"x}", "{\"a\":\"\\q\"}", "{\"a\x01\":1}", "{\"a\":}"}) {
    INFO(text);
    CHECK(refusal(text) == "grammar");
  }
}

TEST_CASE("keys are compared after their escapes, and depth counts objects and lists") {
  CHECK(refusal(R"({"a":1,"\u0061":2})") == "duplicate-key");
  CHECK(refusal(R"({"a":{"b":1,"b":2}})") == "duplicate-key");
  CHECK(refusal(R"({"a":[[[1]]]})", 4) == "read");
  CHECK(refusal(R"({"a":[[[[1]]]]})", 4) == "depth");
  CHECK(refusal(R"({"a":{"b":{"c":{"d":{}}}}})", 4) == "depth");
  CHECK(refusal(R"({"a":"\ud800"})") == "surrogate");
  CHECK(refusal(R"({"\ud800":1})") == "surrogate");
}

TEST_CASE("whole numbers are plain digits within 64 bits") {
  CHECK(decode_whole_number("18446744073709551615") == 18446744073709551615ULL);
  for (auto const* text : {"", "-1", "1.0", "1e3", "18446744073709551616", "x"}) {
    INFO(text);
    CHECK_FALSE(decode_whole_number(text).has_value());
  }
}

TEST_CASE("fields of another type than they must have are named") {
  JsonFields lists(R"({"a":["x",7],"b":["x"],"c":7,"n":-1,"t":true,"big":18446744073709551615})");
  CHECK(lists.texts("b") == std::vector<std::string>{"x"});
  CHECK(lists.texts_or_none("none").empty());
  CHECK(lists.texts_or_none("b").size() == 1);
  CHECK(lists.boolean("t"));
  CHECK(lists.natural("big") == 18446744073709551615ULL);
  CHECK(lists.ok());
  CHECK(lists.texts("a").empty());
  CHECK(lists.wrong() == "a");
  for (auto const* name : {"c", "none"}) {
    JsonFields fields(R"({"c":7})");
    CHECK_FALSE(fields.boolean(name));
    CHECK(fields.wrong() == name);
  }
  JsonFields negative(R"({"n":-1})");
  CHECK(negative.natural("n") == 0);
  CHECK(negative.error(Errc::bad_field).detail == "n");
}

TEST_CASE("an item's opaque name is i and its number without zeros before it") {
  CHECK(item_number("i12", 12) == 12);
  for (auto const* name : {"", "i", "x1", "i0", "i01", "i13", "i1x", "i99999999999", "ix"}) {
    INFO(name);
    CHECK(item_number(name, 12) == 0);
  }
}
