#include "segment/pack.hpp"

#include <zstd.h>

#include <memory>

namespace proktor::segment {
namespace {

constexpr int level = 6;
constexpr int window_log_max = 23;  // 8 MiB: a frame that asks for more memory is not ours

struct FreeStream {
  void operator()(ZSTD_DStream* stream) const { ZSTD_freeDStream(stream); }
};

}  // namespace

Result<std::string> pack(std::string_view plain) {
  std::string packed(ZSTD_compressBound(plain.size()), '\0');
  std::size_t const size = ZSTD_compress(packed.data(), packed.size(), plain.data(), plain.size(), level);
  if (ZSTD_isError(size) != 0) return fail(Errc::internal, ZSTD_getErrorName(size));
  packed.resize(size);
  return packed;
}

Result<std::string> unpack(std::string_view packed, std::size_t plain_bytes_max) {
  std::unique_ptr<ZSTD_DStream, FreeStream> const stream(ZSTD_createDStream());
  ZSTD_DCtx_setParameter(stream.get(), ZSTD_d_windowLogMax, window_log_max);
  std::string plain;
  std::string piece(ZSTD_DStreamOutSize(), '\0');
  ZSTD_inBuffer input{packed.data(), packed.size(), 0};
  for (;;) {
    ZSTD_outBuffer output{piece.data(), piece.size(), 0};
    std::size_t const state = ZSTD_decompressStream(stream.get(), &output, &input);
    if (ZSTD_isError(state) != 0) return fail(Errc::segment_invalid, ZSTD_getErrorName(state));
    if (plain.size() + output.pos > plain_bytes_max) return fail(Errc::too_large, "unpacked segment");
    plain.append(piece, 0, output.pos);
    if (state == 0) break;
    if (input.pos == input.size && output.pos < output.size) return fail(Errc::segment_invalid, "cut short");
  }
  if (input.pos != input.size) return fail(Errc::segment_invalid, "bytes after the frame");
  return plain;
}

}  // namespace proktor::segment
