#include "qti/delivery/body.hpp"

#include "qti/model/names.hpp"

#include <algorithm>
#include <array>

namespace proktor::qti {
namespace {

// Parts of interactions and wrappers that only group; their own reader has looked at them.
constexpr std::array<std::string_view, 17> wrapper_names{"qti-item-body",
                                                         "qti-stimulus-body",
                                                         "qti-content-body",
                                                         "qti-prompt",
                                                         "qti-simple-choice",
                                                         "qti-simple-match-set",
                                                         "qti-simple-associable-choice",
                                                         "qti-card-entry",
                                                         "qti-html-content",
                                                         "qti-content",
                                                         "qti-gap-text",
                                                         "qti-gap-img",
                                                         "qti-inline-choice",
                                                         "qti-hotspot-choice",
                                                         "qti-associable-hotspot",
                                                         "qti-label",
                                                         "qti-card"};
constexpr std::array<std::string_view, 3> dropped_names{"qti-catalog-info", "qti-stylesheet",
                                                        "qti-companion-materials-info"};

// Elements that mean something inside their interactions alone.
struct Place {
  std::string_view element;
  std::array<std::string_view, 3> inside;
};
constexpr std::array places{
    Place{"qti-simple-choice", {"qti-choice-interaction", "qti-order-interaction", ""}},
    Place{"qti-simple-match-set", {"qti-match-interaction", "", ""}},
    Place{"qti-simple-associable-choice", {"qti-match-interaction", "qti-associate-interaction", ""}},
    Place{"qti-inline-choice", {"qti-inline-choice-interaction", "", ""}},
    Place{"qti-gap-text", {"qti-gap-match-interaction", "qti-graphic-gap-match-interaction", ""}},
    Place{"qti-gap-img", {"qti-gap-match-interaction", "qti-graphic-gap-match-interaction", ""}},
    Place{"qti-gap", {"qti-gap-match-interaction", "", ""}},
    Place{"qti-hottext", {"qti-hottext-interaction", "", ""}},
    Place{"qti-hotspot-choice", {"qti-hotspot-interaction", "qti-graphic-order-interaction", ""}},
    Place{"qti-associable-hotspot",
          {"qti-graphic-associate-interaction", "qti-graphic-gap-match-interaction", ""}},
    Place{"qti-position-object-interaction", {"qti-position-object-stage", "", ""}}};

constexpr std::array<std::string_view, 3> built_in_variables{"completionStatus", "numAttempts", "duration"};

constexpr std::array<std::string_view, 6> image_endings{"png", "jpg", "jpeg", "gif", "webp", "svg"};
constexpr std::array<std::string_view, 7> audio_endings{"mp3", "ogg", "oga", "m4a", "wav", "aac", "opus"};
constexpr std::array<std::string_view, 4> video_endings{"mp4", "webm", "m4v", "ogv"};

template <std::size_t N>
bool contains(std::array<std::string_view, N> const& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

// Whether feedback shows before anything was answered: the outcome's default decides.
bool feedback_shows(XmlNode const& node, Item const* item) {
  bool matches = false;
  if (item != nullptr) {
    auto const outcome = std::ranges::find(item->outcomes, node.attribute_or("outcome-identifier", ""),
                                           &Declaration::identifier);
    Scalar const identifier{std::string(node.attribute_or("identifier", ""))};
    matches = outcome != item->outcomes.end() &&
              std::ranges::find(outcome->default_value, identifier) != outcome->default_value.end();
  }
  return matches == (node.attribute_or("show-hide", "show") != "hide");
}

BodyPart keep(std::string_view t) {
  return {BodyUse::keep, std::string(t), {}};
}
BodyPart refuse_with(std::string_view code) {
  return {BodyUse::refuse, {}, code};
}
constexpr auto unwrap = BodyUse::unwrap;

BodyPart interaction_part(InteractionKind kind) {
  if (kind == InteractionKind::custom) return refuse_with("custom-interaction");
  if (kind == InteractionKind::portable_custom) return refuse_with("portable-custom-interaction");
  return {BodyUse::interaction, {}, {}};
}

BodyPart qti_part(XmlNode const& node, Item const* item) {
  if (contains(wrapper_names, node.name)) return {unwrap, {}, {}};
  if (contains(dropped_names, node.name)) return {BodyUse::drop, {}, {}};
  if (node.name == "qti-rubric-block") {
    bool const shown = has_word(node.attribute_or("view", ""), "candidate");
    return shown ? keep("div") : BodyPart{BodyUse::drop, {}, {}};
  }
  if (node.name == "qti-feedback-block" || node.name == "qti-feedback-inline") {
    if (!feedback_shows(node, item)) return {BodyUse::drop, {}, {}};
    return keep(node.name == "qti-feedback-block" ? "div" : "span");
  }
  if (node.name == "qti-info-control") return keep("div");
  if (node.name == "qti-template-block" || node.name == "qti-template-inline") return keep("template");
  if (node.name == "qti-printed-variable") return keep("printed");
  if (node.name == "qti-gap") return keep("gap");
  if (node.name == "qti-hottext") return keep("hot");
  if (node.name == "qti-position-object-stage") return keep("positionstage");
  if (auto const kind = interaction_from(node.name)) return interaction_part(*kind);
  return refuse_with(node.name.ends_with("-interaction") ? "unknown-interaction" : "unknown-element");
}

BodyPart mathml_part(XmlNode const& node) {
  if (node.name == "math") return keep("math");
  if (is_mathml_element(node.name)) return keep("m:" + node.name);
  // Annotations may hold the authoring form of a formula, or its value.
  if (node.name.starts_with("annotation")) return {BodyUse::drop, {}, {}};
  return {unwrap, {}, {}};
}

BodyPart html_part(XmlNode const& node) {
  if (node.name == "audio" || node.name == "video") return keep(node.name);
  if (node.name == "object") {
    auto const kind = asset_kind(node);
    if (!kind) return refuse_with("element-not-playable");
    return keep(*kind == AssetKind::image ? "img" : *kind == AssetKind::audio ? "audio" : "video");
  }
  if (node.name == "picture") return {unwrap, {}, {}};
  switch (html_use(node.name)) {
    case HtmlUse::keep:
      break;
    case HtmlUse::divide:
      return keep("div");
    case HtmlUse::unwrap:
      return {unwrap, {}, {}};
    case HtmlUse::drop:
      return {BodyUse::drop, {}, {}};
    case HtmlUse::refuse:
      return refuse_with("element-not-playable");
  }
  // The place where another player would put the shared stimulus; the view carries stimuli beside the body.
  if (node.attribute("data-stimulus-idref")) return {BodyUse::drop, {}, {}};
  return keep(node.name);
}

std::string_view reason(std::string_view code) {
  if (code == "custom-interaction") return " is an extension of its author's system, which no other has";
  if (code == "portable-custom-interaction") return " would run foreign code on an exam machine";
  if (code == "unknown-interaction") return " is no interaction of QTI 3.0";
  if (code == "unknown-element") return " is no element of QTI 3.0";
  if (code == "xinclude") return " would include another file";
  return " has no place on a pupil's page";
}

std::string ending_of(std::string_view name) {
  std::string out{name.substr(std::min(name.find_last_of("./") + 1, name.size()))};
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

}  // namespace

std::optional<AssetKind> asset_kind_of(std::string_view media_type, std::string_view href) {
  if (media_type.starts_with("image/")) return AssetKind::image;
  if (media_type.starts_with("audio/")) return AssetKind::audio;
  if (media_type.starts_with("video/")) return AssetKind::video;
  if (!media_type.empty()) return std::nullopt;
  auto const ending = ending_of(href);
  if (contains(image_endings, ending)) return AssetKind::image;
  if (contains(audio_endings, ending)) return AssetKind::audio;
  if (contains(video_endings, ending)) return AssetKind::video;
  return std::nullopt;
}

std::optional<AssetKind> asset_kind(XmlNode const& node) {
  if (node.name == "img") return AssetKind::image;
  if (node.name == "audio") return AssetKind::audio;
  if (node.name == "video") return AssetKind::video;
  if (node.name != "object") return std::nullopt;
  return asset_kind_of(trim(node.attribute_or("type", "")), asset_href(node));
}

std::string_view asset_href(XmlNode const& node) {
  if (node.name == "object") return trim(node.attribute_or("data", ""));
  auto const own = trim(node.attribute_or("src", ""));
  if (!own.empty() || node.name == "img") return own;
  auto const* source = node.child("source");
  return source == nullptr ? std::string_view{} : trim(source->attribute_or("src", ""));
}

BodyPart body_part(XmlNode const& node, Item const* item) {
  if (node.space == XmlSpace::mathml) return mathml_part(node);
  if (node.space == XmlSpace::other) {
    if (node.name == "include") return refuse_with("xinclude");
    if (html_use(node.name) == HtmlUse::refuse) return refuse_with("element-not-playable");
    return {unwrap, {}, {}};
  }
  if (node.name.starts_with("qti-")) return qti_part(node, item);
  return html_part(node);
}

void BodyWalk::refuse(XmlNode const& node, std::string_view code) {
  reader_.error(code, node.line, node.name + std::string(reason(code)));
}

void BodyWalk::note_asset(XmlNode const& node, AssetKind kind) {
  auto const href = asset_href(node);
  if (href.empty()) {
    reader_.error("missing-source", node.line, node.name + " names no file");
    return;
  }
  bool const told = node.attribute("alt") || !trim(node.all_text()).empty();
  if (kind == AssetKind::image && !told)
    reader_.warning("missing-alt", node.line, "an image has no alternative text");
  assets.push_back({std::string(href), kind, node.line});
}

void BodyWalk::check_place(XmlNode const& node) {
  auto const place = std::ranges::find(places, node.name, &Place::element);
  if (place == places.end()) return;
  bool const right = !around_.empty() && contains(place->inside, around_.back());
  if (!right) reader_.error("misplaced-element", node.line, node.name + " stands outside its interaction");
}

void BodyWalk::check_variable(XmlNode const& node, std::string_view attribute) {
  auto const identifier = trim(node.attribute_or(attribute, ""));
  bool const known =
      item_ != nullptr && (item_->declaration(identifier) != nullptr ||
                           (attribute == "identifier" && contains(built_in_variables, identifier)));
  if (known) return;
  reader_.error("unknown-variable", node.line,
                node.name + " shows " + std::string(identifier) + ", which is not declared");
}

void BodyWalk::descend(XmlNode const& node, bool is_interaction) {
  bool const was_inside = inside_interaction_;
  if (is_interaction) {
    if (inside_interaction_)
      reader_.error("nested-interaction", node.line, node.name + " stands inside an interaction");
    interactions.push_back(&node);
    inside_interaction_ = true;
  }
  bool const is_frame = is_interaction || node.name == "qti-position-object-stage";
  if (is_frame) around_.push_back(node.name);
  for (auto const& child : node.children) visit(child);
  if (is_frame) around_.pop_back();
  inside_interaction_ = was_inside;
}

void BodyWalk::visit(XmlNode const& node) {
  if (node.is_text) return;
  auto const part = body_part(node, item_);
  if (part.use == BodyUse::drop) return;
  if (part.use == BodyUse::refuse) {
    refuse(node, part.code);
    return;
  }
  if (part.use == BodyUse::keep && asset_kind(node)) {
    note_asset(node, *asset_kind(node));
    return;
  }
  check_place(node);
  if (part.t == "printed") check_variable(node, "identifier");
  if (part.t == "template") check_variable(node, "template-identifier");
  if (part.use == BodyUse::unwrap && !node.name.starts_with("qti-") && node.space != XmlSpace::mathml) {
    reader_.info_once("element-unwrapped", node.line,
                      node.name + " is not shown as such; its content is kept");
  }
  descend(node, part.use == BodyUse::interaction);
}

}  // namespace proktor::qti
