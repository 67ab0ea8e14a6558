#include "sync/agent/config.hpp"

#include "base/file.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <cstdint>
#include <optional>
#include <set>
#include <sstream>

namespace proktor::sync {
namespace {

constexpr std::size_t config_bytes_max = 64 * 1024;
constexpr double seconds_min = 0.01;
constexpr double seconds_max = 7.0 * 86'400;
constexpr std::int64_t segment_bytes_least = 1024;
constexpr std::int64_t segment_bytes_most = 4 * 1024 * 1024;
constexpr std::int64_t chunk_bytes_least = 1024;
constexpr std::int64_t chunk_bytes_most = 1024 * 1024;
constexpr std::size_t unix_path_bytes_max = 107;

class TableReader {
 public:
  explicit TableReader(toml::table const& table) : table_(table) {}

  void path(std::string_view key, std::filesystem::path& out) {
    std::string text;
    this->text(key, text, true);
    out = text;
    if (!text.empty() && !out.is_absolute()) complain(key, "harus jalur mutlak");
  }

  void socket(std::string_view key, std::filesystem::path& out) {
    path(key, out);
    if (out.native().size() > unix_path_bytes_max) complain(key, "terlalu panjang untuk soket");
  }

  void text(std::string_view key, std::string& out, bool required) {
    toml::node const* const node = take(key);
    if (node == nullptr) {
      if (required) complain(key, "wajib diisi");
      return;
    }
    auto const value = node->value_exact<std::string>();
    if (!value || (required && value->empty())) return complain(key, "harus teks");
    out = *value;
  }

  void bytes(std::string_view key, std::size_t& out, std::int64_t least, std::int64_t most) {
    toml::node const* const node = take(key);
    if (node == nullptr) return;
    auto const value = node->value_exact<std::int64_t>();
    if (!value || *value < least || *value > most)
      return complain(key, fmt::format("harus bilangan bulat {} sampai {}", least, most));
    out = static_cast<std::size_t>(*value);
  }

  void seconds(std::string_view key, std::chrono::milliseconds& out) {
    toml::node const* const node = take(key);
    if (node == nullptr) return;
    auto const value = node->is_number() ? node->value<double>() : std::nullopt;
    if (!value || !(*value >= seconds_min && *value <= seconds_max))
      return complain(key, fmt::format("harus detik, {} sampai {}", seconds_min, seconds_max));
    out = std::chrono::milliseconds(static_cast<std::int64_t>(*value * 1000.0));
  }

  void complain(std::string_view key, std::string_view what) {
    complaints_ += fmt::format("{}{}: {}", complaints_.empty() ? "" : "\n", key, what);
  }

  std::string finish() {
    for (auto const& [key, node] : table_)
      if (!known_.contains(std::string(key.str()))) complain(key.str(), "tidak dikenal");
    return complaints_;
  }

 private:
  toml::node const* take(std::string_view key) {
    known_.emplace(key);
    return table_.get(key);
  }

  toml::table const& table_;
  std::set<std::string> known_;
  std::string complaints_;
};

}  // namespace

Result<SyncConfig> parse_config(std::string_view text) {
  toml::table table;
  try {
    table = toml::parse(text);
  } catch (toml::parse_error const& error) {
    return fail(Errc::config_invalid,
                fmt::format("baris {}: {}", error.source().begin.line, error.description()));
  }
  SyncConfig config;
  TableReader reader(table);
  reader.path("box_dir", config.box_dir);
  reader.socket("feed_socket", config.feed_socket);
  reader.socket("control_socket", config.control_socket);
  reader.path("spool_dir", config.spool_dir);
  reader.text("centre_url", config.centre_url, false);
  reader.bytes("segment_bytes_max", config.segment_bytes_max, segment_bytes_least, segment_bytes_most);
  reader.seconds("segment_interval_s", config.segment_interval);
  reader.bytes("chunk_bytes_first", config.chunk_bytes_first, chunk_bytes_least, chunk_bytes_most);
  reader.bytes("chunk_bytes_max", config.chunk_bytes_max, chunk_bytes_least, chunk_bytes_most);
  reader.seconds("backoff_first_s", config.backoff_first);
  reader.seconds("backoff_max_s", config.backoff_max);
  reader.seconds("refused_retry_s", config.refused_retry);
  reader.seconds("local_retry_s", config.local_retry);
  reader.seconds("status_interval_s", config.status_interval);
  if (!config.centre_url.empty() && !config.centre_url.starts_with("https://"))
    reader.complain("centre_url", "harus https://");
  if (config.chunk_bytes_first > config.chunk_bytes_max)
    reader.complain("chunk_bytes_first", "di atas chunk_bytes_max");
  if (config.backoff_first > config.backoff_max) reader.complain("backoff_first_s", "di atas backoff_max_s");
  if (std::string complaints = reader.finish(); !complaints.empty())
    return fail(Errc::config_invalid, std::move(complaints));
  return config;
}

Result<SyncConfig> load_config(std::filesystem::path const& path) {
  auto const text = read_file(path, config_bytes_max);
  if (!text) return text.error();
  return parse_config(*text);
}

}  // namespace proktor::sync
