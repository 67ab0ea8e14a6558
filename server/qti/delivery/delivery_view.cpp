#include "qti/delivery/delivery_view.hpp"

#include "qti/delivery/item_plan.hpp"
#include "qti/delivery/order.hpp"
#include "qti/delivery/view_writer.hpp"

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>

#include <algorithm>

namespace proktor::qti {
namespace {

namespace json = boost::json;

std::string_view text_at(json::object const& object, std::string_view key) {
  auto const& text = object.at(key).as_string();
  return {text.data(), text.size()};
}

// Writes items one by one and remembers the stimuli they need, in the order of first use.
class TestWriter {
 public:
  explicit TestWriter(DeliveryEntries const& entries) : entries_(entries), writer_(entries) {}

  Result<void> item(OrderedItem const& ordered, std::uint64_t seed) {
    auto const found = entries_.items.find(ordered.item);
    if (found == entries_.items.end()) return fail(Errc::package_invalid, "no item " + ordered.item);
    auto plan = plan_item(found->second, seed);
    plan.ids.opaque = "i" + std::to_string(ids_.items.size() + 1);
    plan.ids.authored = ordered.ref;
    std::vector<std::string> stimuli;
    for (auto const& stimulus : found->second.at("stimuli").as_array()) {
      auto const& name = stimulus.as_string();
      auto id = stimulus_id({name.data(), name.size()});
      if (!id) return id.error();
      stimuli.push_back(std::move(*id));
    }
    writer_.item(found->second, plan, stimuli);
    ids_.items.push_back(std::move(plan.ids));
    return {};
  }

  // ,"stimuli":{...},"assets":[...]
  void stimuli_and_assets() {
    writer_.raw(",\"stimuli\":{");
    for (std::size_t i = 0; i < ids_.stimuli.size(); ++i) {
      if (i > 0) writer_.raw(",");
      writer_.text(ids_.stimuli[i].first);
      writer_.raw(":");
      writer_.stimulus(entries_.stimuli.find(ids_.stimuli[i].second)->second);
    }
    writer_.raw("},\"assets\":");
    writer_.assets();
  }

  ViewWriter& writer() { return writer_; }

  Result<DeliveryView> take() {
    if (writer_.asset_missing()) return fail(Errc::package_invalid, "an asset is not in the package");
    return DeliveryView{writer_.take(), std::move(ids_)};
  }

 private:
  Result<std::string> stimulus_id(std::string_view authored) {
    for (auto const& [opaque, name] : ids_.stimuli) {
      if (name == authored) return opaque;
    }
    if (!entries_.stimuli.contains(authored)) {
      return fail(Errc::package_invalid, "no stimulus " + std::string(authored));
    }
    ids_.stimuli.emplace_back("s" + std::to_string(ids_.stimuli.size() + 1), authored);
    return ids_.stimuli.back().first;
  }

  DeliveryEntries const& entries_;
  ViewWriter writer_;
  DeliveryIds ids_;
};

}  // namespace

ItemIds const* DeliveryIds::item(std::string_view opaque) const {
  auto const found = std::ranges::find(items, opaque, &ItemIds::opaque);
  return found == items.end() ? nullptr : &*found;
}

Result<DeliveryView> instantiate(DeliveryEntries const& entries, std::string_view test,
                                 TestHeader const& header, std::uint64_t seed) {
  auto const found = entries.tests.find(test);
  if (found == entries.tests.end()) return fail(Errc::not_found, "no test " + std::string(test));
  TestWriter out(entries);
  auto& writer = out.writer();
  writer.raw("{\"title\":");
  writer.text(header.title.empty() ? text_at(found->second, "title") : std::string_view(header.title));
  writer.raw(",\"mark\":");
  writer.text(header.mark);
  writer.raw(",\"instrument\":");
  writer.text(header.instrument);
  auto const own_ms = found->second.at("duration_ms").to_number<std::uint64_t>();
  writer.raw(",\"duration_ms\":" + std::to_string(header.duration_ms == 0 ? own_ms : header.duration_ms));
  writer.raw(",\"items\":[");
  bool first = true;
  for (auto const& ordered : order_items(found->second, seed)) {
    if (!first) writer.raw(",");
    first = false;
    if (auto done = out.item(ordered, seed); !done) return done.error();
  }
  writer.raw("]");
  out.stimuli_and_assets();
  writer.raw("}");
  return out.take();
}

Result<DeliveryView> instantiate_item(DeliveryEntries const& entries, std::string_view item,
                                      std::uint64_t seed) {
  if (!entries.items.contains(item)) return fail(Errc::not_found, "no item " + std::string(item));
  TestWriter out(entries);
  out.writer().raw("{\"item\":");
  if (auto done = out.item({std::string(item), std::string(item)}, seed); !done) return done.error();
  out.stimuli_and_assets();
  out.writer().raw("}");
  return out.take();
}

Result<DeliveryIds> instantiate_ids(DeliveryEntries const& entries, std::string_view test,
                                    std::uint64_t seed) {
  auto const found = entries.tests.find(test);
  if (found == entries.tests.end()) return fail(Errc::not_found, "no test " + std::string(test));
  DeliveryIds ids;
  for (auto const& ordered : order_items(found->second, seed)) {
    auto const entry = entries.items.find(ordered.item);
    if (entry == entries.items.end()) return fail(Errc::package_invalid, "no item " + ordered.item);
    auto plan = plan_item(entry->second, seed);
    plan.ids.opaque = "i" + std::to_string(ids.items.size() + 1);
    plan.ids.authored = ordered.ref;
    ids.items.push_back(std::move(plan.ids));
    for (auto const& stimulus : entry->second.at("stimuli").as_array()) {
      std::string name{stimulus.as_string()};
      auto const known =
          std::ranges::any_of(ids.stimuli, [&](auto const& pair) { return pair.second == name; });
      if (!known) ids.stimuli.emplace_back("s" + std::to_string(ids.stimuli.size() + 1), std::move(name));
    }
  }
  return ids;
}

}  // namespace proktor::qti
