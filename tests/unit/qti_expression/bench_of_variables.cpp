#include "bench_of_variables.hpp"

#include "qti/model/xml.hpp"
#include "qti/value/text.hpp"

#include <catch2/catch.hpp>

#include <map>

using namespace proktor::qti;

namespace trial {
namespace {

constexpr std::string_view declarations = R"(<all>
<r id="I5" c="single" b="integer">5</r><r id="I0" c="single" b="integer">0</r><r id="IN" c="single" b="integer"/>
<r id="BIG" c="single" b="integer">9223372036854775807</r>
<r id="LOW" c="single" b="integer">-9223372036854775808</r>
<r id="F25" c="single" b="float">2.5</r><r id="FN" c="single" b="float"/>
<r id="INF" c="single" b="float">INF</r><r id="T01" c="single" b="float">0.1</r>
<r id="YES" c="single" b="boolean">true</r><r id="NO" c="single" b="boolean">false</r>
<r id="BN" c="single" b="boolean"/>
<r id="HALO" c="single" b="string">Halo</r><r id="SN" c="single" b="string"/>
<r id="STRASSE" c="single" b="string">Straße École</r>
<r id="A" c="single" b="identifier">A</r><r id="AN" c="single" b="identifier"/>
<r id="ABC" c="multiple" b="identifier">A|B|C</r><r id="MN" c="multiple" b="identifier"/>
<r id="AABC" c="multiple" b="identifier">A|A|B|C</r><r id="BAC" c="multiple" b="identifier">B|A|C</r>
<r id="OABC" c="ordered" b="identifier">A|B|C</r><r id="OBACA" c="ordered" b="identifier">B|A|C|A</r>
<r id="ON" c="ordered" b="identifier"/>
<r id="NUMS" c="multiple" b="integer">2|4|4|4|5|5|7|9</r><r id="ONUMS" c="ordered" b="integer">30|10|20</r>
<r id="NUMSN" c="multiple" b="integer"/><r id="ALONE" c="multiple" b="float">3</r>
<r id="REALS" c="multiple" b="float">1.5|2.5</r>
<r id="PAIR" c="single" b="pair">A B</r><r id="DPAIR" c="single" b="directedPair">A B</r>
<r id="P" c="single" b="point">10 20</r><r id="PN" c="single" b="point"/>
<r id="PS" c="multiple" b="point">10 20|50 50|11 21|90 90</r>
<r id="DUR" c="single" b="duration">90.5</r>
<r id="REC" c="record"><f n="n" b="integer">7</f><f n="t" b="string">teks</f></r>
<m id="MAPA" c="single" b="identifier">A</m><m id="MAPX" c="single" b="identifier">X</m><m id="MAPLOW" c="single" b="identifier">a</m>
<m id="MAPNULL" c="single" b="identifier"/>
<m id="MAPS" c="multiple" b="identifier">A|B|B|X|X</m><m id="MAPSN" c="multiple" b="identifier"/>
<m id="MAPMANY" c="multiple" b="identifier">A|B|C</m><m id="MAPFEW" c="multiple" b="identifier">X|Y|Z|W</m>
<m id="MAPTEXT" c="single" b="string">ÉCOLE</m><m id="MAPCASE" c="single" b="string">paris</m>
<m id="MAPINT" c="single" b="integer">7</m><m id="MAPPAIR" c="multiple" b="pair">B A|C D</m>
<a id="AREAS" c="multiple">10 20|11 21|90 90|91 91</a><a id="AREA1" c="single">55 55</a><a id="AREAN" c="single"/>
<a id="AREASN" c="multiple"/>
</all>)";

std::map<std::string, std::string, std::less<>> const mappings{
    {"identifier", R"(<qti-mapping lower-bound="-3" upper-bound="4.5" default-value="-1">
<qti-map-entry map-key="A" mapped-value="2"/><qti-map-entry map-key="a" mapped-value="0.25"/><qti-map-entry map-key="B" mapped-value="1.5"/>
<qti-map-entry map-key="C" mapped-value="3"/></qti-mapping>)"},
    {"string", R"(<qti-mapping><qti-map-entry map-key="école" mapped-value="1" case-sensitive="false"/>
<qti-map-entry map-key="Paris" mapped-value="2" case-sensitive="true"/></qti-mapping>)"},
    {"integer", R"(<qti-mapping><qti-map-entry map-key="7" mapped-value="0.5"/></qti-mapping>)"},
    {"pair", R"(<qti-mapping><qti-map-entry map-key="A B" mapped-value="1"/></qti-mapping>)"}};

constexpr std::string_view area_mapping = R"(<qti-area-mapping default-value="-0.5">
<qti-area-map-entry shape="circle" coords="10,20,5" mapped-value="2"/>
<qti-area-map-entry shape="rect" coords="0,0,60,60" mapped-value="1"/></qti-area-mapping>)";

