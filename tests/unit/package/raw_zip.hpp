#pragma once
// Zips written byte by byte, so that a test can lie in any field. Entries are stored, never packed.

#include <cstdint>
#include <string>
#include <vector>

#include <zlib.h>

namespace raw_zip {

struct Entry {
  std::string name;
  std::string content;
  std::string local_name{};      // empty: the same
  std::uint16_t flags = 0x0800;  // UTF-8
  std::uint16_t method = 0;
  std::uint32_t bytes_claimed = 0xFFFFFFFF;  // 0xFFFFFFFF: the true size
  std::uint32_t attributes = 0100644U << 16U;
  int shares_data_of = -1;  // an earlier entry whose local header this one points to
};

inline void u16(std::string& out, std::uint32_t value) {
  out.push_back(static_cast<char>(value & 255U));
  out.push_back(static_cast<char>(value >> 8U & 255U));
}
inline void u32(std::string& out, std::uint32_t value) {
  u16(out, value & 0xFFFFU);
  u16(out, value >> 16U);
}

inline std::string make(std::vector<Entry> const& entries) {
  std::string out;
  std::vector<std::uint32_t> offsets;
  auto const fields = [](std::string& to, Entry const& entry, std::string const& name, std::uint32_t bytes) {
    u16(to, 20);
    u16(to, entry.flags);
    u16(to, entry.method);
    u32(to, 0x00210000);
    u32(to, static_cast<std::uint32_t>(crc32(0, reinterpret_cast<Bytef const*>(entry.content.data()),
                                             static_cast<uInt>(entry.content.size()))));
    u32(to, static_cast<std::uint32_t>(entry.content.size()));
    u32(to, bytes);
    u16(to, static_cast<std::uint32_t>(name.size()));
    u16(to, 0);
  };
  auto const size_of = [](Entry const& entry) {
    return entry.bytes_claimed == 0xFFFFFFFF ? static_cast<std::uint32_t>(entry.content.size())
                                             : entry.bytes_claimed;
  };
  for (auto const& entry : entries) {
    if (entry.shares_data_of >= 0) {
      offsets.push_back(offsets[static_cast<std::size_t>(entry.shares_data_of)]);
      continue;
    }
    offsets.push_back(static_cast<std::uint32_t>(out.size()));
    auto const& name = entry.local_name.empty() ? entry.name : entry.local_name;
    u32(out, 0x04034b50);
    fields(out, entry, name, size_of(entry));
    out += name + entry.content;
  }
  auto const directory = static_cast<std::uint32_t>(out.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    auto const& entry = entries[i];
    u32(out, 0x02014b50);
    u16(out, 0x0314);  // made on Unix
    fields(out, entry, entry.name, size_of(entry));
    u16(out, 0);
    u16(out, 0);
    u16(out, 0);
    u32(out, entry.attributes);
    u32(out, offsets[i]);
    out += entry.name;
  }
  auto const end = static_cast<std::uint32_t>(out.size());
  u32(out, 0x06054b50);
  u32(out, 0);
  u16(out, static_cast<std::uint32_t>(entries.size()));
  u16(out, static_cast<std::uint32_t>(entries.size()));
  u32(out, end - directory);
  u32(out, directory);
  u16(out, 0);
  return out;
}

}  // namespace raw_zip
