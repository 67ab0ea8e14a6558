#pragma once
// What a virtual pupil does in a test: reads the delivery view and makes event lines with plausible answers.
// Pure: the same seed makes the same lines.

#include "base/random.hpp"
#include "base/result.hpp"

#include <boost/json/value.hpp>

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::drill {

struct Interaction {
  enum class Kind : std::uint8_t { choice, match, text, essay };
  Kind kind = Kind::text;
  std::string response{};
  bool multiple = false;
  bool number = false;
  std::vector<std::string> choices{};  // of a match: the rows
  std::vector<std::string> columns{};
};

struct Item {
  std::string id{};
  std::vector<Interaction> interactions{};
};

// The items of TEST in docs/delivery-view.md. Errors: bad_json.
Result<std::vector<Item>> read_items(boost::json::value const& test);

class Script {
 public:
  Script(std::vector<Item> items, std::uint64_t seed) : items_(std::move(items)), random_(seed) {}

  std::size_t items() const { return items_.size(); }

  // One line without its line feed (docs/protocol.md, "Event line"). `index` counts items round and round.
  std::string visit(std::size_t index, std::uint64_t seq, std::int64_t t_ms) const;
  std::string answer(std::size_t index, std::uint64_t seq, std::int64_t t_ms);
  std::string flag(std::size_t index, std::uint64_t seq, std::int64_t t_ms, bool on) const;
  static std::string submit(std::uint64_t seq, std::int64_t t_ms);

 private:
  std::string value_of(Item const& item);
  Item const& item(std::size_t index) const { return items_[index % items_.size()]; }

  std::vector<Item> items_;
  SplitMix64 random_;
};

}  // namespace proktor::drill
