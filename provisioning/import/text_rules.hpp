#pragma once
// The forms of single fields: ids, NPSN, NISN, names, dates, times with a zone. Pure; any thread.

#include "base/clock.hpp"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::importing {

constexpr std::size_t id_bytes_max = 64;
constexpr std::size_t shown_bytes_max = 80;  // of a value quoted in a finding

bool is_id(std::string_view text);        // 1 to 64 of [A-Za-z0-9_-]
bool is_npsn(std::string_view text);      // 8 digits, or a capital and 7 digits
bool is_nisn(std::string_view text);      // 10 digits
bool is_username(std::string_view text);  // 3 to 32 of [A-Za-z0-9._@-]

// What a card's password must be: printable ASCII, and long enough without the `*` and spaces that login
// forgives.
bool is_password(std::string_view text);

// "8.1E+07", "1,23e9": a number that a spreadsheet has rounded.
bool is_scientific(std::string_view text);

// A name of a file in the event directory: [A-Za-z0-9._-]{1,100}, no leading dot, ending in ".paket".
bool is_package_name(std::string_view text);

// Whether valid UTF-8 `text` is free of control, invisible and bidirectional characters.
bool is_clean(std::string_view text);

// Without ASCII spaces and no-break spaces at both ends.
std::string_view trimmed(std::string_view text);

std::string capitals(std::string_view text);  // ASCII only

// "2012-09-26" from yyyy-mm-dd, dd-mm-yyyy or dd/mm/yyyy; nothing when it is no day of the calendar.
std::optional<std::string> iso_date(std::string_view text);

// UTC milliseconds of "2026-11-23T07:30:00+07:00" (seconds may be absent, `Z` is a zone); nothing without a
// zone.
std::optional<TimeMs> time_with_zone(std::string_view text);

// For a terminal: cut to shown_bytes_max, everything that is_clean refuses escaped as \u{…} or \x….
std::string shown(std::string_view text);

}  // namespace proktor::importing
