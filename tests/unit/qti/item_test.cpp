#include "qti/model/item.hpp"
#include "samples.hpp"

#include <catch2/catch.hpp>

#include <algorithm>
#include <set>
#include <string>
#include <vector>

using namespace proktor::qti;

namespace {

// The codes of errors, in order.
std::vector<std::string> errors_of(ItemResult const& result) {
  std::vector<std::string> codes;
  for (auto const& finding : result.findings) {
    if (finding.severity == Severity::error) codes.push_back(finding.code);
  }
  return codes;
}

std::vector<std::string> errors_of(std::string const& document) {
  return errors_of(read_item(document, "i.xml"));
}

using Codes = std::vector<std::string>;

std::string choice(std::string_view attributes, std::string_view choices) {
  return "<qti-choice-interaction " + std::string(attributes) + ">" + std::string(choices) +
         "</qti-choice-interaction>";
}

constexpr std::string_view two_choices =
    R"(<qti-simple-choice identifier="A">a</qti-simple-choice><qti-simple-choice identifier="B">b</qti-simple-choice>)";

}  // namespace

TEST_CASE("An item's declarations, interactions and language are read") {
  auto const result = read_item(samples::full_item(), "i.xml");
  INFO((result.findings.empty() ? "" : to_text(result.findings.front())));
  REQUIRE(result.playable());
  auto const& item = *result.item;
  CHECK(item.identifier == "ITEM-1");
  CHECK(item.lang == "id");
  REQUIRE(item.interactions.size() == 3);
  CHECK(item.interactions[0].kind == InteractionKind::text_entry);
  CHECK(item.interactions[1].choices.size() == 5);
  CHECK(item.interactions[1].choices[4].fixed);
  CHECK(item.interactions[2].columns.size() == 3);
  CHECK(item.interactions[2].max == 2);
  REQUIRE(item.response("RESPONSE") != nullptr);
  auto const& response = *item.response("RESPONSE");
  REQUIRE(response.correct.size() == 1);
  CHECK(response.correct[0] == Scalar(std::string("pilihan-benar")));
  REQUIRE(response.mapping.has_value());
  CHECK(response.mapping->entries.at(0).key == Scalar(std::string("pilihan-benar")));
  CHECK(item.response("NONE") == nullptr);
}

TEST_CASE("Each of the 22 interactions is known by name; custom ones are refused by name") {
  int supported = 0;
  int on_page = 0;
  for (int i = 0; i < 22; ++i) {
    auto const kind = static_cast<InteractionKind>(i);
    std::string const element{name(kind)};
    CAPTURE(element);
    CHECK(interaction_from(element) == kind);
    supported += is_supported(kind) ? 1 : 0;
    on_page += is_on_page(kind) ? 1 : 0;
    if (is_supported(kind)) continue;
    auto const result = read_item(samples::item(samples::single_choice_declaration,
                                                "\n<" + element + " response-identifier=\"RESPONSE\"/>"),
                                  "i.xml");
    REQUIRE(errors_of(result) == Codes{element.substr(4)});
    auto const found = std::ranges::find(result.findings, Severity::error, &Finding::severity);
    CHECK(found->message.find(element) != std::string::npos);
    CHECK(found->file == "i.xml");
    CHECK(found->line == 5);
  }
  CHECK(supported == 20);
  CHECK(on_page == 17);
}

TEST_CASE("Elements that have no place on a pupil's page are named") {
  auto const with_body = [](std::string_view body) { return errors_of(samples::item("", body)); };
  CHECK(with_body("<script>1</script>") == Codes{"element-not-playable"});
  CHECK(with_body("<p><object data='x.png' type='image/png'/></p>").empty());
  CHECK(with_body("<p><object data='x.mp3'/><audio><source src='a.ogg'/></audio></p>").empty());
  CHECK(with_body("<p><object data='x.pdf' type='application/pdf'/></p>") == Codes{"element-not-playable"});
  CHECK(with_body("<p><object data='x.swf'/></p>") == Codes{"element-not-playable"});
  CHECK(with_body("<video/>") == Codes{"missing-source"});
  CHECK(with_body("<qti-gap identifier='G'/>") == Codes{"misplaced-element"});
  CHECK(with_body("<qti-simple-choice identifier='G'/>") == Codes{"misplaced-element"});
  CHECK(with_body("<iframe src='x'/>") == Codes{"element-not-playable"});
  CHECK(with_body("<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>") ==
        Codes{"element-not-playable"});
  CHECK(with_body("<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='x'/>") == Codes{"xinclude"});
  CHECK(with_body("<qti-magic-interaction/>") == Codes{"unknown-interaction"});
  CHECK(with_body("<qti-magic/>") == Codes{"unknown-element"});
  CHECK(with_body("<qti-printed-variable identifier='X'/>") == Codes{"unknown-variable"});
  CHECK(with_body("<img alt=''/>") == Codes{"missing-source"});
  CHECK(with_body("<marquee>masih terbaca</marquee>").empty());
  // Nothing of what the pupil cannot see counts.
  CHECK(with_body("<qti-rubric-block view='scorer'><script>1</script></qti-rubric-block>").empty());
}

