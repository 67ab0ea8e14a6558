#include "qti/value/pattern.hpp"

#include <catch2/catch.hpp>

#include <ctime>
#include <string>

using namespace proktor::qti;

namespace {

std::string repeated(std::string_view part, std::size_t times) {
  std::string text;
  while (times-- > 0) text += part;
  return text;
}

double seconds_of(auto const& work) {
  auto const start = std::clock();  // of this process, so that a busy machine does not count
  work();
  return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

}  // namespace

TEST_CASE("An expression of XML Schema matches whole texts") {
  struct Case {
    std::string_view expression, text;
    bool matches;
  };
  Case const cases[] = {
      {"a+b", "aab", true},
      {"a+b", "xaab", false},
      {"a+b", "aabx", false},
      {"cat|dog", "dog", true},
      {"cat|dog", "catdog", false},
      {"a|", "", true},
      {"", "", true},
      {"", "a", false},
      {"(ab){2,3}", "abab", true},
      {"(ab){2,3}", "abababab", false},
      {"a{2}", "aa", true},
      {"a{2,}", "aaaaa", true},
      {"a{0,1}", "", true},
      // "." is all but the ends of lines
      {".", "é", true},
      {".", "\n", false},
      {".", "\r", false},
      {".", "\xE2\x80\xA8", true},
      {".", "\xF0\x9F\x98\x80", true},
      {"a.b", "a\nb", false},
      // anchors as authors write them; elsewhere the characters themselves
      {"^foo.+bob$", "foobarbob", true},
      {"^foo.+bob$", "foobob", false},
      {"^foo.+bob$", "foobobz", false},
      {"^a$|^b$", "b", true},
      {"(^a$)", "a", true},
      {"5$+", "5$$", true},
      {"a^b", "a^b", true},
      {"\\^a\\$", "^a$", true},
      // escapes
      {"\\d+", "2026", true},
      {"\\d+", "٣٤", true},
      {"\\D", "٣", false},
      {"\\s\\S", "\ta", true},
      {"\\s", "\xC2\xA0", false},
      {"\\w+", "héllo+", true},
      {"\\w+", "a b", false},
      {"\\w", "_", false},
      {"\\W", "_", true},
      {"\\i\\c*", "_a-1.b", true},
      {"\\i\\c*", "-a", false},
      {"\\I\\C", "- ", true},
      {"\\n\\r\\t\\\\\\.\\-\\/", "\n\r\t\\.-/", true},
      {"a\\.b", "axb", false},
      {"\\p{Lu}\\p{Ll}+", "Éa", true},
      {"\\p{Lu}", "é", false},
      {"\\P{L}", "1", true},
      {"\\p{IsBasicLatin}+", "abc", true},
      {"\\p{IsBasicLatin}", "é", false},
      {"\\p{IsLatin-1Supplement}", "é", true},
      {"\\P{IsGreek}", "α", false},
      {"\\p{IsCyrillic}+", "привет", true},
      // classes
      {"[a-z-[aeiou]]+", "bcd", true},
      {"[a-z-[aeiou]]+", "bad", false},
      {"[a-z-[a-m-[c]]]+", "czn", true},
      {"[a-z-[a-m-[c]]]+", "d", false},
      {"[^a-z-[A-C]]", "D", true},
      {"[^a-z-[A-C]]", "B", false},
      {"[\\w-[\\d]]+", "abc", true},
      {"[\\w-[\\d]]+", "ab1", false},
      {"[a-[a]]", "a", false},
      {"[-a]", "-", true},
      {"[a-]", "-", true},
      {"[+\\-*/]", "-", true},
      {"[.]", "x", false},
      {"[\\d,]+", "3,14", true},
      {"[^^]", "^", false},
      {"[à-ü]", "é", true},
      {"[$]", "$", true},
      // what authors bring from elsewhere
      {"(?:ab)+", "abab", true},
      {"a+?b", "aab", true},
      {"[0-9]{1,3}(,[0-9]+)?", "12,5", true},
  };
  for (auto const& test : cases) {
    INFO(test.expression << " : " << test.text);
    std::string reason;
    auto const pattern = Pattern::compile(test.expression, reason);
    CHECK(reason.empty());
    REQUIRE(pattern);
    CHECK(pattern->matches(test.text) == test.matches);
  }
}

TEST_CASE("What is no expression of XML Schema is refused with a reason") {
  struct Case {
    std::string_view expression, reason;
  };
  Case const cases[] = {
      {"(a", "unbalanced parenthesis"},
      {"a)", "unbalanced parenthesis"},
      {"[a", "unbalanced bracket"},
      {"a]", "unbalanced bracket"},
      {"a}", "unbalanced bracket"},
      {"[]", "an empty class"},
      {"[^]", "an empty class"},
      {"[a-[b", "unbalanced bracket"},
      {"[[a]]", "[ inside a class"},
      {"[z-a]", "a range that runs backwards"},
      {"*a", "nothing to repeat"},
      {"a|*", "nothing to repeat"},
      {"(+a)", "nothing to repeat"},
      {"^*", "nothing to repeat"},
      {"a**", "nothing to repeat"},
      {"a++", "nothing to repeat"},
      {"a{2}{3}", "nothing to repeat"},
      {"a{", "a brace that is no count"},
      {"a{,3}", "a brace that is no count"},
      {"a{2", "a brace that is no count"},
      {"a{x}", "a brace that is no count"},
      {"a{3,2}", "a count that runs backwards"},
      {"a{1001}", "more than 1000 times"},
      {"a{99999999999}", "more than 1000 times"},
      {"a\\", "a backslash at the end"},
      {"\\b", "\\b is not of XML Schema"},
      {"(a)\\1", "\\1 is not of XML Schema"},
      {"(?=a)", "(? is not of XML Schema"},
      {"(?i)a", "(? is not of XML Schema"},
      {"\\p{Lx}", "unknown category or block in \\p"},
      {"\\p{IsKlingon}", "unknown category or block in \\p"},
      {"\\p{Is}", "unknown category or block in \\p"},
      {"\\pL", "\\p without a name in braces"},
      {"\\p{L", "\\p without a name in braces"},
      {"a\xFF", "not UTF-8"},
      {"\xC3", "not UTF-8"},
  };
  for (auto const& test : cases) {
    INFO(test.expression);
    std::string reason;
    CHECK_FALSE(Pattern::compile(test.expression, reason));
    CHECK(reason == test.reason);
  }
}

TEST_CASE("Hostile expressions and texts cost bounded time") {
  std::string reason;
  CHECK_FALSE(Pattern::compile(std::string(pattern_max_bytes + 1, 'a'), reason));
  CHECK_FALSE(Pattern::compile("(((a{1000}){1000}){1000})", reason));
  CHECK_FALSE(Pattern::compile("(\\w{100}\\c{100}){9}", reason));
  CHECK_FALSE(Pattern::compile(repeated("[a-z]{1,100}", 51), reason));
  CHECK(reason == "too many repeats or classes");
  CHECK_FALSE(Pattern::compile("((a{1,30}){1,30}){6}", reason));
  CHECK_FALSE(Pattern::compile(repeated("(", 500) + "a" + repeated(")", 500), reason));
  for (auto const& expression :
       {repeated("\\w", pattern_max_bytes / 2), repeated("[\\w-[a]]", 450), repeated("\\w{9}", 600),
        repeated("(a?)", 1'000), repeated("(a|b|", 60) + repeated(")", 60), repeated("[a-z]{1,100}", 50),
        repeated("(a{1,30}){1,30}", 5), repeated("\\p{L}*", 600),
        std::string("[") + repeated("\\w\\c", 1'000) + "]"}) {
    INFO(expression.substr(0, 40));
    CHECK(seconds_of([&] { Pattern::compile(expression, reason); }) < 1.0);
  }
  struct Slow {
    std::string expression, text;
  };
  for (auto const& [expression, text] :
       {Slow{"(a+)+b", std::string(pattern_text_max_bytes, 'a')},
        Slow{"(a|aa)*c", std::string(pattern_text_max_bytes, 'a')},
        Slow{"(.*)(.*)(.*)(.*)(.*)x", std::string(pattern_text_max_bytes, 'a')},
        Slow{".*a.{500}b.*", repeated("ab", pattern_text_max_bytes / 2)},
        Slow{"(.*a.{300}){3}", repeated("abba", pattern_text_max_bytes / 4)},
        Slow{repeated("a?", 500) + std::string(500, 'a'), std::string(500, 'a')}}) {
    INFO(expression.substr(0, 40));
    auto const pattern = Pattern::compile(expression, reason);
    REQUIRE(pattern);
    CHECK(seconds_of([&] { pattern->matches(text); }) < 1.0);
  }
}

TEST_CASE("A text longer than the limit matches nothing") {
  std::string reason;
  auto const pattern = Pattern::compile("a*", reason);
  REQUIRE(pattern);
  CHECK(pattern->matches(std::string(pattern_text_max_bytes, 'a')));
  CHECK_FALSE(pattern->matches(std::string(pattern_text_max_bytes + 1, 'a')));
}
