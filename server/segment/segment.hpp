#pragma once
// Segments and receipts as bytes: docs/protocol.md, "Segments". Used by sync, the centre and the second medium.
// Pure but for randomness in keys; any thread.

#include "base/bytes.hpp"
#include "base/clock.hpp"
#include "base/result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace proktor::segment {

inline constexpr std::size_t segment_plain_bytes_max = std::size_t{8} << 20U;
inline constexpr std::size_t segment_file_bytes_max = std::size_t{9} << 20U;
inline constexpr std::size_t receipt_bytes_max = 16 * 1024;

struct SegmentHeader {
  std::string organiser{};
  std::string event{};
  std::string box{};
  Bytes16 stream{};
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  Bytes32 previous{};  // journal hash before `first`
  Bytes32 hash{};      // journal hash at `last`

  bool operator==(SegmentHeader const&) const = default;
};

struct Receipt {
  std::string organiser{};
  std::string event{};
  std::string box{};
  Bytes16 stream{};
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  Bytes32 hash{};
  std::uint64_t contiguous = 0;  // all up to this lsn is durable at the centre
  TimeMs at_ms = 0;

  bool operator==(Receipt const&) const = default;
};

struct SegmentRange {
  Bytes16 stream{};
  std::uint64_t first = 0;
  std::uint64_t last = 0;
};
std::string segment_name(SegmentRange const& range);  // "<stream>-<first>-<last>.segment"
std::optional<SegmentRange> parse_segment_name(std::string_view name);

// Two files of one content: what goes to the centre, and what a second medium keeps ("Second medium").
enum class SegmentType : std::uint8_t { segment, medium };

// What a signer needs: PEM of key, certificate and intermediate.
struct SigningKey {
  std::string key{};
  std::string certificate{};
  std::string chain{};
};

// `plain` is the NDJSON of the feed. Errors: too_large, certificate_invalid, internal.
Result<std::string> seal_segment(SegmentHeader const& header, std::string_view plain, SigningKey const& box,
                                 std::string_view centre_certificate);
Result<std::string> seal_segment(SegmentHeader const& header, std::string_view plain, SigningKey const& box,
                                 std::span<std::string const> recipients, SegmentType type);

// The outer half: who signed, and the header. Opens nothing, so the gateway can do it. The header's box
// equals the signer. Errors: signature_invalid, certificate_invalid, segment_invalid, too_large.
struct SignedSegment {
  SegmentHeader header;
  std::string envelope;
};
Result<SignedSegment> read_segment(std::string_view file, std::string_view roots, std::int64_t time_floor_s,
                                   SegmentType type = SegmentType::segment);

// The inner half: decrypts and unpacks. Errors: decrypt_failed, segment_invalid, too_large.
Result<std::string> open_envelope(std::string_view envelope, std::string_view recipient_key,
                                  std::string_view recipient_certificate);
Result<std::string> seal_segment(SegmentHeader const& header, std::string_view plain, SigningKey const& box,
                                 std::span<std::string const> recipients, SegmentType type);

// Errors: certificate_invalid.
Result<std::string> sign_receipt(Receipt const& receipt, SigningKey const& signer);

// Errors: signature_invalid, certificate_invalid, segment_invalid (not a receipt).
Result<Receipt> read_receipt(std::string_view file, std::string_view roots, std::int64_t time_floor_s);

// Whether the receipt speaks of exactly this segment.
bool receipt_matches(Receipt const& receipt, SegmentHeader const& header);

}  // namespace proktor::segment
