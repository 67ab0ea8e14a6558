#pragma once
// Turns the visible part of a body into the nodes of docs/delivery-view.md, with authored ids.
// Decides nothing about visibility (body.hpp does) and keeps only attributes that the contract lists.
// Any thread; lives as long as the item and the assets it was given.

#include "qti/delivery/delivery_entry.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <string>
#include <vector>

namespace proktor::qti {

class EntryNodes {
 public:
  EntryNodes(std::vector<Declaration> const& outcomes, std::vector<Interaction> const& interactions,
             AssetPaths const& assets)
      : outcomes_(outcomes), interactions_(interactions), assets_(assets) {}

  // The nodes below an element; white space at its ends is not kept.
  boost::json::array children(XmlNode const& parent) const { return children_of(parent, Space::trim); }

 private:
  enum class Space { inline_text, trim, math, verbatim };

  boost::json::array children_of(XmlNode const& parent, Space space) const;
  void collect(XmlNode const& parent, boost::json::array& pieces) const;
  void collect_node(XmlNode const& node, boost::json::array& pieces) const;
  boost::json::object element(XmlNode const& node, std::string const& t) const;
  boost::json::object interaction(Interaction const& interaction) const;
  boost::json::object choice(Interaction const& interaction) const;
  boost::json::object match(Interaction const& interaction) const;
  boost::json::array choices(std::vector<Choice> const& choices, bool with_max) const;
  boost::json::array prompt(XmlNode const& node) const;

  std::vector<Declaration> const& outcomes_;
  std::vector<Interaction> const& interactions_;
  AssetPaths const& assets_;
};

}  // namespace proktor::qti
