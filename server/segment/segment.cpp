#include "segment/segment.hpp"

#include "core/json_fields.hpp"
#include "seal/envelope.hpp"
#include "seal/signed_data.hpp"
#include "segment/pack.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <charconv>

namespace proktor::segment {
namespace {

namespace json = boost::json;

constexpr std::size_t header_bytes_max = 4 * 1024;
constexpr std::size_t stream_digits = 32;
constexpr std::size_t lsn_digits = 12;
constexpr std::string_view suffix = ".segment";

json::object common_fields(std::string_view type, std::string const& organiser, std::string const& event,
                           std::string const& box, Bytes16 const& stream, std::uint64_t first,
                           std::uint64_t last) {
  return {{"type", type},   {"v", 1},      {"organiser", organiser},
          {"event", event}, {"box", box},  {"stream", hex(stream)},
          {"first", first}, {"last", last}};
}

std::string_view name_of(SegmentType type) {
  return type == SegmentType::medium ? "medium" : "segment";
}

std::string header_text(SegmentHeader const& header, SegmentType type) {
  json::object object = common_fields(name_of(type), header.organiser, header.event, header.box, header.stream,
                                      header.first, header.last);
  object["previous"] = hex(header.previous);
  object["hash"] = hex(header.hash);
  return json::serialize(object);
}

template <class Array>
void read_hex(core::JsonFields& fields, std::string_view name, Array& out,
              std::optional<Array> (*parse)(std::string_view)) {
  if (auto const value = parse(fields.text(name)))
    out = *value;
  else
    fields.refuse(name);
}

template <class Statement>
void read_common(core::JsonFields& fields, std::string_view type, Statement& out) {
  if (fields.text("type") != type) fields.refuse("type");
  if (fields.natural("v") != 1) fields.refuse("v");
  out.organiser = fields.text("organiser");
  out.event = fields.text("event");
  out.box = fields.text("box");
  read_hex(fields, "stream", out.stream, unhex16);
  out.first = fields.natural("first");
  out.last = fields.natural("last");
  read_hex(fields, "hash", out.hash, unhex32);
  if (out.first == 0 || out.last < out.first) fields.refuse("first");
}

std::optional<std::uint64_t> read_lsn(std::string_view digits) {
  std::uint64_t value = 0;
  auto const [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (error != std::errc() || end != digits.data() + digits.size()) return std::nullopt;
  return value;
}

}  // namespace

std::string segment_name(SegmentRange const& range) {
  return fmt::format("{}-{:012}-{:012}.segment", hex(range.stream), range.first, range.last);
}

std::optional<SegmentRange> parse_segment_name(std::string_view name) {
  if (name.size() != stream_digits + 2 * (1 + lsn_digits) + suffix.size() || !name.ends_with(suffix))
    return std::nullopt;
  auto const stream = unhex16(name.substr(0, stream_digits));
  auto const first = read_lsn(name.substr(stream_digits + 1, lsn_digits));
  auto const last = read_lsn(name.substr(stream_digits + 1 + lsn_digits + 1, lsn_digits));
  if (!stream || !first || !last || *first == 0 || *last < *first) return std::nullopt;
  SegmentRange const range{*stream, *first, *last};
  if (segment_name(range) != name) return std::nullopt;
  return range;
}

Result<std::string> seal_segment(SegmentHeader const& header, std::string_view plain, SigningKey const& box,
                                 std::span<std::string const> recipients, SegmentType type) {
  if (plain.size() > segment_plain_bytes_max) return fail(Errc::too_large, "segment");
  auto const packed = pack(plain);
  if (!packed) return packed.error();
  auto const envelope = seal::encrypt(*packed, recipients);
  if (!envelope) return envelope.error();
  return seal::sign(header_text(header, type) + "\n" + *envelope, box.key, box.certificate, box.chain);
}

Result<std::string> seal_segment(SegmentHeader const& header, std::string_view plain, SigningKey const& box,
                                 std::string_view centre_certificate) {
  std::string const centre(centre_certificate);
  return seal_segment(header, plain, box, std::span<std::string const>(&centre, 1), SegmentType::segment);
}

Result<SignedSegment> read_segment(std::string_view file, std::string_view roots, std::int64_t time_floor_s,
                                   SegmentType type) {
  if (file.size() > segment_file_bytes_max) return fail(Errc::too_large, "segment file");
  auto opened = seal::verify(file, roots, seal::Role::box, time_floor_s);
  if (!opened) return opened.error();
  std::size_t const end = opened->content.find('\n');
  if (end == std::string::npos || end > header_bytes_max) return fail(Errc::segment_invalid, "header");
  core::JsonFields fields(std::string_view(opened->content).substr(0, end));
  SignedSegment segment;
  read_common(fields, name_of(type), segment.header);
  read_hex(fields, "previous", segment.header.previous, unhex32);
  if (!fields.ok()) return fields.error(Errc::segment_invalid);
  // Identity is what the signature says; a header that names another box is a forgery.
  if (segment.header.box != opened->signer.id) return fail(Errc::segment_invalid, "box is not the signer");
  segment.envelope = opened->content.substr(end + 1);
  return segment;
}

Result<std::string> open_envelope(std::string_view envelope, std::string_view recipient_key,
                                  std::string_view recipient_certificate) {
  auto const packed = seal::decrypt(envelope, recipient_key, recipient_certificate);
  if (!packed) return packed.error();
  return unpack(*packed, segment_plain_bytes_max);
}

Result<std::string> sign_receipt(Receipt const& receipt, SigningKey const& signer) {
  json::object object = common_fields("receipt", receipt.organiser, receipt.event, receipt.box,
                                      receipt.stream, receipt.first, receipt.last);
  object["hash"] = hex(receipt.hash);
  object["contiguous"] = receipt.contiguous;
  object["at"] = receipt.at_ms;
  return seal::sign(json::serialize(object), signer.key, signer.certificate, signer.chain);
}

Result<Receipt> read_receipt(std::string_view file, std::string_view roots, std::int64_t time_floor_s) {
  if (file.size() > receipt_bytes_max) return fail(Errc::segment_invalid, "receipt too large");
  auto const opened = seal::verify(file, roots, seal::Role::receipt, time_floor_s);
  if (!opened) return opened.error();
  core::JsonFields fields(opened->content);
  Receipt receipt;
  read_common(fields, "receipt", receipt);
  receipt.contiguous = fields.natural("contiguous");
  receipt.at_ms = fields.integer("at");
  if (!fields.ok()) return fields.error(Errc::segment_invalid);
  return receipt;
}

bool receipt_matches(Receipt const& receipt, SegmentHeader const& header) {
  return receipt.organiser == header.organiser && receipt.event == header.event &&
         receipt.box == header.box && receipt.stream == header.stream && receipt.first == header.first &&
         receipt.last == header.last && receipt.hash == header.hash;
}

}  // namespace proktor::segment
