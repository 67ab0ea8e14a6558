#include "app/settings.hpp"

#include "base/file.hpp"

#include <toml++/toml.h>

#include <functional>
#include <map>
#include <sstream>

namespace proktor::app {
namespace {

constexpr std::size_t settings_bytes_max = std::size_t{64} << 10U;

// One key of the file: takes its value, or says what is wrong with it.
using Take = std::function<std::string(toml::node const&)>;
using Keys = std::map<std::string, Take, std::less<>>;

template <class Number>
Take whole(Number& target, std::int64_t low, std::int64_t high) {
  return [&target, low, high](toml::node const& node) -> std::string {
    auto const value = node.value<std::int64_t>();
    if (!node.is_integer() || *value < low || *value > high) {
      return "harus bilangan bulat dari " + std::to_string(low) + " sampai " + std::to_string(high);
    }
    target = static_cast<Number>(*value);
    return {};
  };
}

Take milliseconds(std::chrono::milliseconds& target, std::int64_t low, std::int64_t high) {
  return [&target, low, high](toml::node const& node) -> std::string {
    std::int64_t value = 0;
    auto const fault = whole(value, low, high)(node);
    if (fault.empty()) target = std::chrono::milliseconds(value);
    return fault;
  };
}

Take flag(bool& target) {
  return [&target](toml::node const& node) -> std::string {
    if (!node.is_boolean()) return "harus true atau false";
    target = *node.value<bool>();
    return {};
  };
}

Take names(std::set<std::string, std::less<>>& target) {
  return [&target](toml::node const& node) -> std::string {
    auto const* list = node.as_array();
    if (list == nullptr) return "harus daftar nama";
    for (auto const& entry : *list) {
      auto const name = entry.value<std::string>();
      if (!entry.is_string() || name->empty()) return "harus daftar nama";
      target.insert(*name);
    }
    return {};
  };
}

Take events_per_second(core::ThrottleRate& rate) {
  return [&rate](toml::node const& node) -> std::string {
    std::int64_t value = 0;
    auto const fault = whole(value, 1, 100'000)(node);
    if (fault.empty()) rate.refill_ms = 1000.0 / static_cast<double>(value);
    return fault;
  };
}

Take absolute_path(std::filesystem::path& target) {
  return [&target](toml::node const& node) -> std::string {
    auto const value = node.value<std::string>();
    if (!node.is_string() || !value->starts_with("/")) return "harus alamat folder yang dimulai dengan /";
    target = *value;
    return {};
  };
}

std::map<std::string, Keys, std::less<>> tables(Settings& s) {
  constexpr std::int64_t minute = 60'000;
  return {
      {"web",
       {{"hosts", names(s.api.hosts)},
        {"plain_http", flag(s.plain_http)},
        {"connections_max", whole(s.web.connections_max, 1, 100'000)},
        {"connections_per_address_max", whole(s.web.connections_per_address_max, 1, 100'000)},
        {"connections_per_address_live_max", whole(s.web.connections_per_address_live_max, 1, 100'000)},
        {"handshakes_per_second_max", whole(s.web.handshakes_per_second_max, 1, 100'000)},
        {"handshakes_per_address_second_max", whole(s.web.handshakes_per_address_second_max, 1, 100'000)},
        {"handshakes_per_address_live_second_max", whole(s.web.handshakes_per_address_live_second_max, 1, 100'000)},
        {"handshake_deadline_ms", milliseconds(s.web.handshake_deadline, 100, 10 * minute)},
        {"write_deadline_ms", milliseconds(s.web.write_deadline, 100, 10 * minute)},
        {"header_deadline_ms", milliseconds(s.web.header_deadline, 100, 10 * minute)},
        {"body_deadline_ms", milliseconds(s.web.body_deadline, 100, 10 * minute)},
        {"idle_deadline_ms", milliseconds(s.web.idle_deadline, 100, 60 * minute)},
        {"bodies_bytes_max", whole(s.web.bodies_bytes_max, 67'108'864, 4'294'967'296)},
        {"body_pupil_bytes_max", whole(s.api.body_pupil_bytes_max, 4'096, 16'777'216)},
        {"drain_ms", whole(s.drain_ms, 0, minute)},
        {"park_ms", whole(s.park_ms, 0, 10 * minute)}}},
      {"exam",
       {{"events_max", whole(s.api.events.events_max, 100, 10'000'000)},
        {"event_bytes_max", whole(s.api.events.bytes_max, 65'536, 1'073'741'824)},
        {"events_per_second", events_per_second(s.api.events.rate)},
        {"events_burst", whole(s.api.events.rate.burst, 1, 1'000'000)},
        {"silent_ms", whole(s.silent_ms, 1'000, 10 * minute)},
        {"login_failures_per_address_max", whole(s.api.logins.address_failures_max, 1, 1'000'000)},
        {"password_checks_max", whole(s.api.password_checks_max, 1, 1'000)},
        {"login_failures_per_hour_max", whole(s.api.logins.box_failures_max, 1, 1'000'000)}}},
      {"disk",
       {{"ballast_bytes", whole(s.disk.ballast_bytes, 0, std::int64_t{4} << 30U)},
        {"low_bytes", whole(s.disk.low_bytes, 0, std::int64_t{1} << 40U)}}},
      {"medium", {{"path", absolute_path(s.medium)}}},
      {"journal",
       {{"check_after_ms", whole(s.check_after_ms, 0, 60 * minute)},
        {"queue_entries_max", whole(s.journal.queue_entries_max, 1'024, 1'000'000)},
        {"queue_bytes_max", whole(s.journal.queue_bytes_max, 2'097'152, 268'435'456)}}},
  };
}

void read_table(std::string_view name, toml::table const& table, Keys const& keys, std::string& faults) {
  for (auto const& [key, node] : table) {
    auto const known = keys.find(key.str());
    std::string const fault = known == keys.end() ? "tidak dikenal" : known->second(node);
    if (fault.empty()) continue;
    faults.append("baris ").append(std::to_string(key.source().begin.line)).append(": ").append(name).append(".");
    faults.append(key.str()).append(" ").append(fault).append("\n");
  }
}

}  // namespace

Result<Settings> parse_settings(std::string_view text) {
  Settings settings;
  toml::table root;
  try {
    root = toml::parse(text);
  } catch (toml::parse_error const& error) {
    std::ostringstream message;
    message << "baris " << error.source().begin.line << ": " << error.description();
    return fail(Errc::config_invalid, message.str());
  }
  auto const known = tables(settings);
  std::string faults;
  for (auto const& [key, node] : root) {
    auto const found = known.find(key.str());
    if (found == known.end() || !node.is_table()) {
      faults.append("baris ").append(std::to_string(key.source().begin.line)).append(": ");
      faults.append(key.str()).append(" tidak dikenal\n");
    } else {
      read_table(found->first, *node.as_table(), found->second, faults);
    }
  }
  if (!faults.empty()) return fail(Errc::config_invalid, faults);
  return settings;
}

Result<Settings> read_settings(std::filesystem::path const& file) {
  if (file.empty()) return Settings{};
  auto const text = read_file(file, settings_bytes_max);
  if (!text) return text.error();
  return parse_settings(*text);
}

}  // namespace proktor::app
