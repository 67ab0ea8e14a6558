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
  auto const* node = piece.if_object();
  if (node == nullptr) return false;
  if (auto const* flows = node->if_contains("inline")) return !flows->as_bool();
  return is_block(node->at("t").as_string());
}

// Parts of an interaction's text that its node carries elsewhere.
bool is_beside_text(XmlNode const& node) {
  return node.name == "qti-prompt" || node.name == "qti-gap-text" || node.name == "qti-gap-img";
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
  bool const is_interaction = parent.name.ends_with("-interaction");
  for (auto const& child : parent.children) {
    if (!is_interaction || !is_beside_text(child)) collect_node(child, pieces);
  }
}

// A catalog on something that is no node of its own gets one.
void EntryNodes::collect_unwrapped(XmlNode const& node, json::array& pieces) const {
  json::object holder{{"t", "span"}};
  add_catalog(node, holder);
  if (holder.size() == 1) {
    collect(node, pieces);
    return;
  }
  auto nodes = children_of(node, Space::inline_text);
  if (std::ranges::any_of(nodes, is_block_piece)) holder["t"] = "div";
  holder["c"] = std::move(nodes);
  pieces.push_back(std::move(holder));
}

void EntryNodes::collect_node(XmlNode const& node, json::array& pieces) const {
  if (node.is_text) {
    append_text(node.text, pieces);
    return;
  }
  auto const part = body_part(node, item_);
  switch (part.use) {
    case BodyUse::drop:
    case BodyUse::refuse:
      return;
    case BodyUse::unwrap:
      collect_unwrapped(node, pieces);
      return;
    case BodyUse::interaction: {
      if (item_ == nullptr) return;
      auto const found = std::ranges::find(item_->interactions, &node, &Interaction::node);
      if (found != item_->interactions.end()) pieces.push_back(interaction(*found));
      return;
    }
    case BodyUse::keep:
      break;
  }
  if (asset_kind(node)) {
    if (assets_.contains(asset_href(node))) pieces.push_back(asset(node, part.t));
    return;
  }
  auto built = part.t == "positionstage" ? stage(node) : element(node, part.t);
  // Boxes that held only what is not shown would be gaps on the page.
  bool const empty_box = (part.t == "div" || part.t == "span") && built.size() == 1;
  if (!empty_box) pieces.push_back(std::move(built));
}

json::object EntryNodes::asset(XmlNode const& node, std::string_view t) const {
  json::object out;
  out["t"] = t;
  out["src"] = assets_.find(asset_href(node))->second;
  add_attributes(node, t, out);
  add_catalog(node, out);
  return out;
}

// An mi that is to show a number: its text names a template variable that says so.
bool EntryNodes::is_math_variable(XmlNode const& node) const {
  if (item_ == nullptr || node.name != "mi") return false;
  auto const name = node.all_text();
  auto const found = std::ranges::find(item_->templates, trim(name), &Declaration::identifier);
  return found != item_->templates.end() && found->math_variable;
}

void EntryNodes::add_catalog(XmlNode const& node, json::object& out) const {
  auto const wanted = trim(node.attribute_or("data-catalog-idref", ""));
  if (wanted.empty()) return;
  if (std::ranges::find(catalogs_, wanted, &Catalog::identifier) != catalogs_.end()) out["cat"] = wanted;
}

json::object EntryNodes::element(XmlNode const& node, std::string const& t) const {
  json::object out;
  out["t"] = t;
  add_attributes(node, t, out);
  add_catalog(node, out);
  if (t == "br" || t == "hr" || t == "col" || t == "gap" || t == "printed") return out;
  if (t == "m:mi" && is_math_variable(node)) {
    out["var"] = trim(node.all_text());
    return out;
  }
  bool const flows = out.contains("inline") && out["inline"].as_bool();
  auto const space = t == "pre"                             ? Space::verbatim
                     : (t == "math" || t.starts_with("m:")) ? Space::math
                     : is_block(t) && !flows                ? Space::trim
                                                            : Space::inline_text;
  auto nodes = children_of(node, space);
  if (!nodes.empty()) out["c"] = std::move(nodes);
  return out;
}

json::object EntryNodes::catalogs() const {
  json::object out;
  for (auto const& catalog : catalogs_) {
    json::array cards;
    for (auto const& card : catalog.cards) {
      json::object entry{{"support", card.support}};
      if (!card.lang.empty()) entry["lang"] = card.lang;
      json::array nodes;
      if (card.content != nullptr) {
        nodes = children(*card.content);
      } else if (assets_.contains(asset_href(card.file))) {
        nodes.push_back(asset(card.file, card.file.name));
      }
      entry["c"] = std::move(nodes);
      cards.push_back(std::move(entry));
    }
    out[catalog.identifier] = std::move(cards);
  }
  return out;
}

}  // namespace proktor::qti
