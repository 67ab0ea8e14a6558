#include "journal/entry.hpp"

#include "base/crypto.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <limits>

namespace proktor::journal {
namespace {

constexpr std::string_view copy_magic = "PROKTORJ1\n";
constexpr std::size_t checksum_bytes = 8;
constexpr std::size_t fixed_payload_bytes = 4 * 8 + 4 * 4 + 32;

void append_field(std::string& out, std::string_view text) {
  append_u32_be(out, static_cast<std::uint32_t>(text.size()));
  out.append(text);
}

void append_field(std::string& out, std::uint64_t value) {
  std::array<char, 12> field{0, 0, 0, 8};
  for (std::size_t i = 0; i < 8; ++i) field[4 + i] = static_cast<char>(value >> (56 - 8 * i));
  out.append(field.data(), field.size());
}

// Reads big-endian numbers and length-prefixed fields; `ok` goes false past the end and stays so.
struct Cursor {
  std::string_view data;
  bool ok = true;

  std::string_view take(std::size_t count) {
    if (!ok || data.size() < count) {
      ok = false;
      return {};
    }
    auto const out = data.substr(0, count);
    data.remove_prefix(count);
    return out;
  }
  std::uint64_t u64() {
    auto const raw = take(8);
    return ok ? read_u64_be(std::span<std::uint8_t const, 8>(bytes_of(raw).data(), 8)) : 0;
  }
  std::uint32_t u32() {
    std::uint32_t value = 0;
    for (auto const byte : bytes_of(take(4))) value = value << 8U | byte;
    return value;
  }
  std::string field() {
    std::size_t const size = u32();
    return std::string(take(size));
  }
};

void append_json_string(std::string& out, std::string_view text) {
  constexpr std::string_view digits = "0123456789abcdef";
  out.push_back('"');
  for (char const c : text) {
    auto const byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out.push_back('\\');
      out.push_back(c);
    } else if (byte >= 0x20) {
      out.push_back(c);
    } else if (c == '\b' || c == '\f' || c == '\n' || c == '\r' || c == '\t') {
      out.push_back('\\');
      out.push_back(c == '\b' ? 'b' : c == '\f' ? 'f' : c == '\n' ? 'n' : c == '\r' ? 'r' : 't');
    } else {
      out.append("\\u00").push_back(digits[byte >> 4U]);
      out.push_back(digits[byte & 15U]);
    }
  }
  out.push_back('"');
}

// The parser knows one form only; what is not byte for byte what feed_line writes is refused at the end.
struct FeedCursor {
  std::string_view data;
  bool ok = true;

  void literal(std::string_view text) {
    ok = ok && data.starts_with(text);
    if (ok) data.remove_prefix(text.size());
  }
  template <class Number>
  Number number() {
    Number value{};
    auto const [end, error] = std::from_chars(data.data(), data.data() + data.size(), value);
    ok = ok && error == std::errc();
    if (ok) data.remove_prefix(static_cast<std::size_t>(end - data.data()));
    return value;
  }
  std::string string() {
    std::string out;
    literal("\"");
    while (ok) {
      auto const stop = data.find_first_of("\"\\");
      if (stop == std::string_view::npos) return ok = false, out;
      out.append(data.substr(0, stop));
      char const mark = data[stop];
      data.remove_prefix(stop + 1);
      if (mark == '"') return out;
      escape(out);
    }
    return out;
  }
  void escape(std::string& out) {
    constexpr std::string_view from = "\"\\bfnrt";
    constexpr std::string_view to = "\"\\\b\f\n\r\t";
    if (data.empty()) return void(ok = false);
    char const c = data.front();
    data.remove_prefix(1);
    if (auto const at = from.find(c); at != std::string_view::npos) return void(out.push_back(to[at]));
    unsigned value = 0;
    if (c != 'u' || data.size() < 4) return void(ok = false);
    auto const [end, error] = std::from_chars(data.data(), data.data() + 4, value, 16);
    ok = error == std::errc() && end == data.data() + 4 && value < 0x20;
    if (ok) out.push_back(static_cast<char>(value));
    data.remove_prefix(4);
  }
};

}  // namespace

Bytes32 genesis_hash(Bytes16 const& stream) {
  std::string input = "proktor-journal-1";
  input.append(text_of(stream));
  return sha256(input);
}

Bytes32 entry_hash(Bytes32 const& previous, Entry const& entry) {
  std::string input;
  input.reserve(previous.size() + 80 + entry.kind.size() + entry.npsn.size() + entry.subject.size() +
                entry.bytes.size());
  input.append(text_of(previous));
  append_field(input, entry.lsn);
  append_field(input, static_cast<std::uint64_t>(entry.at_ms));
  append_field(input, entry.term);
  append_field(input, entry.kind);
  append_field(input, entry.version);
  append_field(input, entry.npsn);
  append_field(input, entry.subject);
  append_field(input, entry.bytes);
  return sha256(input);
}

