#pragma once
// A strict reader of one JSON object that keeps the bytes: RFC 8259 grammar, bounded depth, no duplicate keys, no lone
// surrogates. Exists because a page's line is stored and hashed as sent, so two readers must never see two things in
// it; general parsers take the last of two keys and repair surrogates. Pure.

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace proktor::core {

// The members of the outermost object in order: decoded key, raw text of the value.
using JsonMembers = std::vector<std::pair<std::string, std::string_view>>;

// nullopt unless `text` is exactly one object, without space around it being required or refused.
// `error` gets the broken rule's name: "grammar", "depth", "duplicate-key", "surrogate".
std::optional<JsonMembers> scan_object(std::string_view text, int depth_max, std::string_view& error);

// A raw JSON string with its quotes -> its text; nullopt when `raw` is not a string. `raw` comes from scan_object.
std::optional<std::string> decode_string(std::string_view raw);

// A raw JSON number written without fraction or exponent and without a minus.
std::optional<std::uint64_t> decode_whole_number(std::string_view raw);

}  // namespace proktor::core
