#include "support.hpp"

using namespace proktor::qti;
using namespace proktor::qti::test;

namespace {

std::string const yes = "<qti-base-value base-type='boolean'>true</qti-base-value>";
std::string const no = "<qti-base-value base-type='boolean'>false</qti-base-value>";

// What is shown when the steps are these choices, one after the other; "-" goes on without an answer.
std::string walked(std::string const& inside, std::string const& choices, std::uint64_t seed = 1) {
  Bank bank;
  TestSession session(bank.program(inside), TestSettings{seed, true, {}});
  for (char const c : choices) {
    if (c != '-') session.apply(answer(std::string(1, c)));
    session.apply(go_on());
  }
  return joined(session.path()) + (session.ended() ? " end" : "");
}

}  // namespace

TEST_CASE("In a linear part branch rules and pre-conditions decide what comes next") {
  auto const right = [](std::string const& id) {
    return compare("gt", variable(id + ".SCORE"), number("0"));
  };
  auto const test = [](std::string const& inside) { return part("P", "linear-individual", inside); };
  struct Case {
    std::string about, inside, choices, path;
  };
  auto const four = [&](std::string const& rules) {
    return section("S", ref("a", rules) + ref("b") + ref("c") + ref("d"));
  };
  Case const cases[] = {
      {"no rules", four(""), "AAAA", "a b c d end"},
      {"to an item", four(branch("c", right("a"))), "AAA", "a c d end"},
      {"not when it does not hold", four(branch("c", right("a"))), "BAAA", "a b c d end"},
      {"the first that holds", four(branch("d", right("a")) + branch("c", yes)), "BAA", "a c d end"},
      {"out of the test", four(branch("EXIT_TEST", right("a"))), "A", "a end"},
      {"out of the part", four(branch("EXIT_TESTPART", right("a"))), "A", "a end"},
      {"out of the section",
       section("S", ref("a", branch("EXIT_SECTION", yes)) + ref("b")) + section("R", ref("c")), "AA",
       "a c end"},
      {"out of the section, which then speaks",
       section("S", branch("d", yes) + ref("a", branch("EXIT_SECTION", yes)) + ref("b")) +
           section("R", ref("c") + ref("d")),
       "AA", "a d end"},
      {"a section speaks when it ends",
       section("S", branch("R2", yes) + ref("a") + ref("b")) + section("R", ref("c")) +
           section("R2", ref("d")),
       "AAA", "a b d end"},
      {"a section whose last item is skipped still speaks",
       section("S", branch("R2", yes) + ref("a") + ref("b", when(no))) + section("R", ref("c")) +
           section("R2", ref("d")),
       "AA", "a d end"},
      {"a section that was skipped does not speak",
       section("S", when(no) + branch("R2", yes) + ref("a")) + section("R", ref("c")) +
           section("R2", ref("d")),
       "AA", "c d end"},
      {"inner sections speak first",
       section("O", branch("d", yes) + section("I", branch("c", yes) + ref("a"))) +
           section("R", ref("b") + ref("c") + ref("d")),
       "AAA", "a c d end"},
      {"pre-conditions hold where a branch leads",
       section("S", ref("a", branch("c", yes)) + ref("b") + ref("c", when(right("b"))) + ref("d")), "AA",
       "a d end"},
      {"EXIT_SECTION at the outermost section goes on",
       section("S", branch("EXIT_SECTION", yes) + ref("a")) + section("R", ref("b")), "AA", "a b end"},
      {"nothing to show", section("S", when("<qti-null/>") + ref("a")), "", " end"},
  };
  for (auto const& one : cases) {
    INFO(one.about);
    CHECK(walked(test(one.inside), one.choices) == one.path);
  }
}

TEST_CASE("Rules of items and sections do nothing in a nonlinear part, those of parts do") {
  auto const inside = part("P", "nonlinear-individual",
                           section("S", ref("a", branch("EXIT_TEST", yes)) + ref("b", when(no)))) +
                      part("Q", "nonlinear-individual", when(no) + section("S2", ref("c"))) +
                      part("R", "linear-individual", branch("EXIT_TEST", yes) + section("S3", ref("d"))) +
                      part("Z", "linear-individual", section("S4", ref("e")));
  Bank bank;
  auto const loaded = bank.load(inside);
  std::string codes;
  for (auto const& finding : loaded.findings) codes += finding.code + " ";
  CHECK(codes == "rule-ignored rule-ignored unreachable-item ");
  TestSession session(loaded.program, {});
  session.apply(answer("A"));
  CHECK(session.current() == nullptr);
  session.apply(answer("A", "a"));
  CHECK(session.apply(answer("A", "b")).refused.empty());
  session.apply(end_part());
  CHECK(session.part()->identifier == "R");
  session.apply(go_on());
  CHECK(session.ended());
  CHECK(joined(session.path()) == "a b d");
}

TEST_CASE("A target that is not there, lies behind or in another part is found before") {
  auto const code = [](std::string const& inside) {
    Bank bank;
    for (auto const& finding : bank.load(inside).findings) {
      if (finding.severity == Severity::error) return finding.code + ":" + std::to_string(finding.line);
    }
    return std::string();
  };
  auto const in = [](std::string const& rules) {
    return part("P", "linear-individual", section("S", ref("a") + "\n" + ref("b", rules) + ref("c"))) +
           part("Q", "linear-individual", section("R", ref("d")));
  };
  CHECK(code(in(branch("c", yes))) == "");
  CHECK(code(in(branch("x", yes))) == "unknown-target:2");
  CHECK(code(in(branch("d", yes))) == "unknown-target:2");
  CHECK(code(in(branch("P", yes))) == "unknown-target:2");
  CHECK(code(in(branch("a", yes))) == "backward-target:2");
  CHECK(code(in(branch("b", yes))) == "backward-target:2");
  CHECK(code(in(branch("S", yes))) == "backward-target:2");
  CHECK(code(in(when(variable("NONE")))) == "unknown-variable:2");
  CHECK(code(in(when(compare("gt", variable("zz.SCORE"), number("0"))))) == "unknown-variable:2");
  CHECK(code(in(when(compare("gt", total("section-identifier='N'"), number("0"))))) == "unknown-section:2");
  CHECK(code(in(when(number("1")))) == "wrong-base-type:2");
  CHECK(code(part("P", "linear-individual", section("S", ref("missing")))) == "missing-file:1");
}

TEST_CASE("Selection with replacement gives items of their own") {
  auto const inside = outcome("SCORE") + outcome("SECOND") +
                      part("P", "nonlinear-simultaneous",
                           section("S", "<qti-selection select='3' with-replacement='true'/>" + ref("a"))) +
                      processing(set("SCORE", total()) + set("SECOND", variable("a.2.SCORE")));
  Bank bank;
  TestSession session(bank.program(inside), {});
  session.apply(answer("A", "a"));
  session.apply(answer("B", "a.2"));
  session.apply(answer("A", "a.3"));
  CHECK(score(session) == 0);
  session.apply(end_part());
  CHECK(session.ended());
  CHECK(joined(session.path()) == "a a.2 a.3");
  CHECK(score(session) == 2);
  CHECK(score(session, "SECOND") == 0);
}