std::string feed_line(Entry const& entry) {
  std::string out;
  out.reserve(200 + entry.subject.size() + entry.bytes.size() * 5 / 4);
  out.append("{\"lsn\":").append(std::to_string(entry.lsn));
  out.append(",\"at_ms\":").append(std::to_string(entry.at_ms));
  out.append(",\"term\":").append(std::to_string(entry.term));
  append_json_string(out.append(",\"kind\":"), entry.kind);
  out.append(",\"version\":").append(std::to_string(entry.version));
  append_json_string(out.append(",\"npsn\":"), entry.npsn);
  append_json_string(out.append(",\"subject\":"), entry.subject);
  append_json_string(out.append(",\"bytes\":"), entry.bytes);
  out.append(",\"hash\":\"").append(hex(entry.hash)).append("\"}");
  return out;
}

Result<Entry> parse_feed_line(std::string_view line) {
  Entry entry;
  FeedCursor in{line};
  in.literal("{\"lsn\":");
  entry.lsn = in.number<std::uint64_t>();
  in.literal(",\"at_ms\":");
  entry.at_ms = in.number<TimeMs>();
  in.literal(",\"term\":");
  entry.term = in.number<std::uint64_t>();
  in.literal(",\"kind\":");
  entry.kind = in.string();
  in.literal(",\"version\":");
  entry.version = in.number<std::uint64_t>();
  in.literal(",\"npsn\":");
  entry.npsn = in.string();
  in.literal(",\"subject\":");
  entry.subject = in.string();
  in.literal(",\"bytes\":");
  entry.bytes = in.string();
  in.literal(",\"hash\":");
  auto const hash = unhex32(in.string());
  in.literal("}");
  if (!in.ok || !hash || !in.data.empty() || !is_utf8(line)) return fail(Errc::bad_json, "feed line");
  entry.hash = *hash;
  // Leading zeros, other escapes, raw control characters: one entry must have one line, for hashes of
  // segments.
  if (feed_line(entry) != line) return fail(Errc::bad_json, "feed line: another spelling");
  return entry;
}

std::string copy_header(Bytes16 const& stream) {
  std::string out(copy_magic);
  out.append(text_of(stream));
  return out;
}

std::optional<Bytes16> copy_stream(std::string_view header) {
  if (header.size() < copy_header_bytes || !header.starts_with(copy_magic)) return std::nullopt;
  Bytes16 stream{};
  std::copy_n(header.begin() + copy_magic.size(), stream.size(), stream.begin());
  return stream;
}

void append_copy_record(std::string& out, Entry const& entry) {
  auto const size =
      fixed_payload_bytes + entry.kind.size() + entry.npsn.size() + entry.subject.size() + entry.bytes.size();
  append_u32_be(out, static_cast<std::uint32_t>(size));
  auto const start = out.size();
  append_u64_be(out, entry.lsn);
  append_u64_be(out, static_cast<std::uint64_t>(entry.at_ms));
  append_u64_be(out, entry.term);
  append_field(out, entry.kind);
  append_u64_be(out, entry.version);
  append_field(out, entry.npsn);
  append_field(out, entry.subject);
  append_field(out, entry.bytes);
  out.append(text_of(entry.hash));
  auto const checksum = sha256(std::string_view(out).substr(start));
  out.append(text_of(checksum).substr(0, checksum_bytes));
}

std::size_t copy_record_bytes(std::string_view data) {
  Cursor in{data};
  std::size_t const size = in.u32();
  bool const possible = in.ok && size >= fixed_payload_bytes && size <= fixed_payload_bytes + entry_bytes_max;
  return possible ? 4 + size + checksum_bytes : 0;
}

std::optional<Entry> take_copy_record(std::string_view& data) {
  auto const record_bytes = copy_record_bytes(data);
  if (record_bytes == 0) return std::nullopt;
  Cursor outer{data.substr(4)};
  auto const payload = outer.take(record_bytes - 4 - checksum_bytes);
  auto const checksum = outer.take(checksum_bytes);
  if (!outer.ok || text_of(sha256(payload)).substr(0, checksum_bytes) != checksum) return std::nullopt;
  Cursor in{payload};
  Entry entry;
  entry.lsn = in.u64();
  entry.at_ms = static_cast<TimeMs>(in.u64());
  entry.term = in.u64();
  entry.kind = in.field();
  entry.version = in.u64();
  entry.npsn = in.field();
  entry.subject = in.field();
  entry.bytes = in.field();
  auto const hash = in.take(entry.hash.size());
  if (!in.ok || !in.data.empty()) return std::nullopt;
  std::copy(hash.begin(), hash.end(), entry.hash.begin());
  data = outer.data;
  return entry;
}

}  // namespace proktor::journal
