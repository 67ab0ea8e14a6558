#include "qti/delivery/entry_attributes.hpp"

#include "qti/delivery/body.hpp"
#include "qti/model/names.hpp"
#include "qti/model/reader.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>

namespace proktor::qti {
namespace {

constexpr std::array<std::uint32_t, 5> entry_widths{4, 6, 10, 20, 40};
constexpr std::uint32_t entry_width_default = 10;
constexpr std::uint32_t lines_default = 5;
constexpr std::uint32_t lines_max = 30;
constexpr std::uint32_t chars_per_line = 72;
constexpr std::uint32_t max_chars_default = 5'000;
constexpr std::uint32_t max_chars_limit = 20'000;
constexpr std::uint32_t span_max = 100;
constexpr std::uint32_t pixels_max = 10'000;
constexpr std::size_t media_types_max = 20;
constexpr std::string_view white_space = " \t\r\n";

// A positive integer, with "px" allowed behind it; nothing else counts.
std::optional<std::uint32_t> positive(std::string_view text, std::uint32_t limit) {
  text = trim(text);
  if (text.ends_with("px")) text.remove_suffix(2);
  std::uint32_t value = 0;
  auto const [end, code] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (code != std::errc{} || end != text.data() + text.size() || value == 0 || value > limit)
    return std::nullopt;
  return value;
}

void add_number(XmlNode const& node, std::string_view attribute, std::uint32_t limit,
                boost::json::object& out) {
  if (auto const value = positive(node.attribute_or(attribute, ""), limit)) out[attribute] = *value;
}

void add_one_of(XmlNode const& node, std::string_view attribute,
                std::initializer_list<std::string_view> words, boost::json::object& out) {
  auto const value = trim(node.attribute_or(attribute, ""));
  if (std::ranges::find(words, value) != words.end()) out[attribute] = value;
}

void add_text(XmlNode const& node, std::string_view attribute, std::string_view key,
              boost::json::object& out) {
  if (auto const value = node.attribute(attribute)) out[key] = trim(*value);
}

void add_classes(XmlNode const& node, boost::json::object& out) {
  std::string kept;
  std::string_view rest = node.attribute_or("class", "");
  while (!(rest = trim(rest)).empty()) {
    auto const word = rest.substr(0, rest.find_first_of(white_space));
    rest.remove_prefix(word.size());
    if (!is_shared_class(word)) continue;
    if (!kept.empty()) kept += ' ';
    kept += word;
  }
  if (!kept.empty()) out["class"] = kept;
}

// The number at the end of a class such as qti-input-width-15.
std::optional<std::uint32_t> class_number(XmlNode const& node, std::string_view prefix) {
  std::string_view rest = node.attribute_or("class", "");
  while (!(rest = trim(rest)).empty()) {
    auto const word = rest.substr(0, rest.find_first_of(white_space));
    rest.remove_prefix(word.size());
    if (word.starts_with(prefix)) return positive(word.substr(prefix.size()), count_max);
  }
  return std::nullopt;
}

void add_optional(XmlNode const& node, std::string_view attribute, std::string_view key,
                  boost::json::object& out) {
  auto const value = trim(node.attribute_or(attribute, ""));
  if (!value.empty()) out[key] = value;
}

// Nodes that stand for values of the attempt, and gaps and hottexts. False when it is none of them.
bool add_own_attributes(XmlNode const& node, std::string_view t, boost::json::object& out) {
  if (t == "gap" || t == "hot") {
    out["id"] = trim(node.attribute_or("identifier", ""));
    if (auto const variable = trim(node.attribute_or("template-identifier", "")); !variable.empty()) {
      out["var"] = variable;
      out["show"] = node.attribute_or("show-hide", "show") != "hide";
    }
  } else if (t == "template") {
    out["var"] = trim(node.attribute_or("template-identifier", ""));
    out["value"] = trim(node.attribute_or("identifier", ""));
    out["show"] = node.attribute_or("show-hide", "show") != "hide";
    out["inline"] = node.name == "qti-template-inline";
  } else if (t == "printed") {
    out["var"] = trim(node.attribute_or("identifier", ""));
    add_optional(node, "format", "format", out);
    add_optional(node, "base", "base", out);
    add_optional(node, "field", "field", out);
    add_optional(node, "index", "index", out);
    add_optional(node, "delimiter", "delimiter", out);
    add_optional(node, "mapping-indicator", "mapping_indicator", out);
    if (is_true(node.attribute_or("power-form", "false"))) out["power_form"] = true;
  } else {
    return false;
  }
  return true;
}

}  // namespace

bool is_true(std::string_view text) {
  text = trim(text);
  return text == "true" || text == "1";
}

void add_image(XmlNode const& node, boost::json::object& out) {
  // An object's content stands for it where it cannot be shown.
  auto const inside = node.name == "object" ? node.all_text() : std::string();
  auto const alt = trim(node.attribute_or("alt", inside));
  out["alt"] = alt.empty() ? trim(node.attribute_or("aria-label", "")) : alt;
  add_number(node, "width", pixels_max, out);
  add_number(node, "height", pixels_max, out);
}

void add_center(XmlNode const& node, boost::json::object& out) {
  auto const words = trim(node.attribute_or("center-point", ""));
  auto const gap = words.find_first_of(white_space);
  if (gap == std::string_view::npos) return;
  auto const x = positive(words.substr(0, gap), pixels_max);
  auto const y = positive(words.substr(gap), pixels_max);
  if (x && y) out["center"] = {*x, *y};
}

boost::json::array media_types(XmlNode const& node) {
  boost::json::array out;
  std::string_view rest = node.attribute_or("type", "");
  while (!(rest = trim(rest)).empty() && out.size() < media_types_max) {
    auto const word = rest.substr(0, rest.find_first_of(white_space));
    rest.remove_prefix(word.size());
    if (is_media_type(word)) out.emplace_back(word);
  }
  return out;
}

void add_attributes(XmlNode const& node, std::string_view t, boost::json::object& out) {
  if (add_own_attributes(node, t, out)) return;
  if (t == "math" || t.starts_with("m:")) {
    if (t == "math") add_text(node, "alttext", "alt", out);
    for (auto const& attribute : node.attributes) {
      if (is_mathml_attribute(attribute.name)) out[attribute.name] = attribute.value;
    }
    return;
  }
  auto const lang = trim(node.attribute_or("xml:lang", node.attribute_or("lang", "")));
  if (is_language_tag(lang)) out["lang"] = lang;
  add_one_of(node, "dir", {"ltr", "rtl", "auto"}, out);
  add_classes(node, out);
  if (t == "td" || t == "th") {
    add_number(node, "colspan", span_max, out);
    add_number(node, "rowspan", span_max, out);
    add_one_of(node, "scope", {"row", "col", "rowgroup", "colgroup"}, out);
  } else if (t == "ol") {
    add_number(node, "start", count_max, out);
  } else if (t == "abbr") {
    add_text(node, "title", "title", out);
  } else if (t == "img") {
    add_image(node, out);
  } else if (t == "audio" || t == "video") {
    auto const label = trim(node.attribute_or("aria-label", node.attribute_or("title", "")));
    if (!label.empty()) out["label"] = label;
    if (node.attribute_or("loop", "false") != "false") out["loop"] = true;
  }
}

std::uint32_t entry_width(XmlNode const& node) {
  auto length = positive(node.attribute_or("expected-length", ""), count_max);
  if (!length) length = class_number(node, "qti-input-width-");
  auto const wanted = length.value_or(entry_width_default);
  auto const found = std::ranges::find_if(entry_widths, [&](auto width) { return width >= wanted; });
  return found == entry_widths.end() ? entry_widths.back() : *found;
}

std::uint32_t text_lines(XmlNode const& node) {
  auto lines = positive(node.attribute_or("expected-lines", ""), count_max);
  if (!lines) lines = class_number(node, "qti-height-lines-");
  if (!lines) {
    if (auto const length = positive(node.attribute_or("expected-length", ""), count_max)) {
      lines = *length / chars_per_line + 1;
    }
  }
  return std::min(lines.value_or(lines_default), lines_max);
}

std::uint32_t text_max_chars(XmlNode const& node) {
  auto const length = positive(node.attribute_or("expected-length", ""), count_max).value_or(0);
  return std::clamp(2 * length, max_chars_default, max_chars_limit);
}

std::string_view choice_labels(XmlNode const& node) {
  auto const classes = node.attribute_or("class", "");
  if (has_word(classes, "qti-labels-none")) return "none";
  return has_word(classes, "qti-labels-decimal") ? "1" : "A";
}

std::string_view choice_orientation(XmlNode const& node) {
  bool const horizontal = node.attribute_or("orientation", "") == "horizontal" ||
                          has_word(node.attribute_or("class", ""), "qti-orientation-horizontal");
  return horizontal ? "horizontal" : "vertical";
}

}  // namespace proktor::qti
