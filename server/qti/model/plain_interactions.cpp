#include "qti/model/plain_interactions.hpp"

#include "qti/model/declarations.hpp"

#include <algorithm>
#include <cmath>

namespace proktor::qti {
namespace {

constexpr std::size_t mask_told_max = 80;  // bytes of a pattern mask in a message

bool is_media(XmlNode const& node) {
  return node.name == "audio" || node.name == "video" || node.name == "object";
}

}  // namespace

void read_text(Reader& reader, XmlNode const& node, Interaction& out) {
  bool const container = out.cardinality == Cardinality::multiple || out.cardinality == Cardinality::ordered;
  out.max = container ? reader.count(node, "max-strings", 0) : 1;
  out.min = reader.count(node, "min-strings", 0);
  if (reader.boolean(node, "required", false)) out.min = std::max(out.min, 1U);
  if (out.max != 0 && out.min > out.max)
    reader.error("bad-limits", node.line, node.name + ": min-strings is greater than max-strings");
  if (node.attribute_or("format", "plain") == "xhtml")
    reader.warning("format-plain", node.line, "formatted text is taken as plain text");
  out.pattern_mask = node.attribute_or("pattern-mask", "");
  if (out.pattern_mask.empty()) return;
  std::string reason;
  out.pattern = Pattern::compile(out.pattern_mask, reason);
  if (!out.pattern)
    reader.error("bad-pattern", node.line,
                 "the pattern mask " + out.pattern_mask.substr(0, mask_told_max) + ": " + reason);
}

void read_slider(Reader& reader, XmlNode const& node, Interaction& out) {
  out.max = 1;
  auto const lower = read_number(reader, node, "lower-bound");
  auto const upper = read_number(reader, node, "upper-bound");
  out.step = read_number(reader, node, "step").value_or(1);
  out.lower = lower.value_or(0);
  out.upper = upper.value_or(0);
  auto const whole = [](double value) { return std::floor(value) == value; };
  bool const fits = out.base != BaseType::integer || (whole(out.lower) && whole(out.step));
  if (!lower || !upper || out.lower >= out.upper || out.step <= 0 || !fits) {
    reader.error(
        "bad-slider", node.line,
        "the slider needs a lower-bound below its upper-bound and a step above 0, whole numbers for an "
        "integer");
  }
}

void read_media(Reader& reader, XmlNode const& node, Interaction& out) {
  out.max = 1;
  out.min_plays = reader.count(node, "min-plays", 0);
  out.max_plays = reader.count(node, "max-plays", 0);
  if (out.max_plays != 0 && out.min_plays > out.max_plays)
    reader.error("bad-limits", node.line, "min-plays is greater than max-plays");
  if (std::ranges::none_of(node.children, is_media))
    reader.error("no-media", node.line, node.name + " has no audio or video");
}

}  // namespace proktor::qti
