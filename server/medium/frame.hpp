#pragma once
// The container of the second medium: a header, then sealed pieces, each between its length and its length.
// docs/protocol.md, "Second medium". Knows nothing of what is sealed. One thread.

#include "base/bytes.hpp"
#include "base/result.hpp"
#include "medium/files.hpp"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::medium {

inline constexpr std::size_t file_header_bytes = 10 + 16;
inline constexpr std::size_t frame_bytes_around = 4 + 8 + 4;
inline constexpr std::size_t sealed_bytes_max = std::size_t{9} << 20U;

std::string file_header(Bytes16 const& id);
std::optional<Bytes16> file_id(std::string_view header);

std::string frame_of(std::string_view sealed);

struct Frame {
  std::uint64_t offset = 0;  // of the frame in the file
  std::string sealed{};

  std::uint64_t end() const { return offset + sealed.size() + frame_bytes_around; }
};

// The frame at `offset`; nothing when no whole, sound one is there. Errors: as Files.
Result<std::optional<Frame>> read_frame(Files& files, std::string const& path, std::uint64_t offset);

// The newest frame, found from the end; nothing when the end is torn or damaged, or there is none.
Result<std::optional<Frame>> read_last_frame(Files& files, std::string const& path, std::uint64_t size);

// Where the next frame begins by the length that stands at `offset`, sound or not; nothing at a length that
// cannot be.
Result<std::optional<std::uint64_t>> step_over(Files& files, std::string const& path, std::uint64_t offset);

}  // namespace proktor::medium
