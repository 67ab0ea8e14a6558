#pragma once
// Writes checked entries as the JSON a browser gets: opaque ids in, shuffle and fixed out, values of the
// attempt in their places, catalogs by need, asset paths as URLs. Appends to one string; collects which
// assets were named. One thread per writer.

#include "qti/delivery/delivery_view.hpp"
#include "qti/delivery/item_plan.hpp"
#include "qti/delivery/view_values.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

// Appends a JSON string, quotes included.
void write_json_string(std::string_view text, std::string& out);

class ViewWriter {
 public:
  ViewWriter(DeliveryEntries const& entries, Supports const& supports)
      : entries_(entries), supports_(supports) {}

  // ITEM.
  void item(boost::json::object const& entry, ItemPlan const& plan, ViewValues const& values);
  // {"title", "lang", "body"} and its catalogs.
  void stimulus(boost::json::object const& entry);
  // The list "assets" of all that was written so far.
  void assets();

  void raw(std::string_view text) { out_ += text; }
  void text(std::string_view value) { write_json_string(value, out_); }
  std::string take() { return std::move(out_); }
  // An asset that is not among the entries: the package is not whole.
  bool asset_missing() const { return asset_missing_; }

 private:
  using Object = boost::json::object;
  using Objects = std::vector<Object const*>;

  // view_writer.cpp
  void nodes(boost::json::array const& list);
  void splice(boost::json::array const& list, bool& first);
  void element(Object const& object);
  void member(std::string_view key, boost::json::value const& entry);
  void number_catalogs(Object const& entry);
  void catalogs(Object const& entry);
  void card(Object const& entry);
  void stimuli_and_responses(ItemPlan const& plan);
  void value(boost::json::value const& scalar);
  void source(std::string_view path);

  // interaction_writer.cpp
  void interaction(Object const& object, InteractionPlan const& plan);
  void choices(Objects const& list);
  void part(Object const& object);
  void stage(Object const& object);
  void image(Object const& object);
  void own_member(std::string_view key, boost::json::value const& entry, InteractionPlan const& plan);

  DeliveryEntries const& entries_;
  Supports const& supports_;
  ItemPlan const* plan_ = nullptr;
  ViewValues const* values_ = nullptr;
  ResponseIds const* ids_ = nullptr;  // of the interaction being written
  std::map<std::string, std::string, std::less<>>
      catalog_ids_;  // authored to opaque, of what is being written
  std::vector<DeliveryAsset const*> used_;
  std::string out_;
  bool asset_missing_ = false;
};

}  // namespace proktor::qti
