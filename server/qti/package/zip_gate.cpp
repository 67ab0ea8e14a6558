#include "qti/package/zip_gate.hpp"

#include "base/bytes.hpp"

#include <algorithm>
#include <optional>
#include <set>

namespace proktor::qti {
namespace {

constexpr std::uint32_t end_signature = 0x06054b50;
constexpr std::uint32_t central_signature = 0x02014b50;
constexpr std::uint32_t local_signature = 0x04034b50;
constexpr std::size_t end_bytes = 22;
constexpr std::size_t central_bytes = 46;
constexpr std::size_t local_bytes = 30;
constexpr std::size_t comment_max_bytes = 0xFFFF;
constexpr std::uint32_t zip64_marker = 0xFFFFFFFF;
constexpr unsigned flags_encrypted = 0x0001U | 0x0040U | 0x2000U;
constexpr unsigned flag_descriptor = 0x0008U;
constexpr unsigned flags_compared = 0x0809U;  // encryption, descriptor, UTF-8
constexpr unsigned made_on_unix = 3;
constexpr std::uint32_t mode_type_mask = 0170000;
constexpr std::uint32_t mode_regular = 0100000;
constexpr std::uint32_t mode_directory = 0040000;
constexpr std::uint64_t ratio_free_bytes = 16 * 1024;  // small things may be monotonous

// Little-endian fields; the caller has checked that they lie inside.
std::uint32_t u16(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at])) |
         static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + 1])) << 8U;
}
std::uint32_t u32(std::string_view bytes, std::size_t at) {
  return u16(bytes, at) | u16(bytes, at + 2) << 16U;
}

struct Extent {
  std::uint64_t begin = 0;
  std::uint64_t end = 0;
};

struct Central {
  unsigned flags = 0;
  unsigned method = 0;
  std::uint32_t crc = 0;
  std::uint32_t packed = 0;
  std::uint32_t bytes = 0;
  std::uint32_t local = 0;
  std::uint32_t attributes = 0;
  unsigned made_by = 0;
  std::string_view name;
};

struct Directory {
  std::size_t at = 0;
  std::size_t bytes = 0;
  std::size_t entries = 0;
};

Error refuse(std::string_view what, std::string_view entry = {}) {
  std::string detail{what};
  if (!entry.empty() && is_utf8(entry)) detail.append(": ").append(entry.substr(0, 120));
  return fail(Errc::package_invalid, std::move(detail));
}

// The end record must close the file exactly, so that no second one can hide behind or before it.
Result<Directory> find_directory(std::string_view zip) {
  if (zip.size() < end_bytes) return refuse("not a zip: too short");
  std::size_t const lowest =
      zip.size() > end_bytes + comment_max_bytes ? zip.size() - end_bytes - comment_max_bytes : 0;
  for (std::size_t at = zip.size() - end_bytes + 1; at-- > lowest;) {
    if (u32(zip, at) != end_signature || at + end_bytes + u16(zip, at + 20) != zip.size()) continue;
    Directory const found{u32(zip, at + 16), u32(zip, at + 12), u16(zip, at + 10)};
    if (u16(zip, at + 4) != 0 || u16(zip, at + 6) != 0 || u16(zip, at + 8) != found.entries) {
      return refuse("zip in several parts");
    }
    if (found.at == zip64_marker || found.bytes == zip64_marker || found.entries == 0xFFFF)
      return refuse("zip64");
    if (found.at + found.bytes != at) return refuse("zip directory does not end where it should");
    return found;
  }
  return refuse("not a zip, or truncated: no end record");
}

bool is_link_or_device(Central const& entry) {
  if (entry.made_by != made_on_unix) return false;
  std::uint32_t const type = (entry.attributes >> 16U) & mode_type_mask;
  return type != 0 && type != mode_regular && type != mode_directory;
}

std::optional<Error> check_central(Central const& entry) {
  std::string_view path = entry.name;
  bool const directory = path.ends_with('/');
  if (directory) path.remove_suffix(1);
  if (!is_safe_path(path)) return refuse("entry with an unsafe name", entry.name);
  if ((entry.flags & flags_encrypted) != 0) return refuse("encrypted entry", entry.name);
  if (entry.method != 0 && entry.method != 8) return refuse("entry packed in an unknown way", entry.name);
  if (entry.packed == zip64_marker || entry.bytes == zip64_marker || entry.local == zip64_marker)
    return refuse("zip64");
  if (is_link_or_device(entry)) return refuse("entry is a link or device", entry.name);
  if (entry.method == 0 && entry.packed != entry.bytes)
    return refuse("stored entry with two sizes", entry.name);
  if (directory && entry.bytes != 0) return refuse("directory with content", entry.name);
  if (entry.bytes > zip_entry_max_bytes) return fail(Errc::too_large, "entry " + std::string(entry.name));
  if (entry.bytes > ratio_free_bytes && entry.bytes / zip_ratio_max > entry.packed) {
    return refuse("entry packed more than 100 to 1", entry.name);
  }
  return std::nullopt;
}

