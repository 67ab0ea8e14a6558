#include "qti/delivery/delivery_view.hpp"

#include "qti/delivery/item_plan.hpp"
#include "qti/delivery/order.hpp"
#include "qti/delivery/part_items.hpp"
#include "qti/delivery/shuffle.hpp"
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

using Items = std::vector<OrderedItem>;

// Gives each item its plan and each stimulus its number, in the order of first use.
class Numbering {
 public:
  Numbering(DeliveryEntries const& entries, std::uint64_t seed, std::size_t first_number)
      : entries_(entries), seed_(seed), next_(first_number) {}

  Result<ItemPlan> add(OrderedItem const& ordered) {
    auto const found = entries_.items.find(ordered.item);
    if (found == entries_.items.end()) return fail(Errc::package_invalid, "no item " + ordered.item);
    values = ViewValues();
    if (needs_program(found->second)) {
      auto const program = entries_.programs.find(ordered.item);
      if (program == entries_.programs.end())
        return fail(Errc::package_invalid, "no scoring entry of " + ordered.item + ", whose view needs it");
      values = ViewValues(program->second, session_seed(seed_, ordered.ref, ordered.instance),
                          text_at(found->second, "lang"));
    }
    auto plan = plan_item(found->second, values, seed_, ordered.instance);
    plan.ids.opaque = "i" + std::to_string(next_++);
    plan.ids.authored = ordered.ref;
    for (auto const& stimulus : found->second.at("stimuli").as_array()) {
      auto id = stimulus_id(std::string_view(stimulus.as_string()));
      if (!id) return id.error();
      plan.stimuli.push_back(std::move(*id));
    }
    ids.items.push_back(plan.ids);
    return plan;
  }

  DeliveryIds ids;
  ViewValues values;  // of the item added last

 private:
  Result<std::string> stimulus_id(std::string_view authored) {
    for (auto const& [opaque, name] : ids.stimuli) {
      if (name == authored) return opaque;
    }
    if (!entries_.stimuli.contains(authored)) {
      return fail(Errc::package_invalid, "no stimulus " + std::string(authored));
    }
    ids.stimuli.emplace_back("s" + std::to_string(ids.stimuli.size() + 1), authored);
    return ids.stimuli.back().first;
  }

  DeliveryEntries const& entries_;
  std::uint64_t seed_;
  std::size_t next_;
};

class TestWriter {
 public:
  TestWriter(DeliveryEntries const& entries, Supports const& supports, std::uint64_t seed,
             std::size_t first_number)
      : entries_(entries), numbering_(entries, seed, first_number), writer_(entries, supports) {}

  Result<void> item(OrderedItem const& ordered) {
    auto plan = numbering_.add(ordered);
    if (!plan) return plan.error();
    writer_.item(entries_.items.find(ordered.item)->second, *plan, numbering_.values);
    return {};
  }

  Result<void> items(Items const& list) {
    writer_.raw("[");
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (i > 0) writer_.raw(",");
      if (auto done = item(list[i]); !done) return done;
    }
    writer_.raw("]");
    return {};
  }

  // ,"stimuli":{...},"assets":[...]
  void stimuli_and_assets() {
    writer_.raw(",\"stimuli\":{");
    bool first = true;
    for (auto const& [opaque, authored] : numbering_.ids.stimuli) {
      if (!first) writer_.raw(",");
      first = false;
      writer_.text(opaque);
      writer_.raw(":");
      writer_.stimulus(entries_.stimuli.find(authored)->second);
    }
    writer_.raw("},\"assets\":");
    writer_.assets();
  }

  ViewWriter& writer() { return writer_; }

  Result<DeliveryView> take() {
    if (writer_.asset_missing()) return fail(Errc::package_invalid, "an asset is not in the package");
    return DeliveryView{writer_.take(), std::move(numbering_.ids)};
  }

 private:
  DeliveryEntries const& entries_;
  Numbering numbering_;
  ViewWriter writer_;
};

bool has_variable(json::value const& value) {
  if (auto const* list = value.if_array()) return std::ranges::any_of(*list, has_variable);
  auto const* object = value.if_object();
  if (object == nullptr) return false;
  return object->contains("var") ||
         std::ranges::any_of(*object, [](auto const& member) { return has_variable(member.value()); });
}

