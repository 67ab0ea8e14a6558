#include "qti/model/qti2.hpp"

#include "qti/model/reader.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace proktor::qti {
namespace {

// The elements of QTI 2.0, 2.1 and 2.2 beside HTML, sorted.
// clang-format off
constexpr std::array<std::string_view, 167> qti2_names{
    "and", "anyN", "areaMapEntry", "areaMapping", "assessmentItem", "assessmentItemRef", "assessmentSection",
    "assessmentSectionRef", "assessmentStimulus", "assessmentStimulusRef", "assessmentTest",
    "associableHotspot", "associateInteraction", "baseValue", "branchRule", "choiceInteraction",
    "containerSize", "contains", "correct", "correctResponse", "customInteraction", "customOperator",
    "default", "defaultValue", "delete", "divide", "drawingInteraction", "durationGTE", "durationLT",
    "endAttemptInteraction", "equal", "equalRounded", "exitResponse", "exitTemplate", "exitTest",
    "extendedTextInteraction", "feedbackBlock", "feedbackInline", "fieldValue", "gap", "gapImg",
    "gapMatchInteraction", "gapText", "gcd", "graphicAssociateInteraction", "graphicGapMatchInteraction",
    "graphicOrderInteraction", "gt", "gte", "hotspotChoice", "hotspotInteraction", "hottext",
    "hottextInteraction", "index", "infoControl", "inlineChoice", "inlineChoiceInteraction", "inside",
    "integerDivide", "integerModulus", "integerToFloat", "interpolationTable", "interpolationTableEntry",
    "isNull", "itemBody", "itemSessionControl", "lcm", "lookupOutcomeValue", "lt", "lte", "mapEntry",
    "mapResponse", "mapResponsePoint", "mapping", "match", "matchInteraction", "matchTable",
    "matchTableEntry", "mathConstant", "mathOperator", "max", "mediaInteraction", "member", "min",
    "modalFeedback", "multiple", "not", "null", "numberCorrect", "numberIncorrect", "numberPresented",
    "numberResponded", "numberSelected", "or", "orderInteraction", "ordered", "ordering", "outcomeCondition",
    "outcomeDeclaration", "outcomeElse", "outcomeElseIf", "outcomeIf", "outcomeMaximum", "outcomeMinimum",
    "outcomeProcessing", "outcomeProcessingFragment", "patternMatch", "portableCustomInteraction",
    "positionObjectInteraction", "positionObjectStage", "power", "preCondition", "printedVariable", "product",
    "prompt", "random", "randomFloat", "randomInteger", "repeat", "responseCondition", "responseDeclaration",
    "responseElse", "responseElseIf", "responseIf", "responseProcessing", "responseProcessingFragment",
    "round", "roundTo", "rubricBlock", "selectPointInteraction", "selection", "setCorrectResponse",
    "setDefaultValue", "setOutcomeValue", "setTemplateValue", "simpleAssociableChoice", "simpleChoice",
    "simpleMatchSet", "sliderInteraction", "statsOperator", "stimulusBody", "stringMatch", "stylesheet",
    "substring", "subtract", "sum", "templateBlock", "templateCondition", "templateConstraint",
    "templateDeclaration", "templateDefault", "templateElse", "templateElseIf", "templateIf",
    "templateInline", "templateProcessing", "testFeedback", "testPart", "testVariables",
    "textEntryInteraction", "timeLimits", "truncate", "uploadInteraction", "value", "variable",
    "variableMapping", "weight"};
// clang-format on
static_assert(std::ranges::is_sorted(qti2_names));

constexpr std::string_view completion_status_2_0 = "completion_status";  // QTI 2.0; later completionStatus

bool is_qti2_name(std::string_view name) {
  return std::ranges::binary_search(qti2_names, name);
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Renames one tree. Recursion is bounded by xml_depth_max.
class Upgrade {
 public:
  Upgrade(Reader& reader, XmlNode const& root) : reader_(reader) {
    for (auto const& child : root.children) {
      if (child.name == "outcomeDeclaration" && child.attribute_or("identifier", "") == completion_status_2_0)
        authors_own_status_ = true;
    }
  }

  void node(XmlNode& node) {
    if (node.is_text || node.space == XmlSpace::mathml || node.name == "math") return;
    bool const portable =
        node.name == "portableCustomInteraction";  // QTI 2.2 gives it a namespace of its own
    if (node.space == XmlSpace::other && !portable) return;
    node.space = XmlSpace::qti3;
    if (is_qti2_name(node.name)) element(node);
    for (auto& child : node.children) this->node(child);
  }

 private:
  void element(XmlNode& node) {
    if (node.name == "infoControl") {
      reader_.warning_once("qti2-hint", node.line,
                           "infoControl is not in QTI 3.0; its hint is shown where it stands");
    }
    node.name = "qti-" + kebab(node.name);
    for (auto& attribute : node.attributes) {
      if (attribute.name.find(':') == std::string::npos) attribute.name = kebab(attribute.name);
      value(node, attribute);
    }
  }

  // The values that QTI 3.0 spells otherwise.
  void value(XmlNode const& node, XmlAttribute& attribute) const {
    if (attribute.name == "format" && attribute.value == "preFormatted") attribute.value = "preformatted";
    if (attribute.name == "identifier" && attribute.value == completion_status_2_0 && !authors_own_status_ &&
        (node.name == "qti-variable" || node.name == "qti-set-outcome-value")) {
      attribute.value = "completionStatus";
    }
  }

  Reader& reader_;
  bool authors_own_status_ = false;
};

}  // namespace

std::string kebab(std::string_view camel) {
  std::string out;
  bool upper_before = true;  // a capital at the beginning gets no hyphen
  for (char const c : camel) {
    bool const upper = c >= 'A' && c <= 'Z';
    if (upper && !upper_before) out.push_back('-');
    out.push_back(lower(c));
    upper_before = upper;
  }
  return out;
}

bool upgrade(XmlNode& root, Reader& reader) {
  bool const nameless = root.space == XmlSpace::none && is_qti2_name(root.name);
  if (root.space != XmlSpace::qti2 && !nameless) return false;
  reader.info("qti2-read", root.line, "this is QTI 2.x (" + root.name + "); read as QTI 3.0");
  if (nameless) {
    reader.warning("namespace-missing", root.line, "the root has no namespace; read as QTI 2.x");
  }
  Upgrade(reader, root).node(root);
  return true;
}

XmlResult read_qti(std::string_view bytes, std::string_view file) {
  auto document = read_xml(bytes, file);
  if (!document.root) return document;
  Reader reader{std::string(file), std::move(document.findings)};
  upgrade(*document.root, reader);
  document.findings = std::move(reader.findings);
  return document;
}

}  // namespace proktor::qti
