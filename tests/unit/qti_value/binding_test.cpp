#include "qti/value/binding.hpp"
#include "qti/value/text.hpp"

#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include <string>

using namespace proktor::qti;

namespace {

std::string bound_text(std::string_view json, Cardinality cardinality, BaseType base,
                       BindingPolicy policy = {}) {
  auto const bound = bind(boost::json::parse(json), cardinality, base, policy);
  CHECK(bound.value.cardinality() == cardinality);
  if (cardinality != Cardinality::record) CHECK(bound.value.base() == base);
  return boost::json::serialize(to_json(bound.value)) + (bound.valid ? "" : " invalid");
}

struct Case {
  BaseType base;
  std::string_view input;     // JSON
  std::string_view expected;  // JSON of the value, and " invalid"
};

void check_all(Cardinality cardinality, std::initializer_list<Case> cases, BindingPolicy policy = {}) {
  for (auto const& test : cases) {
    INFO(name(cardinality) << " " << name(test.base) << " " << test.input);
    CHECK(bound_text(test.input, cardinality, test.base, policy) == test.expected);
  }
}

}  // namespace

TEST_CASE("A single response of every type is bound or is not valid") {
  check_all(Cardinality::single,
            {{BaseType::identifier, R"("A")", R"("A")"},
             {BaseType::identifier, R"(" A\n")", R"("A")"},
             {BaseType::identifier, R"("A B")", "null invalid"},
             {BaseType::identifier, "1", R"("1")"},
             {BaseType::boolean, "true", "true"},
             {BaseType::boolean, R"("false")", "false"},
             {BaseType::boolean, "1", "true"},
             {BaseType::boolean, R"("ya")", "null invalid"},
             {BaseType::string, R"("  dua kata ")", R"("  dua kata ")"},
             {BaseType::string, "42", R"("42")"},
             {BaseType::string, "2.5", R"("2.5")"},
             {BaseType::integer, R"(" +42 ")", "42"},
             {BaseType::integer, "42.0", "42"},
             {BaseType::integer, "42.5", "null invalid"},
             {BaseType::integer, "2147483647", "2147483647"},
             {BaseType::integer, R"("-2147483648")", "-2147483648"},
             {BaseType::integer, R"("2147483648")", "null invalid"},
             {BaseType::integer, R"("99999999999999999999")", "null invalid"},
             {BaseType::integer, "18446744073709551615", "null invalid"},
             {BaseType::integer, R"("empat")", "null invalid"},
             {BaseType::integer, R"("--4")", "null invalid"},
             {BaseType::point, R"("10  20")", R"("10 20")"},
             {BaseType::point, R"("10,20")", "null invalid"},
             {BaseType::point, R"("3000000000 1")", "null invalid"},
             {BaseType::pair, R"("A\t B")", R"("A B")"},
             {BaseType::directed_pair, R"("A")", "null invalid"},
             {BaseType::duration, "12", "12"},
             {BaseType::duration, R"("PT1M")", "60"},
             {BaseType::duration, "-1", "null invalid"},
             {BaseType::uri, R"("https://example.org/a b")", R"("https://example.org/a b")"},
             {BaseType::identifier, "{}", "null invalid"},
             {BaseType::string, R"({"a": 1})", "null invalid"},
             {BaseType::identifier, R"(["A"])", R"("A")"},
             {BaseType::identifier, R"(["A", "B"])", "null invalid"},
             {BaseType::identifier, R"([["A"]])", "null invalid"}});
}

TEST_CASE("Nothing given is NULL and valid") {
  for (auto const base : {BaseType::identifier, BaseType::boolean, BaseType::integer, BaseType::floating,
                          BaseType::string, BaseType::point, BaseType::pair, BaseType::file}) {
    for (auto const cardinality : {Cardinality::single, Cardinality::multiple, Cardinality::ordered}) {
      for (auto const* const nothing : {"null", R"("")", "[]", R"([null, ""])"}) {
        INFO(name(cardinality) << " " << name(base) << " " << nothing);
        CHECK(bound_text(nothing, cardinality, base) == "null");
      }
    }
  }
  CHECK(bound_text("null", Cardinality::record, BaseType::none) == "null");
  CHECK(bound_text("{}", Cardinality::record, BaseType::none) == "null");
  CHECK(bound_text(R"(" ")", Cardinality::single, BaseType::integer) == "null");
  CHECK(bound_text(R"(" ")", Cardinality::single, BaseType::string) == R"(" ")");
}

TEST_CASE("A decimal comma is read, a thousands point is refused") {
  auto const number = [](std::string_view text, DecimalPolicy decimal) -> std::optional<double> {
    BindingPolicy policy;
    policy.decimal = decimal;
    auto const bound =
        bind(boost::json::value(std::string(text)), Cardinality::single, BaseType::floating, policy);
    double value = 0;
    CHECK(bound.value.as_number(value) == bound.valid);
    return bound.valid ? std::optional(value) : std::nullopt;
  };
  struct NumberCase {
    std::string_view text;
    std::optional<double> comma, point;
  };
  for (auto const& [text, comma, point] : std::initializer_list<NumberCase>{{"3,14", 3.14, {}},
                                                                            {"3.14", 3.14, 3.14},
                                                                            {"-0,5", -0.5, {}},
                                                                            {"\xE2\x88\x92"
                                                                             "5",
                                                                             -5, -5},
                                                                            {" 7 ", 7, 7},
                                                                            {"+7", 7, 7},
                                                                            {",5", 0.5, {}},
                                                                            {".5", 0.5, 0.5},
                                                                            {"5,", 5, {}},
                                                                            {"5.", 5, 5},
                                                                            {"1,0e2", 100, {}},
                                                                            {"1.0E+2", 100, 100},
                                                                            {"1.0e-2", 0.01, 0.01},
                                                                            {"1.234", 1.234, 1.234},
                                                                            {"1.234,5", {}, {}},
                                                                            {"1,234.5", {}, {}},
                                                                            {"1.234.567", {}, {}},
                                                                            {"1,234,567", {}, {}},
                                                                            {"1e2,5", {}, {}},
                                                                            {"3 14", {}, {}},
                                                                            {"1e", {}, {}},
                                                                            {"e5", {}, {}},
                                                                            {",", {}, {}},
                                                                            {"-", {}, {}},
                                                                            {"+-5", {}, {}},
                                                                            {"1e999", {}, {}},
                                                                            {"INF", {}, {}},
                                                                            {"NaN", {}, {}},
                                                                            {"0x10", {}, {}},
                                                                            {"Rp 5", {}, {}}}) {
    INFO(text);
    CHECK(number(text, DecimalPolicy::comma) == comma);
    CHECK(number(text, DecimalPolicy::point) == point);
  }
  CHECK_FALSE(number(std::string(100'000, '1'), DecimalPolicy::comma));
  check_all(Cardinality::single, {{BaseType::integer, R"("1.000")", "null invalid"},
                                  {BaseType::integer, R"("1,0")", "null invalid"},
                                  {BaseType::duration, R"("1,5")", "1.5E0"}});
}

TEST_CASE("An integer is read in the radix of its interaction") {
  BindingPolicy policy;
  policy.radix = 16;
  check_all(Cardinality::single,
            {{BaseType::integer, R"("1F")", "31"},
             {BaseType::integer, R"("-ff")", "-255"},
             {BaseType::integer, R"("1G")", "null invalid"},
             {BaseType::integer, R"("0x1F")", "null invalid"}},
            policy);
  policy.radix = 8;
  check_all(Cardinality::single,
            {{BaseType::integer, R"("17")", "15"}, {BaseType::integer, R"("8")", "null invalid"}}, policy);
  policy.radix = 99;
  check_all(Cardinality::single, {{BaseType::integer, R"("17")", "17"}}, policy);
}

TEST_CASE("Containers keep order and duplicates and drop what is nothing") {
  for (auto const cardinality : {Cardinality::multiple, Cardinality::ordered}) {
    check_all(cardinality, {{BaseType::identifier, R"(["B", "A", "B"])", R"(["B","A","B"])"},
                            {BaseType::identifier, R"(["B", null, "", "  ", "A"])", R"(["B","A"])"},
                            {BaseType::identifier, R"("A")", R"(["A"])"},
                            {BaseType::identifier, R"(["A", "B C"])", "null invalid"},
                            {BaseType::identifier, R"(["A", ["B"]])", "null invalid"},
                            {BaseType::directed_pair, R"(["A B", "C\nD"])", R"(["A B","C D"])"},
                            {BaseType::point, R"(["1 2", "3 4"])", R"(["1 2","3 4"])"},
                            {BaseType::floating, R"(["1,5", 2])", "[1.5E0,2]"},
                            {BaseType::string, R"([" ", "", "a"])", R"([" ","a"])"}});
  }
  boost::json::array many;
  for (std::size_t n = 0; n <= binding_members_max; ++n) many.emplace_back("A");
  CHECK_FALSE(bind(many, Cardinality::multiple, BaseType::identifier, {}).valid);
  many.pop_back();
  CHECK(bind(many, Cardinality::multiple, BaseType::identifier, {}).value.size() == binding_members_max);
}

TEST_CASE("A record is bound field by field, its types from its JSON") {
  auto const record =
      bind(boost::json::parse(R"({"x": 3, "y": 2.5, "t": "a", "b": true, "n": null, "e": ""})"),
           Cardinality::record, BaseType::none, {});
  REQUIRE(record.valid);
  CHECK(record.value.fields().size() == 4);
  CHECK(record.value.field("x")->base() == BaseType::integer);
  CHECK(record.value.field("y")->base() == BaseType::floating);
  CHECK(record.value.field("t")->base() == BaseType::string);
  CHECK(record.value.field("b")->base() == BaseType::boolean);
  for (auto const* const wrong : {R"({"x": [1]})", R"({"x": {}})", R"({"": 1})", "[1]"}) {
    INFO(wrong);
    CHECK(bound_text(wrong, Cardinality::record, BaseType::none) == "null invalid");
  }
}

TEST_CASE("A number typed into a record tells its digits") {
  struct RecordCase {
    std::string_view text;
    std::string_view expected;
  };
  for (
      auto const& [text, expected] : std::initializer_list<RecordCase>{
          {"42",
           R"({"stringValue":"42","floatValue":42,"integerValue":42,"leftDigits":2,"rightDigits":0,"ndp":0,"nsf":2})"},
          {"-0,0120",
           R"({"stringValue":"-0,0120","floatValue":-1.2E-2,"leftDigits":1,"rightDigits":4,"ndp":4,"nsf":3})"},
          {"1.2e5",
           R"({"stringValue":"1.2e5","floatValue":120000,"leftDigits":1,"rightDigits":1,"ndp":0,"nsf":2,"exponent":5})"},
          {"1.25E-1",
           R"({"stringValue":"1.25E-1","floatValue":1.25E-1,"leftDigits":1,"rightDigits":2,"ndp":3,"nsf":3,"exponent":-1})"},
          {"0",
           R"({"stringValue":"0","floatValue":0,"integerValue":0,"leftDigits":1,"rightDigits":0,"ndp":0,"nsf":1})"},
          {"3000000000",
           R"({"stringValue":"3000000000","floatValue":3000000000,"leftDigits":10,"rightDigits":0,"ndp":0,"nsf":10})"},
          {"1.234,5", R"({"stringValue":"1.234,5"} invalid)"}}) {
    INFO(text);
    auto const bound = bind(boost::json::value(std::string(text)), Cardinality::record, BaseType::none, {});
    CHECK(boost::json::serialize(to_json(bound.value)) + (bound.valid ? "" : " invalid") == expected);
  }
}

TEST_CASE("A file becomes a data URL with its name, or is not valid") {
  check_all(
      Cardinality::single,
      {{BaseType::file, R"({"name": "foto 1.png", "type": "image/png", "data": "AAEC"})",
        R"("data:image/png;name=foto%201.png;base64,AAEC")"},
       {BaseType::file, R"({"name": "a", "type": "image/svg+xml", "data": "QQ=="})",
        R"("data:image/svg+xml;name=a;base64,QQ==")"},
       {BaseType::file, R"("uploads/7.txt")", R"("uploads/7.txt")"},
       {BaseType::file, R"({"name": "", "type": "image/png", "data": "AAEC"})", "null invalid"},
       {BaseType::file, R"({"name": "a", "type": "image/png;x", "data": "AAEC"})", "null invalid"},
       {BaseType::file, R"({"name": "a", "type": "png", "data": "AAEC"})", "null invalid"},
       {BaseType::file, R"({"name": "a", "type": "image/png", "data": "AAE"})", "null invalid"},
       {BaseType::file, R"({"name": "a", "type": "image/png", "data": "A=EC"})", "null invalid"},
       {BaseType::file, R"({"name": "a", "type": "image/png", "data": ""})", "null invalid"},
       {BaseType::file, R"({"name": "a", "type": "image/png", "data": "AAEC", "path": "x"})", "null invalid"},
       {BaseType::file, R"({"name": "a", "type": "image/png"})", "null invalid"}});
  boost::json::object large{
      {"name", "a"}, {"type", "image/png"}, {"data", std::string(binding_file_max_bytes + 4, 'A')}};
  CHECK_FALSE(bind(large, Cardinality::single, BaseType::file, {}).valid);
}
