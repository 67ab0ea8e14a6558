#include "provisioning/qti/json_input.hpp"
#include "provisioning/qti/play.hpp"
#include "qti/navigation/test_player.hpp"
#include "support.hpp"

#include <sstream>

using namespace proktor;
using namespace proktor::qti;
using namespace proktor::qti::test;

namespace {

namespace json = boost::json;

// The path, where it ended, and the refusals, as "step:code".
std::string played(std::string const& inside, std::string const& steps) {
  Bank bank;
  Finding wrong;
  auto const out = play(bank.program(inside), json::parse(steps), {}, wrong);
  if (!out) return wrong.code;
  std::string text;
  for (auto const& item : out->at("path").as_array()) text += std::string(item.as_string()) + " ";
  text += "| " + std::string(out->at("end").as_string()) + " |";
  for (auto const& one : out->at("refused").as_array()) {
    text += " " + json::serialize(one.at("step")) + ":" + std::string(one.at("code").as_string());
  }
  return text;
}

std::string line_out(std::string const& line) {
  std::istringstream in(line + "\n");
  std::ostringstream out;
  qti_commands::QtiPlayOptions options;
  options.batch = true;
  CHECK(qti_commands::run_qti_play(options, in, out) == 0);
  return std::string(json::parse(out.str()).at("error").at("code").as_string());
}

}  // namespace

TEST_CASE("Steps that name no item go past what is out of time, to what can still be answered") {
  std::string const r8 = R"({"responses":{"RESPONSE":"A"},"duration":8})";
  std::string const pass8 = R"({"duration":8})";
  auto const limit = [](std::string const& more) { return "<qti-time-limits max-time='15' " + more + "/>"; };
  auto const two = [&](std::string const& mode, std::string const& more, std::string const& items) {
    return part("P", mode, section("S", limit(more) + items) + section("T", ref("c") + ref("d")));
  };
  auto const ab = ref("a") + ref("b"), abx = ab + ref("x");
  auto const last = part("Q", "linear-individual", section("U", ref("e")));
  auto const three = "[" + r8 + "," + r8 + "," + r8 + "]";
  struct Case {
    char const* about;
    std::string inside, steps, out;
  };
  Case const cases[] = {
      {"the third reaches the next section", two("linear-individual", "", ab), three,
       "a b c d | in part P at item d | 1:time-over"},
      {"late submission is taken", two("linear-individual", "allow-late-submission='true'", ab), three,
       "a b c d | in part P at item d |"},
      {"every item of the section is out of time", two("linear-individual", "", abx), three,
       "a b x c d | in part P at item d | 1:time-over"},
      {"when the steps run out, the section is left", two("linear-individual", "", ab),
       "[" + r8 + "," + r8 + "]", "a b c | in part P at item c | 1:time-over"},
      {"without an answer too", two("linear-individual", "", abx), "[" + pass8 + "," + pass8 + "," + pass8 + "]",
       "a b x c d | in part P at item d |"},
      {"nonlinear", two("nonlinear-individual", "", abx), three,
       "a b c | in part P at item c | 1:time-over"},
      {"the next part", part("P", "nonlinear-simultaneous", limit("") + section("S", abx)) + last, three,
       "a b e | test ended | 1:time-over"},
      {"the end", limit("") + part("P", "linear-individual", section("S", abx)) + last, three,
       "a b x e | test ended | 1:time-over 2:test-ended"},
      {"`next` still goes one by one", two("linear-individual", "", abx),
       "[" + r8 + R"(,{"next":true,"duration":8},{"next":true}])", "a b x c | in part P at item c |"},
  };
  for (auto const& one : cases) {
    INFO(one.about);
    CHECK(played(one.inside, one.steps) == one.out);
  }
}

TEST_CASE("A line of a batch that is not as it should be is a bad request") {
  std::string const start = R"({"test":"none.xml","steps":[])";
  CHECK(line_out(start + "}") == "missing-file");
  CHECK(line_out(start + R"(,"seed":7,"open":true})") == "missing-file");
  CHECK(line_out("\xEF\xBB\xBF" + start + "}") == "missing-file");
  for (auto const* more : {R"(,"seed":-1})", R"(,"seed":"7"})", R"(,"seed":1.5})", R"(,"seed":null})", R"(,"open":1})",
                           R"(,"open":"yes"})", R"(,"open":null})"}) {
    INFO(more);
    CHECK(line_out(start + more) == "bad-request");
  }
  CHECK(line_out(R"({"steps":[]})") == "bad-request");
  CHECK(line_out("{") == "bad-json");
  CHECK(line_out(std::string(qti_commands::input_max_bytes + 1, ' ') + start + "}") == "bad-json");
}

TEST_CASE("Steps are read up to the limit, with or without a byte order mark") {
  std::string why;
  std::istringstream marked("\xEF\xBB\xBF[]");
  CHECK(qti_commands::parse_input(qti_commands::read_input(marked), why).has_value());
  std::istringstream fits(std::string(qti_commands::input_max_bytes - 2, ' ') + "[]");
  CHECK(qti_commands::parse_input(qti_commands::read_input(fits), why).has_value());
  std::istringstream longer(std::string(2 * qti_commands::input_max_bytes, ' ') + "[]");
  auto const text = qti_commands::read_input(longer);
  CHECK(text.size() == qti_commands::input_max_bytes + 1);
  CHECK_FALSE(qti_commands::parse_input(text, why).has_value());
  CHECK(why == "the input is too long");
}
