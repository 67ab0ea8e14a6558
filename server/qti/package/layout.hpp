#pragma once
// Where things lie inside a .paket: written by build.hpp, expected by package.hpp.
// Pure; any thread.

#include <string>
#include <string_view>

namespace proktor::qti {

constexpr std::string_view package_manifest_path = "manifest.json";
constexpr std::size_t package_json_depth_max = 1'000;

enum class EntryKind { test, item, stimulus, asset, scoring_item, scoring_test, unknown };

// "items/<identifier>.json" or "scoring/items/<identifier>.xml", with everything but letters, digits, "_" and
// "-" percent-encoded.
std::string entry_path(EntryKind kind, std::string_view identifier);

// By the folder of a path.
EntryKind entry_kind(std::string_view path);

// Media is packed already.
bool is_stored(std::string_view path);

}  // namespace proktor::qti
