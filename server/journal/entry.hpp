#pragma once
// One entry of a journal and its three byte forms: the hash input, the feed line, the record in journal.copy.
// docs/protocol.md, "Entry", "journal.copy", "Feed"; vectors in docs/vectors.json. Pure; any thread.

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::journal {

constexpr std::size_t entry_bytes_max = std::size_t{16} << 20U;  // kind, npsn, subject and bytes together

struct Entry {
  std::uint64_t lsn = 0;
  TimeMs at_ms = 0;
  std::uint64_t term = 0;
  std::string kind{};
  std::uint64_t version = 1;
  std::string npsn{};
  std::string subject{};
  std::string bytes{};
  Bytes32 hash{};

  bool operator==(Entry const&) const = default;
};

Bytes32 genesis_hash(Bytes16 const& stream);                      // the previous hash of lsn 1
Bytes32 entry_hash(Bytes32 const& previous, Entry const& entry);  // entry.hash is not read

// One line of the feed, without the line feed. `entry.bytes`, `kind`, `npsn`, `subject` must be UTF-8.
std::string feed_line(Entry const& entry);

// Accepts exactly what feed_line makes: keys, order, escapes and numbers as it writes them. Errors: bad_json.
Result<Entry> parse_feed_line(std::string_view line);

// journal.copy: what the file starts with, and one record of it.
constexpr std::size_t copy_header_bytes = 10 + 16;
std::string copy_header(Bytes16 const& stream);
std::optional<Bytes16> copy_stream(std::string_view header);  // nothing when it is not such a header
void append_copy_record(std::string& out, Entry const& entry);

// The size that the record at the front of `data` (4 bytes or more of it) says it has; 0 when it cannot be
// one.
std::size_t copy_record_bytes(std::string_view data);

// Takes one record from the front of `data`. Nothing when there is no whole, sound record there (a torn or
// damaged one looks the same); `data` then is as it was.
std::optional<Entry> take_copy_record(std::string_view& data);

}  // namespace proktor::journal