std::string values(std::string_view list) {
  std::string out;
  while (!list.empty()) {
    auto const word = list.substr(0, list.find('|'));
    out += "<qti-value>" + std::string(word) + "</qti-value>";
    list.remove_prefix(std::min(word.size() + 1, list.size()));
  }
  return out.empty() ? out : "<qti-default-value>" + out + "</qti-default-value>";
}

// One line above as the declaration an author would write.
std::string declaration_xml(XmlNode const& node) {
  auto const base = node.name == "a" ? "point" : node.attribute_or("b", "");
  std::string out = "<qti-response-declaration identifier=\"" + std::string(node.attribute_or("id", "")) +
                    "\" cardinality=\"" + std::string(node.attribute_or("c", "")) + "\"";
  if (!base.empty()) out += " base-type=\"" + std::string(base) + "\"";
  out += ">";
  if (node.attribute_or("c", "") == "record") {
    out += "<qti-default-value>";
    for (auto const& field : node.children) {
      if (field.is_text) continue;
      out += "<qti-value field-identifier=\"" + std::string(field.attribute_or("n", "")) + "\" base-type=\"" +
             std::string(field.attribute_or("b", "")) + "\">" + field.all_text() + "</qti-value>";
    }
    out += "</qti-default-value>";
  } else {
    out += values(node.all_text());
  }
  if (node.name == "r") out += "<qti-correct-response><qti-value>CORRECT</qti-value></qti-correct-response>";
  if (node.name == "m") out += mappings.find(base)->second;
  if (node.name == "a") out += area_mapping;
  return out + "</qti-response-declaration>";
}

std::map<std::string, std::string, std::less<>> const short_types{
    {"b", "boolean"},     {"i", "integer"}, {"f", "float"},   {"s", "string"},
    {"id", "identifier"}, {"p", "point"},   {"pair", "pair"}, {"dpair", "directedPair"},
    {"d", "duration"},    {"uri", "uri"}};

void expand(XmlNode& node, std::set<std::string>* used) {
  if (node.is_text) return;
  if (auto const type = short_types.find(node.name); type != short_types.end()) {
    node.name = "qti-base-value";
    node.attributes.push_back({"base-type", type->second});
  } else if (node.name == "v") {
    node.name = "qti-variable";
    node.attributes.push_back({"identifier", node.all_text()});
    node.children.clear();
  } else {
    node.name = "qti-" + node.name;
  }
  if (used != nullptr) used->insert(node.name);
  for (auto& child : node.children) expand(child, used);
}

}  // namespace

Variables::Variables(bool is_test) : is_test_(is_test) {
  auto const all = read_xml(declarations, "declarations");
  REQUIRE(all.root);
  for (auto const& node : all.root->children) {
    if (node.is_text) continue;
    auto text = declaration_xml(node);
    if (node.attribute_or("b", "") != "identifier") {
      if (auto const at = text.find("<qti-correct"); at != std::string::npos) {
        text.erase(at, text.find("</qti-correct-response>") + 23 - at);
      }
    }
    auto const document = read_xml(text, "declaration");
    REQUIRE(document.root);
    Reader reader{"declaration", {}};
    declarations_.push_back(read_declaration(reader, *document.root));
    INFO(text << (reader.findings.empty() ? "" : reader.findings[0].message));
    REQUIRE(reader.findings.empty());
  }
  for (auto const& declaration : declarations_) {
    variables_.push_back(
        {&declaration, declaration.default_value, declaration.default_value, declaration.correct});
  }
}

