#include "qti/delivery/body.hpp"

#include "qti/model/names.hpp"

#include <algorithm>
#include <array>

namespace proktor::qti {
namespace {

// Parts of interactions and wrappers that only group; their own reader has looked at them.
constexpr std::array<std::string_view, 10> wrapper_names{"qti-item-body",
                                                         "qti-stimulus-body",
                                                         "qti-content-body",
                                                         "qti-prompt",
                                                         "qti-simple-choice",
                                                         "qti-simple-match-set",
                                                         "qti-simple-associable-choice",
                                                         "qti-card-entry",
                                                         "qti-html-content",
                                                         "qti-content"};
constexpr std::array<std::string_view, 3> dropped_names{"qti-catalog-info", "qti-stylesheet",
                                                        "qti-companion-materials-info"};

template <std::size_t N>
bool contains(std::array<std::string_view, N> const& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

// Whether feedback shows before anything was answered: the outcome's default decides.
bool feedback_shows(XmlNode const& node, std::vector<Declaration> const& outcomes) {
  auto const outcome =
      std::ranges::find(outcomes, node.attribute_or("outcome-identifier", ""), &Declaration::identifier);
  auto const identifier = node.attribute_or("identifier", "");
  bool const matches = outcome != outcomes.end() &&
                       std::ranges::find(outcome->default_value, Scalar(std::string(identifier))) !=
                           outcome->default_value.end();
  return matches == (node.attribute_or("show-hide", "show") != "hide");
}

BodyPart qti_part(XmlNode const& node, std::vector<Declaration> const& outcomes) {
  if (contains(wrapper_names, node.name)) return {BodyUse::unwrap, {}, {}};
  if (contains(dropped_names, node.name)) return {BodyUse::drop, {}, {}};
  if (node.name == "qti-rubric-block") {
    bool const shown = has_word(node.attribute_or("view", ""), "candidate");
    return shown ? BodyPart{BodyUse::keep, "div", {}} : BodyPart{BodyUse::drop, {}, {}};
  }
  if (node.name == "qti-feedback-block" || node.name == "qti-feedback-inline") {
    if (!feedback_shows(node, outcomes)) return {BodyUse::drop, {}, {}};
    return {BodyUse::keep, node.name == "qti-feedback-block" ? "div" : "span", {}};
  }
  if (auto const kind = interaction_from(node.name)) {
    return is_playable(*kind) ? BodyPart{BodyUse::interaction, {}, {}}
                              : BodyPart{BodyUse::refuse, {}, "interaction-not-playable"};
  }
  if (node.name.ends_with("-interaction")) return {BodyUse::refuse, {}, "unknown-interaction"};
  if (node.name == "qti-printed-variable") return {BodyUse::refuse, {}, "printed-variable"};
  if (node.name.starts_with("qti-template-")) return {BodyUse::refuse, {}, "template-processing"};
  return {BodyUse::refuse, {}, "unknown-element"};
}

BodyPart mathml_part(XmlNode const& node) {
  if (node.name == "math") return {BodyUse::keep, "math", {}};
  if (is_mathml_element(node.name)) return {BodyUse::keep, "m:" + node.name, {}};
  // Annotations may hold the authoring form of a formula, or its value.
  if (node.name.starts_with("annotation")) return {BodyUse::drop, {}, {}};
  return {BodyUse::unwrap, {}, {}};
}

std::string_view reason(std::string_view code) {
  if (code == "interaction-not-playable") return " cannot be played yet";
  if (code == "unknown-interaction") return " is no interaction of QTI 3.0";
  if (code == "unknown-element") return " is no element of QTI 3.0";
  if (code == "printed-variable") return " needs template or outcome values, which are not computed yet";
  if (code == "template-processing") return " needs template processing, which is not done yet";
  if (code == "xinclude") return " would include another file";
  return " has no place on a pupil's page";
}

}  // namespace

BodyPart body_part(XmlNode const& node, std::vector<Declaration> const& outcomes) {
  if (node.space == XmlSpace::mathml) return mathml_part(node);
  if (node.space == XmlSpace::other) {
    if (node.name == "include") return {BodyUse::refuse, {}, "xinclude"};
    if (html_use(node.name) == HtmlUse::refuse) return {BodyUse::refuse, {}, "element-not-playable"};
    return {BodyUse::unwrap, {}, {}};
  }
  if (node.name.starts_with("qti-")) return qti_part(node, outcomes);
  switch (html_use(node.name)) {
    case HtmlUse::keep:
      break;
    case HtmlUse::divide:
      return {BodyUse::keep, "div", {}};
    case HtmlUse::unwrap:
      return {BodyUse::unwrap, {}, {}};
    case HtmlUse::drop:
      return {BodyUse::drop, {}, {}};
    case HtmlUse::refuse:
      return {BodyUse::refuse, {}, "element-not-playable"};
  }
  // The place where another player would put the shared stimulus; the view carries stimuli beside the body.
  if (node.attribute("data-stimulus-idref")) return {BodyUse::drop, {}, {}};
  return {BodyUse::keep, node.name, {}};
}

std::string_view asset_href(XmlNode const& node) {
  return trim(node.attribute_or("src", ""));
}

void BodyWalk::refuse(XmlNode const& node, std::string_view code) {
  reader.error(code, node.line, node.name + std::string(reason(code)));
}

void BodyWalk::note_asset(XmlNode const& node) {
  auto const href = asset_href(node);
  if (href.empty()) {
    reader.error("missing-source", node.line, node.name + " names no file");
    return;
  }
  if (!node.attribute("alt")) {
    reader.warning("missing-alt", node.line, "an image has no alternative text");
  }
  assets.push_back({std::string(href), node.line});
}

void BodyWalk::visit(XmlNode const& node) {
  if (node.is_text) return;
  auto const part = body_part(node, outcomes);
  if (part.use == BodyUse::drop) return;
  if (part.use == BodyUse::refuse) {
    refuse(node, part.code);
    return;
  }
  if (part.use == BodyUse::keep && part.t == "img") {
    note_asset(node);
    return;
  }
  if (part.use == BodyUse::unwrap && !node.name.starts_with("qti-") && node.space != XmlSpace::mathml) {
    reader.info_once("element-unwrapped", node.line,
                     node.name + " is not shown as such; its content is kept");
  }
  bool const was_inside = inside_interaction;
  if (part.use == BodyUse::interaction) {
    if (inside_interaction)
      reader.error("nested-interaction", node.line, node.name + " stands inside an interaction");
    interactions.push_back(&node);
    inside_interaction = true;
  }
  for (auto const& child : node.children) visit(child);
  inside_interaction = was_inside;
}

}  // namespace proktor::qti
