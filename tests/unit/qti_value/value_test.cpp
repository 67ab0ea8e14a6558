#include "qti/value/value.hpp"
#include "qti/value/text.hpp"

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <catch2/catch.hpp>

#include <cmath>
#include <limits>

using namespace proktor::qti;

namespace {

Value container(Cardinality cardinality, BaseType base, std::vector<std::string_view> const& texts) {
  Value value{cardinality, base};
  for (auto const text : texts) {
    auto scalar = scalar_from(base, text);
    REQUIRE(scalar);
    value.add(std::move(*scalar));
  }
  return value;
}

}  // namespace

TEST_CASE("Every type has QTI's own name and is found by it") {
  for (auto const base : {BaseType::identifier, BaseType::boolean, BaseType::integer, BaseType::floating,
                          BaseType::string, BaseType::point, BaseType::pair, BaseType::directed_pair,
                          BaseType::duration, BaseType::file, BaseType::uri}) {
    CHECK(base_type_from(name(base)) == base);
  }
  CHECK(name(BaseType::directed_pair) == "directedPair");
  CHECK(name(BaseType::none).empty());
  CHECK_FALSE(base_type_from(""));
  CHECK_FALSE(base_type_from("Float"));
  for (auto const cardinality :
       {Cardinality::single, Cardinality::multiple, Cardinality::ordered, Cardinality::record}) {
    CHECK(cardinality_from(name(cardinality)) == cardinality);
  }
}

TEST_CASE("An empty string, a number that is none and an empty container are NULL") {
  CHECK(Value{}.is_null());
  CHECK(Value::string("").is_null());
  CHECK(Value::floating(std::nan("")).is_null());
  CHECK(Value(Cardinality::multiple, BaseType::identifier).is_null());
  CHECK(Value::record({}).is_null());
  CHECK_FALSE(Value::boolean(false).is_null());
  CHECK_FALSE(Value::integer(0).is_null());
  CHECK_FALSE(Value::string(" ").is_null());
}

TEST_CASE("NULL is the same as nothing") {
  CHECK_FALSE(same(Value{}, Value{}));
  CHECK_FALSE(same(Value::string("a"), Value(Cardinality::single, BaseType::string)));
}

TEST_CASE("Values match by cardinality, type and members") {
  struct Case {
    Cardinality cardinality;
    BaseType base;
    std::vector<std::string_view> left, right;
    bool same;
  };
  Case const cases[] = {
      {Cardinality::multiple, BaseType::identifier, {"A", "B", "C"}, {"C", "A", "B"}, true},
      {Cardinality::multiple, BaseType::identifier, {"A", "A", "B"}, {"A", "B", "B"}, false},
      {Cardinality::multiple, BaseType::identifier, {"A", "A"}, {"A"}, false},
      {Cardinality::ordered, BaseType::identifier, {"A", "B"}, {"B", "A"}, false},
      {Cardinality::ordered, BaseType::identifier, {"A", "B"}, {"A", "B"}, true},
      {Cardinality::ordered, BaseType::identifier, {"A", "B"}, {"A", "B", "C"}, false},
      {Cardinality::single, BaseType::pair, {"A B"}, {"B A"}, true},
      {Cardinality::single, BaseType::directed_pair, {"A B"}, {"B A"}, false},
      {Cardinality::multiple, BaseType::pair, {"A B", "C D"}, {"D C", "B A"}, true},
      {Cardinality::multiple, BaseType::pair, {"A B", "B A"}, {"A B", "A C"}, false},
      {Cardinality::multiple, BaseType::directed_pair, {"A B", "C D"}, {"C D", "A B"}, true},
      {Cardinality::single, BaseType::floating, {"0.5"}, {"5e-1"}, true},
      {Cardinality::single, BaseType::floating, {"0"}, {"-0"}, true},
      {Cardinality::single, BaseType::string, {"a"}, {"A"}, false},
      {Cardinality::single, BaseType::point, {"1 2"}, {"1 2"}, true},
      {Cardinality::single, BaseType::point, {"1 2"}, {"2 1"}, false},
  };
  for (auto const& test : cases) {
    auto const left = container(test.cardinality, test.base, test.left);
    auto const right = container(test.cardinality, test.base, test.right);
    INFO(test.left.front() << " ... " << test.right.front());
    CHECK(same(left, right) == test.same);
    CHECK(same(right, left) == test.same);
  }
  CHECK(same(Value::integer(3), Value::floating(3)));
  CHECK_FALSE(same(Value::integer(9'007'199'254'740'993), Value::floating(9'007'199'254'740'992.0)));
  CHECK_FALSE(same(Value::string("A"), Value::identifier("A")));
  CHECK_FALSE(same(Value::identifier("A"), container(Cardinality::multiple, BaseType::identifier, {"A"})));
}

TEST_CASE("Large bags compare like small ones") {
  Value left{Cardinality::multiple, BaseType::pair}, right{Cardinality::multiple, BaseType::pair};
  for (int n = 0; n < 10'000; ++n) {
    left.add(Pair{"A" + std::to_string(n % 100), "B" + std::to_string(n)});
    right.add(Pair{"B" + std::to_string(9'999 - n), "A" + std::to_string((9'999 - n) % 100)});
  }
  CHECK(same(left, right));
  right.retype(Cardinality::multiple, BaseType::directed_pair);
  left.retype(Cardinality::multiple, BaseType::directed_pair);
  CHECK_FALSE(same(left, right));
}