// The local header must tell the same as the central one; gives the bytes that the entry occupies.
Result<Extent> check_local(std::string_view zip, Central const& entry, std::size_t directory_at) {
  std::uint64_t const at = entry.local;
  if (at + local_bytes > directory_at || u32(zip, at) != local_signature) {
    return refuse("entry without a local header", entry.name);
  }
  unsigned const flags = u16(zip, at + 6);
  std::uint64_t const name_bytes = u16(zip, at + 26);
  std::uint64_t const data = at + local_bytes + name_bytes + u16(zip, at + 28);
  if (data + entry.packed > directory_at) return refuse("entry reaches into the directory", entry.name);
  bool const sizes_behind = (flags & flag_descriptor) != 0;
  auto const agrees = [&](std::size_t field, std::uint32_t central) {
    auto const local = u32(zip, at + field);
    return local == central || (sizes_behind && local == 0);
  };
  bool const same = (flags & flags_compared) == (entry.flags & flags_compared) &&
                    u16(zip, at + 8) == entry.method && agrees(14, entry.crc) && agrees(18, entry.packed) &&
                    agrees(22, entry.bytes) && zip.substr(at + local_bytes, name_bytes) == entry.name;
  if (!same) return refuse("local and central header differ", entry.name);
  return Extent{at, data + entry.packed};
}

bool overlap(std::vector<Extent> extents) {
  std::ranges::sort(extents, {}, &Extent::begin);
  for (std::size_t i = 1; i < extents.size(); ++i) {
    if (extents[i].begin < extents[i - 1].end) return true;
  }
  return false;
}

Result<Central> read_central(std::string_view zip, std::size_t at, std::size_t end) {
  if (at + central_bytes > end || u32(zip, at) != central_signature) return refuse("zip directory is broken");
  Central entry;
  entry.made_by = u16(zip, at + 4) >> 8U;
  entry.flags = u16(zip, at + 8);
  entry.method = u16(zip, at + 10);
  entry.crc = u32(zip, at + 16);
  entry.packed = u32(zip, at + 20);
  entry.bytes = u32(zip, at + 24);
  entry.attributes = u32(zip, at + 38);
  entry.local = u32(zip, at + 42);
  std::size_t const name_bytes = u16(zip, at + 28);
  if (at + central_bytes + name_bytes > end) return refuse("zip directory is broken");
  entry.name = zip.substr(at + central_bytes, name_bytes);
  return entry;
}

bool is_hostile(char32_t c) {
  return c < 0x20 || c == 0x7F || (c >= 0x80 && c < 0xA0) || c == 0x061C || c == 0x200E || c == 0x200F ||
         (c >= 0x202A && c <= 0x202E) || (c >= 0x2066 && c <= 0x2069) || c == 0xFEFF || c == 0x2028 ||
         c == 0x2029;
}

// Of a valid UTF-8 text.
bool has_hostile_character(std::string_view text) {
  for (std::size_t i = 0; i < text.size();) {
    auto const lead = static_cast<unsigned char>(text[i]);
    std::size_t const length = lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
    char32_t value = length == 1 ? lead : lead & (0x7FU >> length);
    for (std::size_t k = 1; k < length; ++k)
      value = value << 6U | (static_cast<unsigned char>(text[i + k]) & 0x3FU);
    if (is_hostile(value)) return true;
    i += length;
  }
  return false;
}

}  // namespace

bool is_safe_path(std::string_view path) {
  if (path.empty() || path.size() > zip_name_max_bytes || !is_utf8(path) || has_hostile_character(path))
    return false;
  if (path.find('\\') != std::string_view::npos || path.find(':') != std::string_view::npos) return false;
  for (;;) {
    auto const slash = path.find('/');
    auto const part = path.substr(0, slash);
    if (part.empty() || part == "." || part == "..") return false;
    if (slash == std::string_view::npos) return true;
    path.remove_prefix(slash + 1);
  }
}

Result<std::vector<ZipEntry>> check_zip(std::string_view zip) {
  if (zip.size() > zip_max_bytes) return fail(Errc::too_large, "zip");
  auto const directory = find_directory(zip);
  if (!directory) return directory.error();
  if (directory->entries > zip_entries_max) return fail(Errc::too_large, "zip with too many entries");
  std::size_t const end = directory->at + directory->bytes;
  std::size_t at = directory->at;
  std::vector<ZipEntry> entries;
  std::vector<Extent> extents;
  std::set<std::string_view> names;
  std::uint64_t total = 0;
  for (std::size_t i = 0; i < directory->entries; ++i) {
    auto const central = read_central(zip, at, end);
    if (!central) return central.error();
    if (auto error = check_central(*central)) return *error;
    auto const extent = check_local(zip, *central, directory->at);
    if (!extent) return extent.error();
    if (!names.insert(central->name).second) return refuse("two entries of one name", central->name);
    total += central->bytes;
    if (total > zip_unpacked_max_bytes) return fail(Errc::too_large, "zip, unpacked");
    extents.push_back(*extent);
    entries.push_back({std::string(central->name), i, central->bytes, central->name.ends_with('/')});
    at += central_bytes + central->name.size() + u16(zip, at + 30) + u16(zip, at + 32);
  }
  if (at != end) return refuse("zip directory is broken");
  if (overlap(std::move(extents))) return refuse("entries overlap");
  return entries;
}

}  // namespace proktor::qti
