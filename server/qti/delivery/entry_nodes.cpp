#include "qti/delivery/entry_nodes.hpp"

#include "qti/delivery/body.hpp"
#include "qti/delivery/entry_attributes.hpp"
#include "qti/model/names.hpp"
#include "qti/model/reader.hpp"

#include <boost/json/value.hpp>

#include <algorithm>

namespace proktor::qti {
namespace {

namespace json = boost::json;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

// Runs of white space become one space.
std::string collapse(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (char const c : text) {
    if (!is_space(c)) {
      out.push_back(c);
    } else if (out.empty() || out.back() != ' ') {
      out.push_back(' ');
    }
  }
  return out;
}

bool is_block_piece(json::value const& piece) {
  return piece.is_object() && is_block(piece.as_object().at("t").as_string());
}

void append_text(std::string_view text, json::array& pieces) {
  if (!pieces.empty() && pieces.back().is_string()) {
    pieces.back().as_string().append(text);
  } else {
    pieces.emplace_back(text);
  }
}

}  // namespace

json::array EntryNodes::children_of(XmlNode const& parent, Space space) const {
  json::array pieces;
  collect(parent, pieces);
  if (space == Space::verbatim) return pieces;
  json::array out;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!pieces[i].is_string()) {
      out.push_back(std::move(pieces[i]));
      continue;
    }
    std::string const collapsed = collapse(pieces[i].as_string());
    std::string_view text = collapsed;
    bool const at_begin = i == 0;
    bool const at_end = i + 1 == pieces.size();
    bool const trims = space != Space::inline_text;
    bool const after_block = !at_begin && is_block_piece(out.empty() ? json::value() : out.back());
    bool const before_block = !at_end && is_block_piece(pieces[i + 1]);
    if (text.starts_with(' ') && ((at_begin && trims) || after_block || space == Space::math))
      text.remove_prefix(1);
    if (text.ends_with(' ') && ((at_end && trims) || before_block || space == Space::math))
      text.remove_suffix(1);
    if (!text.empty()) out.emplace_back(text);
  }
  return out;
}

void EntryNodes::collect(XmlNode const& parent, json::array& pieces) const {
  for (auto const& child : parent.children) collect_node(child, pieces);
}

void EntryNodes::collect_node(XmlNode const& node, json::array& pieces) const {
  if (node.is_text) {
    append_text(node.text, pieces);
    return;
  }
  auto const part = body_part(node, outcomes_);
  switch (part.use) {
    case BodyUse::drop:
    case BodyUse::refuse:
      return;
    case BodyUse::unwrap:
      collect(node, pieces);
      return;
    case BodyUse::interaction: {
      auto const found = std::ranges::find(interactions_, &node, &Interaction::node);
      if (found != interactions_.end()) pieces.push_back(interaction(*found));
      return;
    }
    case BodyUse::keep:
      break;
  }
  if (part.t == "img" && !assets_.contains(asset_href(node))) return;
  auto built = element(node, part.t);
  // Boxes that held only what is not shown would be gaps on the page.
  bool const empty_box = (part.t == "div" || part.t == "span") && built.size() == 1;
  if (!empty_box) pieces.push_back(std::move(built));
}

json::object EntryNodes::element(XmlNode const& node, std::string const& t) const {
  json::object out;
  out["t"] = t;
  if (t == "img") out["src"] = assets_.find(asset_href(node))->second;
  add_attributes(node, t, out);
  if (t == "img" || t == "br" || t == "hr" || t == "col") return out;
  auto const space = t == "pre"                             ? Space::verbatim
                     : (t == "math" || t.starts_with("m:")) ? Space::math
                     : is_block(t)                          ? Space::trim
                                                            : Space::inline_text;
  auto nodes = children_of(node, space);
  if (!nodes.empty()) out["c"] = std::move(nodes);
  return out;
}

json::array EntryNodes::prompt(XmlNode const& node) const {
  auto const* element = node.child("qti-prompt");
  return element == nullptr ? json::array{} : children(*element);
}

json::array EntryNodes::choices(std::vector<Choice> const& choices, bool with_max) const {
  json::array out;
  for (auto const& choice : choices) {
    json::object entry;
    entry["id"] = choice.identifier;
    if (choice.fixed) entry["fixed"] = true;
    if (with_max) entry["max"] = choice.match_max;
    entry["c"] = children(*choice.node);
    out.push_back(std::move(entry));
  }
  return out;
}

json::object EntryNodes::choice(Interaction const& interaction) const {
  json::object out;
  out["t"] = "choice";
  out["r"] = interaction.response;
  out["shuffle"] = interaction.shuffle;
  out["max"] = interaction.max;
  out["min"] = interaction.min;
  out["prompt"] = prompt(*interaction.node);
  out["orientation"] = choice_orientation(*interaction.node);
  out["labels"] = choice_labels(*interaction.node);
  out["choices"] = choices(interaction.choices, false);
  return out;
}

json::object EntryNodes::match(Interaction const& interaction) const {
  json::object out;
  out["t"] = "match";
  out["r"] = interaction.response;
  out["shuffle"] = interaction.shuffle;
  out["max"] = interaction.max;
  out["min"] = interaction.min;
  out["prompt"] = prompt(*interaction.node);
  out["tabular"] = has_word(interaction.node->attribute_or("class", ""), "qti-match-tabular");
  out["rows"] = choices(interaction.choices, true);
  out["cols"] = choices(interaction.columns, true);
  return out;
}

json::object EntryNodes::interaction(Interaction const& interaction) const {
  if (interaction.kind == InteractionKind::choice) return choice(interaction);
  if (interaction.kind == InteractionKind::match) return match(interaction);
  auto const& node = *interaction.node;
  json::object out;
  if (interaction.kind == InteractionKind::extended_text) {
    out["t"] = "extendedtext";
    out["r"] = interaction.response;
    out["prompt"] = prompt(node);
    out["lines"] = text_lines(node);
    out["max_chars"] = text_max_chars(node);
    return out;
  }
  out["t"] = "textentry";
  out["r"] = interaction.response;
  out["width"] = entry_width(node);
  out["input"] = interaction.base == BaseType::integer    ? "integer"
                 : interaction.base == BaseType::floating ? "decimal"
                                                          : "text";
  auto const label = trim(node.attribute_or("aria-label", ""));
  if (!label.empty()) out["label"] = label;
  return out;
}

}  // namespace proktor::qti
