#include "provisioning/import/toml_fields.hpp"

#include "base/bytes.hpp"
#include "provisioning/import/text_rules.hpp"

#include <sstream>
#include <utility>

namespace proktor::importing {

TomlFields::TomlFields(toml::table const* table, std::string where, std::uint64_t line, Findings& findings)
    : table_(table), where_(std::move(where)), line_(line), findings_(findings) {}

toml::node const* TomlFields::find(std::string_view key) {
  asked_.emplace(key);
  return table_ == nullptr ? nullptr : table_->get(key);
}

std::uint64_t TomlFields::line_of(std::string_view key) const {
  auto const* node = table_ == nullptr ? nullptr : table_->get(key);
  return node != nullptr && node->source().begin.line > 0 ? node->source().begin.line : line_;
}

void TomlFields::wrong(FindingCode code, std::string_view key, std::string detail) {
  std::string const field = where_.empty() ? std::string(key) : where_ + "." + std::string(key);
  findings_.add({.code = code,
                 .file = std::string(event_file),
                 .line = line_of(key),
                 .field = field,
                 .detail = std::move(detail)});
}

std::string TomlFields::text(std::string_view key, std::size_t bytes_max) {
  auto const* node = find(key);
  if (node == nullptr) {
    wrong(FindingCode::field_missing, key);
    return {};
  }
  auto const value = node->value_exact<std::string>();
  if (!value) {
    wrong(FindingCode::field_type, key);
    return {};
  }
  std::string const clean(trimmed(*value));
  if (clean.empty()) wrong(FindingCode::text_empty, key);
  if (clean.size() > bytes_max) wrong(FindingCode::text_too_long, key);
  if (!is_clean(clean)) wrong(FindingCode::control_character, key, clean);
  return clean;
}

std::string TomlFields::text_or(std::string_view key, std::string_view fallback) {
  return find(key) == nullptr ? std::string(fallback) : text(key);
}

std::string TomlFields::id(std::string_view key) {
  auto const count = findings_.count();
  auto value = text(key);
  if (findings_.count() == count && !is_id(value)) wrong(FindingCode::id_form, key, value);
  return value;
}

std::int64_t TomlFields::number(std::string_view key, std::int64_t least, std::int64_t most) {
  auto const* node = find(key);
  if (node == nullptr) {
    wrong(FindingCode::field_missing, key);
    return least;
  }
  auto const value = node->value_exact<std::int64_t>();
  if (!value) {
    wrong(FindingCode::field_type, key);
    return least;
  }
  if (*value < least || *value > most) {
    wrong(FindingCode::number_range, key,
          std::to_string(*value) + "; " + std::to_string(least) + " .. " + std::to_string(most));
    return least;
  }
  return *value;
}

std::int64_t TomlFields::number_or(std::string_view key, std::int64_t least, std::int64_t most,
                                   std::int64_t fallback) {
  return find(key) == nullptr ? fallback : number(key, least, most);
}

TimeMs TomlFields::time(std::string_view key) {
  auto const* node = find(key);
  if (node == nullptr) {
    wrong(FindingCode::field_missing, key);
    return 0;
  }
  std::string written;
  if (auto const text = node->value_exact<std::string>()) {
    written = *text;
  } else if (auto const moment = node->value_exact<toml::date_time>()) {
    std::ostringstream out;
    out << *moment;
    written = out.str();
  }
  auto const at = time_with_zone(written);
  if (!at) wrong(FindingCode::time_form, key, written);
  return at.value_or(0);
}

std::optional<TimeMs> TomlFields::time_if(std::string_view key) {
  if (find(key) == nullptr) return std::nullopt;
  return time(key);
}

toml::table const* TomlFields::table(std::string_view key) {
  auto const* node = find(key);
  if (node == nullptr) {
    wrong(FindingCode::field_missing, key);
    return nullptr;
  }
  if (!node->is_table()) wrong(FindingCode::field_type, key);
  return node->as_table();
}

toml::array const* TomlFields::tables(std::string_view key, std::size_t count_max, bool may_be_empty) {
  auto const* node = find(key);
  auto const* list = node == nullptr ? nullptr : node->as_array();
  if (node != nullptr && (list == nullptr || !list->is_homogeneous(toml::node_type::table))) {
    bool const empty = list != nullptr && list->empty();
    wrong(empty && !may_be_empty ? FindingCode::none_given : FindingCode::field_type, key);
    return nullptr;
  }
  if (list == nullptr) {
    if (!may_be_empty) wrong(FindingCode::none_given, key);
    return nullptr;
  }
  if (list->size() > count_max) {
    wrong(FindingCode::too_many, key, std::to_string(list->size()) + " > " + std::to_string(count_max));
    return nullptr;
  }
  return list;
}

void TomlFields::finish() {
  if (table_ == nullptr) return;
  for (auto const& [key, node] : *table_) {
    std::string_view const name = key.str();
    if (!asked_.contains(name)) wrong(FindingCode::key_unknown, name);
  }
}

}  // namespace proktor::importing
