#pragma once
// Instantiates delivery entries for one attempt (docs/delivery-view.md): shuffles, makes every id opaque,
// serialises. The same entries and seed always give the same bytes; ids say which authored thing each opaque
// id stands for. Any thread; 50 items take a few milliseconds. Entries must have passed check_*_entry (the
// package reader does).

#include "base/result.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace proktor::qti {

class ItemProgram;  // scoring/item_program.hpp

struct DeliveryAsset {
  std::string sha256;  // lower-case hex
  std::string type;    // "image/png"
  std::uint64_t bytes = 0;
};

// All entries of one package, as read from it.
struct DeliveryEntries {
  std::map<std::string, boost::json::object, std::less<>> tests;    // by authored identifier
  std::map<std::string, boost::json::object, std::less<>> items;    // by authored identifier
  std::map<std::string, boost::json::object, std::less<>> stimuli;  // by authored identifier
  std::map<std::string, DeliveryAsset, std::less<>> assets;         // by path inside the package
  // By authored identifier: of items whose view shows values of the attempt (needs_program); others may lack
  // theirs.
  std::map<std::string, std::shared_ptr<ItemProgram const>, std::less<>> programs;
};

// Supports of catalogs that a pupil needs ("glossary-on-screen"); docs/delivery-view.md, "Catalogs".
using Supports = std::set<std::string, std::less<>>;

// What the packet says about a test and the pupil sees; none of it is taken from the items.
struct TestHeader {
  std::string title;
  std::string mark;  // LATIHAN, SIMULASI, GLADI, UTAMA
  std::string instrument;
  std::uint64_t duration_ms = 0;
  Supports supports{};  // of the pupil's needs
};

struct ResponseIds {
  std::string opaque;                                        // "r1"
  std::string authored;                                      // "RESPONSE"
  std::string cardinality;                                   // as sent: "single", "multiple", "ordered"
  std::string base;                                          // as sent: "identifier", "directedPair", ...
  std::vector<std::pair<std::string, std::string>> choices;  // {"c3", "ChoiceA"}, in document order
};

struct ItemIds {
  std::string opaque;          // "i1"
  std::string authored;        // identifier of the reference in the test
  std::string item;            // identifier of the item itself
  std::uint32_t instance = 1;  // counts the deliveries of one reference (selection with replacement)
  std::vector<ResponseIds> responses;
};

struct DeliveryIds {
  std::vector<ItemIds> items;                                // in the order of delivery
  std::vector<std::pair<std::string, std::string>> stimuli;  // {"s1", authored}

  ItemIds const* item(std::string_view opaque) const;
};

struct DeliveryView {
  std::string test;  // UTF-8 JSON, the object "Test" of docs/delivery-view.md
  DeliveryIds ids;
};

// The view of one test for one attempt. header.title empty: the test's own title; duration_ms 0: the test's
// own. Errors: not_found (no such test), package_invalid (an entry is not as the contract says, or its
// program is missing).
Result<DeliveryView> instantiate(DeliveryEntries const& entries, std::string_view test,
                                 TestHeader const& header, std::uint64_t seed);

// One part of a test, for tests that are delivered part by part: the same object Test, with the items named
// here alone. refs: references of the test in the order of delivery, "Q7", or "Q7.2" for the second delivery
// of one reference. first_number: of the first item ("i13"); stimuli are numbered from s1 anew. Errors: as
// above; not_found for a reference that the test does not have.
Result<DeliveryView> instantiate_part(DeliveryEntries const& entries, std::string_view test,
                                      TestHeader const& header, std::uint64_t seed,
                                      std::vector<std::string> const& refs, std::size_t first_number);
Result<DeliveryIds> instantiate_part_ids(DeliveryEntries const& entries, std::string_view test,
                                         std::uint64_t seed, std::vector<std::string> const& refs,
                                         std::size_t first_number);

// The view of a single item, without a test around it: the object ITEM, with its stimuli beside it
// ({"item": ITEM, "stimuli": {...}, "assets": [...]}). `qti view` uses seed 1.
Result<DeliveryView> instantiate_item(DeliveryEntries const& entries, std::string_view item,
                                      std::uint64_t seed, Supports const& supports = {});

// The ids alone, without writing the view: for scoring and reports.
Result<DeliveryIds> instantiate_ids(DeliveryEntries const& entries, std::string_view test,
                                    std::uint64_t seed);

// The seed of the item session (scoring/item_session.hpp) that belongs to one delivery: what a view prints is
// what this session computes. instance: as in ItemIds.
std::uint64_t session_seed(std::uint64_t attempt_seed, std::string_view ref, std::uint32_t instance = 1);

// Whether an item entry shows values of the attempt, so that it can only be instantiated with its program.
bool needs_program(boost::json::object const& item_entry);

// {"i1": {"ref": ..., "item": ..., "responses": {"r1": {"id": ..., "choices": {"c1": ...}}}}}: what the
// journal keeps.
boost::json::object to_json(DeliveryIds const& ids);

// An answer ({"r1": V, ...}) in the author's words ({"RESPONSE": V}); choices and pairs are mapped, text is
// kept. Errors: invalid when a response or choice is not of this item or V has the wrong form.
Result<boost::json::object> authored_answer(ItemIds const& ids, boost::json::object const& answer);

// Whether an entry read from a package has only what docs/delivery-view.md allows, and whose ids agree.
Result<void> check_item_entry(boost::json::object const& entry);
Result<void> check_stimulus_entry(boost::json::object const& entry);
Result<void> check_test_entry(boost::json::object const& entry);

}  // namespace proktor::qti
