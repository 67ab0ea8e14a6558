#include "base/file.hpp"
#include "core/chain.hpp"
#include "core/event_line.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>

using namespace proktor;
using namespace proktor::core;

namespace {

boost::json::value vectors() {
  auto const text = read_file(std::string(PROKTOR_SOURCE_DIR) + "/docs/vectors.json", 16U << 20U);
  REQUIRE(text.has_value());
  return boost::json::parse(*text);
}

std::string text_at(boost::json::value const& value, std::string_view key) {
  return std::string(value.at(key).as_string());
}

}  // namespace

TEST_CASE("framing agrees with the vectors") {
  auto const all = vectors();
  REQUIRE(all.at("framing").as_array().size() > 20);
  for (auto const& one : all.at("framing").as_array()) {
    std::string line = *unhex(text_at(one, "hex"));
    line.append(static_cast<std::size_t>(one.at("pad").to_number<std::int64_t>()), 'x');
    line.append(*unhex(text_at(one, "tail")));
    INFO(text_at(one, "name"));
    auto const parsed = parse_event_line(line);
    CHECK(parsed.has_value() == one.at("good").as_bool());
    if (parsed && one.as_object().contains("seq")) CHECK(parsed->seq == one.at("seq").to_number<std::uint64_t>());
  }
}

TEST_CASE("chains and closing codes agree with the vectors") {
  auto const all = vectors();
  for (auto const& one : all.at("chain").as_array()) {
    auto const attempt = *unhex16(text_at(one, "attempt"));
    for (auto const& epoch : one.at("epochs").as_array()) {
      Epoch const id{epoch.at("term").to_number<std::uint64_t>(), epoch.at("n").to_number<std::uint64_t>()};
      auto head = first_head(attempt, id, *unhex32(text_at(epoch, "parent")));
      for (auto const& event : epoch.at("lines").as_array()) {
        head = next_head(head, text_at(event, "line"));
        CHECK(hex(head) == text_at(event, "head"));
      }
    }
  }
  for (auto const& one : all.at("codes").as_array()) {
    CHECK(closing_code(*unhex32(text_at(one, "head"))) == text_at(one, "code"));
  }
}
