#pragma once
// Writes checked entries as the JSON a browser gets: opaque ids in, shuffle and fixed out, asset paths as
// URLs. Appends to one string; collects which assets were named. One thread per writer.

#include "qti/delivery/delivery_view.hpp"
#include "qti/delivery/item_plan.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

// Appends a JSON string, quotes included.
void write_json_string(std::string_view text, std::string& out);

class ViewWriter {
 public:
  explicit ViewWriter(DeliveryEntries const& entries) : entries_(entries) {}

  // ITEM.
  void item(boost::json::object const& entry, ItemPlan const& plan);
  // {"title", "lang", "body"}.
  void stimulus(boost::json::object const& entry);
  // The list "assets" of all that was written so far.
  void assets();

  void raw(std::string_view text) { out_ += text; }
  void text(std::string_view value) { write_json_string(value, out_); }
  std::string take() { return std::move(out_); }
  // An asset that is not among the entries: the package is not whole.
  bool asset_missing() const { return asset_missing_; }

 private:
  void nodes(boost::json::array const& list);
  void node(boost::json::object const& object);
  void interaction(boost::json::object const& object, InteractionPlan const& plan);
  void choices(boost::json::array const& list, std::vector<std::size_t> const& order, std::size_t offset,
               ResponseIds const& ids);
  void value(boost::json::value const& scalar);
  void source(std::string_view path);

  DeliveryEntries const& entries_;
  ItemPlan const* plan_ = nullptr;
  std::vector<DeliveryAsset const*> used_;
  std::string out_;
  bool asset_missing_ = false;
};

}  // namespace proktor::qti
