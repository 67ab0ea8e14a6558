#pragma once
// What sealing for the second medium needs of DATA/box, and sealed pieces of files: docs/protocol.md, "Second
// medium". Pure but for reading the folder; any thread.

#include "base/result.hpp"
#include "segment/segment.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::medium {

inline constexpr std::size_t piece_bytes_max = std::size_t{4} << 20U;

struct Keys {
  std::string box{};
  segment::SigningKey signer{};
  std::string roots{};
  std::string certificate_sha256{};
  std::string recovery_certificate{};  // empty: no recovery card was made
  std::string recovery_key{};          // locked by the code

  std::vector<std::string> recipients() const;
};

// Errors: not_enrolled, io_error, certificate_invalid, config_invalid.
Result<Keys> read_keys(std::filesystem::path const& data);

// All files of DATA/box as one text, and back. Errors: io_error; decrypt_failed (not such a text).
Result<std::string> box_files_text(std::filesystem::path const& data);
Result<std::map<std::string, std::string>> read_box_files_text(std::string_view text);

struct PieceHeader {
  std::string box{};
  std::string name{};
  std::uint64_t offset = 0;
  std::uint64_t size = 0;    // of the whole
  std::string sha256{};      // of the whole, hex

  bool operator==(PieceHeader const&) const = default;
};

// Errors: too_large, certificate_invalid.
Result<std::string> seal_piece(PieceHeader const& header, std::string_view bytes,
                               segment::SigningKey const& signer, std::vector<std::string> const& recipients);

struct SignedPiece {
  PieceHeader header{};
  std::string envelope{};
  std::string certificate_sha256{};  // of the signer
};
// Errors: signature_invalid, certificate_invalid, segment_invalid.
Result<SignedPiece> read_piece(std::string_view sealed, std::string_view roots);

}  // namespace proktor::medium