TEST_CASE("Interactions must agree with their declarations") {
  auto const single = samples::single_choice_declaration;
  auto const declare = [](std::string_view cardinality, std::string_view base, std::string_view inside = "") {
    return "<qti-response-declaration identifier='RESPONSE' cardinality='" + std::string(cardinality) +
           "' base-type='" + std::string(base) + "'>" + std::string(inside) + "</qti-response-declaration>";
  };
  std::string const bound = "response-identifier='RESPONSE'";
  CHECK(errors_of(samples::item(single, choice(bound, two_choices))).empty());
  CHECK(errors_of(samples::item("", choice(bound, two_choices))) == Codes{"missing-declaration"});
  CHECK(errors_of(samples::item(single, choice(bound, two_choices) + choice(bound, two_choices))) ==
        Codes{"response-bound-twice"});
  CHECK(errors_of(samples::item(declare("ordered", "identifier"), choice(bound, two_choices))) ==
        Codes{"wrong-cardinality"});
  CHECK(errors_of(samples::item(declare("single", "string"), choice(bound, two_choices))) ==
        Codes{"wrong-base-type"});
  CHECK(errors_of(samples::item(declare("single", "banana"), choice(bound, two_choices))).front() ==
        "wrong-base-type");
  CHECK(errors_of(samples::item(declare("some", "identifier"), choice(bound, two_choices))) ==
        Codes{"wrong-cardinality"});
  CHECK(errors_of(samples::item(single, choice(bound, ""))) == Codes{"no-choices"});
  CHECK(
      errors_of(samples::item(single, choice(bound, std::string(two_choices) + std::string(two_choices)))) ==
      Codes{"duplicate-identifier", "duplicate-identifier"});
  CHECK(errors_of(samples::item(single, choice(bound + " max-choices='-1'", two_choices))) ==
        Codes{"bad-number"});
  CHECK(errors_of(samples::item(single, choice(bound + " shuffle='maybe'", two_choices))) ==
        Codes{"bad-boolean"});
  CHECK(errors_of(samples::item(std::string(single) + std::string(single), choice(bound, two_choices))) ==
        Codes{"duplicate-identifier"});
  auto const correct = [](std::string_view value) {
    return "<qti-correct-response><qti-value>" + std::string(value) + "</qti-value></qti-correct-response>";
  };
  CHECK(errors_of(samples::item(declare("single", "identifier", correct("B")), choice(bound, two_choices)))
            .empty());
  CHECK(errors_of(samples::item(declare("single", "identifier", correct("C")), choice(bound, two_choices))) ==
        Codes{"unknown-choice"});
  CHECK(errors_of(samples::item(declare("single", "float", correct("3,14")), "")) ==
        Codes{"wrong-value-type"});
  CHECK(errors_of(
            samples::item(declare("single", "identifier", "<qti-correct-response>B</qti-correct-response>"),
                          choice(bound, two_choices))) == Codes{"expected-qti-value"});
  CHECK(errors_of(samples::item(declare("single", "identifier"),
                                "<qti-match-interaction response-identifier='RESPONSE'/>")) ==
        Codes{"wrong-base-type", "wrong-match-sets"});
  CHECK(errors_of(samples::item(declare("multiple", "string"),
                                "<p><qti-text-entry-interaction response-identifier='RESPONSE'/></p>")) ==
        Codes{"wrong-cardinality"});
}

TEST_CASE("What is no QTI 3 item is refused by name") {
  CHECK(errors_of("<assessmentItem xmlns='http://www.imsglobal.org/xsd/imsqti_v2p1' identifier='A'/>") ==
        Codes{"no-body"});
  CHECK(errors_of("<html/>") == Codes{"wrong-root"});
  CHECK(errors_of(std::string(samples::item_open) + "</qti-assessment-item>") == Codes{"no-body"});
  CHECK(errors_of("<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0'>"
                  "<qti-item-body/></qti-assessment-item>") == Codes{"bad-identifier"});
}
