#pragma once
// Reads the fields of one TOML table: each required or optional, each of one form, every fault a finding with
// the line of the value. finish() refuses the keys that nobody asked for. For the readers of event.toml only;
// one thread.

#include "provisioning/import/event.hpp"
#include "provisioning/import/finding.hpp"

#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>

namespace proktor::importing {

class TomlFields {
 public:
  // `where` is the table's name in findings ("sitting"); `table` may be null: everything required is then
  // missing.
  TomlFields(toml::table const* table, std::string where, std::uint64_t line, Findings& findings);

  std::uint64_t line() const { return line_; }

  std::string text(std::string_view key,
                   std::size_t bytes_max = name_bytes_max);  // required, clean, not empty
  std::string text_or(std::string_view key, std::string_view fallback);
  std::string id(std::string_view key);  // required, is_id
  std::int64_t number(std::string_view key, std::int64_t least, std::int64_t most);
  std::int64_t number_or(std::string_view key, std::int64_t least, std::int64_t most, std::int64_t fallback);
  TimeMs time(std::string_view key);  // required; a string or a TOML date-time, with a zone
  std::optional<TimeMs> time_if(std::string_view key);

  // A required table, or an array of tables; null when it is absent or something else.
  toml::table const* table(std::string_view key);
  toml::array const* tables(std::string_view key, std::size_t count_max, bool may_be_empty);

  void finish();
  void wrong(FindingCode code, std::string_view key, std::string detail = {});

 private:
  toml::node const* find(std::string_view key);
  std::uint64_t line_of(std::string_view key) const;

  toml::table const* table_;
  std::string where_;
  std::uint64_t line_;
  Findings& findings_;
  std::set<std::string, std::less<>> asked_;
};

}  // namespace proktor::importing