// "parts":[{"id","linear","items"}], where a part binds the pupil to its order.
void write_parts(json::object const& test, Items const& items, ViewWriter& writer) {
  std::string out;
  bool any_linear = false;
  std::size_t number = 0;
  for (auto const& value : test.at("parts").as_array()) {
    auto const& part = value.as_object();
    auto const count = std::ranges::count(items, text_at(part, "part"), &OrderedItem::part);
    if (count == 0) continue;
    bool const linear = part.at("linear").as_bool();
    any_linear = any_linear || linear;
    out += (out.empty() ? "{\"id\":\"p" : ",{\"id\":\"p") + std::to_string(++number) +
           "\",\"linear\":" + (linear ? "true" : "false") + ",\"items\":" + std::to_string(count) + "}";
  }
  if (any_linear) writer.raw(",\"parts\":[" + out + "]");
}

Result<json::object const*> test_of(DeliveryEntries const& entries, std::string_view test) {
  auto const found = entries.tests.find(test);
  if (found == entries.tests.end()) return fail(Errc::not_found, "no test " + std::string(test));
  return &found->second;
}

Result<DeliveryView> write_test(DeliveryEntries const& entries, json::object const& test,
                                TestHeader const& header, std::uint64_t seed, Items const& items,
                                std::size_t first_number) {
  TestWriter out(entries, header.supports, seed, first_number);
  auto& writer = out.writer();
  writer.raw("{\"title\":");
  writer.text(header.title.empty() ? text_at(test, "title") : std::string_view(header.title));
  writer.raw(",\"mark\":");
  writer.text(header.mark);
  writer.raw(",\"instrument\":");
  writer.text(header.instrument);
  auto const own_ms = test.at("duration_ms").to_number<std::uint64_t>();
  writer.raw(",\"duration_ms\":" + std::to_string(header.duration_ms == 0 ? own_ms : header.duration_ms));
  write_parts(test, items, writer);
  writer.raw(",\"items\":");
  if (auto done = out.items(items); !done) return done.error();
  out.stimuli_and_assets();
  writer.raw("}");
  return out.take();
}

Result<DeliveryIds> number_items(DeliveryEntries const& entries, std::uint64_t seed, Items const& items,
                                 std::size_t first_number) {
  Numbering numbering(entries, seed, first_number);
  for (auto const& ordered : items) {
    if (auto plan = numbering.add(ordered); !plan) return plan.error();
  }
  return std::move(numbering.ids);
}

}  // namespace

ItemIds const* DeliveryIds::item(std::string_view opaque) const {
  auto const found = std::ranges::find(items, opaque, &ItemIds::opaque);
  return found == items.end() ? nullptr : &*found;
}

Result<DeliveryView> instantiate(DeliveryEntries const& entries, std::string_view test,
                                 TestHeader const& header, std::uint64_t seed) {
  auto const entry = test_of(entries, test);
  if (!entry) return entry.error();
  return write_test(entries, **entry, header, seed, order_items(**entry, seed), 1);
}

Result<DeliveryIds> instantiate_ids(DeliveryEntries const& entries, std::string_view test,
                                    std::uint64_t seed) {
  auto const entry = test_of(entries, test);
  if (!entry) return entry.error();
  return number_items(entries, seed, order_items(**entry, seed), 1);
}

Result<DeliveryView> instantiate_part(DeliveryEntries const& entries, std::string_view test,
                                      TestHeader const& header, std::uint64_t seed,
                                      std::vector<std::string> const& refs, std::size_t first_number) {
  auto const entry = test_of(entries, test);
  if (!entry) return entry.error();
  auto const items = items_of(**entry, refs);
  if (!items) return items.error();
  return write_test(entries, **entry, header, seed, *items, first_number);
}

Result<DeliveryIds> instantiate_part_ids(DeliveryEntries const& entries, std::string_view test,
                                         std::uint64_t seed, std::vector<std::string> const& refs,
                                         std::size_t first_number) {
  auto const entry = test_of(entries, test);
  if (!entry) return entry.error();
  auto const items = items_of(**entry, refs);
  if (!items) return items.error();
  return number_items(entries, seed, *items, first_number);
}

Result<DeliveryView> instantiate_item(DeliveryEntries const& entries, std::string_view item,
                                      std::uint64_t seed, Supports const& supports) {
  if (!entries.items.contains(item)) return fail(Errc::not_found, "no item " + std::string(item));
  TestWriter out(entries, supports, seed, 1);
  out.writer().raw("{\"item\":");
  if (auto done = out.item({std::string(item), std::string(item)}); !done) return done.error();
  out.stimuli_and_assets();
  out.writer().raw("}");
  return out.take();
}

bool needs_program(json::object const& item_entry) {
  return std::ranges::any_of(item_entry, [](auto const& member) { return has_variable(member.value()); });
}

std::uint64_t session_seed(std::uint64_t attempt_seed, std::string_view ref, std::uint32_t instance) {
  return generator_for(attempt_seed, "session " + instance_name(ref, instance)).next();
}

}  // namespace proktor::qti