std::optional<Symbol> Variables::find(std::string_view identifier) const {
  for (std::uint32_t slot = 0; slot < declarations_.size(); ++slot) {
    if (declarations_[slot].identifier == identifier) return Symbol{&declarations_[slot], slot};
  }
  return std::nullopt;
}

Outcome Variables::run(std::string_view expression, std::uint64_t seed, std::set<std::string>* used) const {
  auto document = read_xml(expression, "expression");
  REQUIRE(document.root);
  expand(*document.root, used);
  Reader reader{"expression", {}};
  auto const compiled = Expression::compile(reader, *document.root, *this);
  Outcome outcome;
  for (auto const& finding : reader.findings)
    outcome.findings += finding.code + ": " + finding.message + "; ";
  if (!compiled) {
    outcome.value = reader.findings.empty() ? "refused without a word" : reader.findings.back().code;
    return outcome;
  }
  proktor::SplitMix64 random(seed);
  Scope scope{variables_, random, is_test_ ? &queries : nullptr};
  auto const value = compiled->evaluate(scope);
  outcome.value = describe(value);
  outcome.exhausted = scope.exhausted;
  CHECK((value.is_null() || compiled->base() == BaseType::none || compiled->base() == value.base()));
  proktor::SplitMix64 same_random(seed);
  Scope condition{variables_, same_random, scope.test};
  auto const* fact = value.as_boolean();
  CHECK(compiled->is_true(condition) == (fact != nullptr && *fact));
  return outcome;
}

std::string describe(Value const& value) {
  if (value.is_null()) return "NULL";
  if (value.cardinality() == Cardinality::record) return "record";
  std::string out(name(value.base()));
  if (value.cardinality() != Cardinality::single) out = std::string(name(value.cardinality())) + " " + out;
  char separator = ' ';
  for (auto const& scalar : value) {
    out += separator + to_text(scalar, value.base());
    separator = ',';
  }
  return out;
}

namespace {
std::string words(std::vector<std::string> const& list) {
  std::string out;
  for (auto const& word : list) out += word + ",";
  return out;
}
std::string told(ItemSubset const& subset) {
  return "[" + subset.section + "|" + words(subset.include) + "|" + words(subset.exclude) + "]";
}
}  // namespace

Value Queries::item_variable(std::string_view name, std::string_view weight) const {
  asked = std::string(name) + "*" + std::string(weight);
  return name == "Q1.SCORE" ? Value::floating(1.5) : Value();
}
Value Queries::item_default(std::string_view name) const {
  asked = "default " + std::string(name);
  return Value::integer(3);
}
Value Queries::item_correct(std::string_view name) const {
  asked = "correct " + std::string(name);
  return Value::identifier("B");
}
Value Queries::test_variables(ItemSubset const& subset, std::string_view variable, BaseType base,
                              std::string_view weight) const {
  asked = told(subset) + std::string(variable) + ":" + std::string(name(base)) + "*" + std::string(weight);
  Value value(Cardinality::multiple, BaseType::floating);
  value.add(1.0), value.add(0.5);
  return value;
}
Value Queries::outcome_extreme(ItemSubset const& subset, std::string_view outcome, std::string_view weight,
                               bool maximum) const {
  asked = told(subset) + std::string(outcome) + "*" + std::string(weight);
  return Value::floating(maximum ? 10 : -2);
}
std::int64_t Queries::count(ItemSubset const& subset, ItemCount what) const {
  asked = told(subset);
  return static_cast<std::int64_t>(what) + 1;
}

}  // namespace trial