TEST_CASE("Records match field by field, in any order") {
  auto const left = Value::record({{"a", Value::integer(1)}, {"b", Value::string("x")}, {"c", Value{}}});
  auto const right = Value::record({{"c", Value{}}, {"b", Value::string("x")}, {"a", Value::floating(1)}});
  CHECK(same(left, right));
  CHECK_FALSE(same(left, Value::record({{"a", Value::integer(1)}, {"b", Value::string("x")}})));
  CHECK_FALSE(same(
      left, Value::record({{"a", Value::integer(1)}, {"b", Value::string("x")}, {"c", Value::integer(0)}})));
  REQUIRE(left.field("b") != nullptr);
  CHECK(*left.field("b")->as_text() == "x");
  CHECK(left.field("d") == nullptr);
}

TEST_CASE("A value is read only as what it is") {
  double number = -1;
  CHECK(Value::integer(7).as_number(number));
  CHECK(number == 7);
  CHECK(Value::single(BaseType::duration, 1.5).as_number(number));
  CHECK(number == 1.5);
  CHECK_FALSE(Value::string("7").as_number(number));
  CHECK(Value::floating(7).as_integer() == nullptr);
  CHECK(Value::integer(1).as_boolean() == nullptr);
  auto const list = container(Cardinality::ordered, BaseType::integer, {"7"});
  CHECK(list.as_integer() == nullptr);
  CHECK_FALSE(list.as_number(number));
}

TEST_CASE("Text becomes a scalar only where it is one") {
  struct Case {
    BaseType base;
    std::string_view text;
    std::string_view lexical;  // what to_text gives back; "(none)" when it is no value of the type
  };
  std::string_view const none = "(none)";
  Case const cases[] = {
      {BaseType::identifier, " choice_A ", "choice_A"},
      {BaseType::identifier, "A B", none},
      {BaseType::identifier, " ", none},
      {BaseType::string, " as is ", " as is "},
      {BaseType::string, "", ""},
      {BaseType::boolean, " true\n", "true"},
      {BaseType::boolean, "0", "false"},
      {BaseType::boolean, "TRUE", none},
      {BaseType::boolean, "yes", none},
      {BaseType::integer, " +42 ", "42"},
      {BaseType::integer, "-9223372036854775808", "-9223372036854775808"},
      {BaseType::integer, "9223372036854775808", none},
      {BaseType::integer, "1.0", none},
      {BaseType::integer, "0x10", none},
      {BaseType::integer, "+-4", none},
      {BaseType::integer, "", none},
      {BaseType::floating, "3.5", "3.5"},
      {BaseType::floating, "+1E2", "100"},
      {BaseType::floating, ".5", "0.5"},
      {BaseType::floating, "5.", "5"},
      {BaseType::floating, "0.1", "0.1"},
      {BaseType::floating, "1e23", "1e+23"},
      {BaseType::floating, "INF", "INF"},
      {BaseType::floating, "-INF", "-INF"},
      {BaseType::floating, "inf", none},
      {BaseType::floating, "NaN", none},
      {BaseType::floating, "1e999", none},
      {BaseType::floating, "3,5", none},
      {BaseType::floating, "1 2", none},
      {BaseType::floating, "+-1", none},
      {BaseType::floating, "e5", none},
      {BaseType::point, " 10 \t 20 ", "10 20"},
      {BaseType::point, "-1 20", "-1 20"},
      {BaseType::point, "10", none},
      {BaseType::point, "10 20 30", none},
      {BaseType::point, "10.5 20", none},
      {BaseType::pair, "A\n B", "A B"},
      {BaseType::directed_pair, "A", none},
      {BaseType::directed_pair, "A B C", none},
      {BaseType::duration, "12.5", "12.5"},
      {BaseType::duration, "-1", none},
      {BaseType::duration, "INF", none},
      {BaseType::duration, "PT1M30.5S", "90.5"},
      {BaseType::duration, "P1DT2H", "93600"},
      {BaseType::duration, "P1W", "604800"},
      {BaseType::duration, "PT1S2M", none},
      {BaseType::duration, "P1DT", none},
      {BaseType::duration, "P", none},
      {BaseType::duration, "P1Y", none},
      {BaseType::duration, "PT5", none},
      {BaseType::uri, " http://example.org/a ", "http://example.org/a"},
      {BaseType::none, "anything", none},
  };
  for (auto const& test : cases) {
    auto const scalar = scalar_from(test.base, test.text);
    INFO(name(test.base) << " \"" << test.text << "\"");
    CHECK((scalar ? to_text(*scalar, test.base) : std::string(none)) == test.lexical);
  }
}

TEST_CASE("Every number written is read back as the same number") {
  for (double const number : {1.0 / 3, 5e-324, 1.7976931348623157e308, -0.1, 123456789.125, 1e21, 0.0}) {
    CHECK(std::get<double>(*scalar_from(BaseType::floating, to_text(number, BaseType::floating))) == number);
  }
}

TEST_CASE("Values become JSON as the command line promises") {
  auto const json = [](Value const& value) { return boost::json::serialize(to_json(value)); };
  CHECK(json(Value{}) == "null");
  CHECK(json(Value::identifier("A")) == R"("A")");
  CHECK(json(Value::boolean(true)) == "true");
  CHECK(json(Value::integer(-3)) == "-3");
  CHECK(json(Value::floating(2)) == "2");
  CHECK(to_json(Value::floating(2.5)).as_double() == 2.5);
  CHECK(json(Value::floating(std::numeric_limits<double>::infinity())) == R"("INF")");
  CHECK(json(container(Cardinality::multiple, BaseType::directed_pair, {"A B", "C  D"})) ==
        R"(["A B","C D"])");
  CHECK(json(container(Cardinality::ordered, BaseType::point, {"1 2"})) == R"(["1 2"])");
  CHECK(json(Value::record({{"f", Value::integer(1)}, {"n", Value{}}})) == R"({"f":1,"n":null})");
}
