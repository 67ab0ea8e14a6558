#pragma once
// Turns the visible part of a body into the nodes of docs/delivery-view.md, with authored ids.
// Decides nothing about visibility (body.hpp does) and keeps only attributes that the contract lists.
// Any thread; lives as long as the item or stimulus and the assets it was given.

#include "qti/delivery/delivery_entry.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

class EntryNodes {
 public:
  // item: nullptr for a stimulus. catalogs: of the item or stimulus.
  EntryNodes(Item const* item, std::vector<Catalog> const& catalogs, AssetPaths const& assets)
      : item_(item), catalogs_(catalogs), assets_(assets) {}

  // The nodes below an element; white space at its ends is not kept.
  boost::json::array children(XmlNode const& parent) const { return children_of(parent, Space::trim); }
  // {authored id: [card]}
  boost::json::object catalogs() const;

 private:
  enum class Space { inline_text, trim, math, verbatim };

  // entry_nodes.cpp
  boost::json::array children_of(XmlNode const& parent, Space space) const;
  void collect(XmlNode const& parent, boost::json::array& pieces) const;
  void collect_node(XmlNode const& node, boost::json::array& pieces) const;
  void collect_unwrapped(XmlNode const& node, boost::json::array& pieces) const;
  boost::json::object element(XmlNode const& node, std::string const& t) const;
  boost::json::object asset(XmlNode const& node, std::string_view t) const;
  bool is_math_variable(XmlNode const& node) const;
  void add_catalog(XmlNode const& node, boost::json::object& out) const;

  // entry_interactions.cpp
  boost::json::object interaction(Interaction const& interaction) const;
  boost::json::object stage(XmlNode const& node) const;
  void add_text_entry(Interaction const& interaction, boost::json::object& out) const;
  void add_extended_text(Interaction const& interaction, boost::json::object& out) const;
  void add_slider(Interaction const& interaction, boost::json::object& out) const;
  void add_media(Interaction const& interaction, boost::json::object& out) const;
  void add_lists(Interaction const& interaction, boost::json::object& out) const;
  boost::json::array choices(std::vector<Choice> const& choices, bool with_max) const;
  boost::json::array spots(std::vector<Choice> const& choices, bool with_max) const;
  boost::json::array content(XmlNode const& node) const;
  boost::json::array prompt(XmlNode const& node) const;
  boost::json::object image(XmlNode const& node) const;

  Item const* item_;
  std::vector<Catalog> const& catalogs_;
  AssetPaths const& assets_;
};

}  // namespace proktor::qti
