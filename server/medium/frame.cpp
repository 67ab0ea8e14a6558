#include "medium/frame.hpp"

#include "base/crypto.hpp"

#include <algorithm>

namespace proktor::medium {
namespace {

constexpr std::string_view magic = "PROKTORM1\n";
constexpr std::size_t length_bytes = 4;
constexpr std::size_t digest_bytes = 8;

std::size_t length_at(std::string_view bytes) {
  std::size_t length = 0;
  for (char const c : bytes.substr(0, length_bytes)) length = length << 8U | static_cast<unsigned char>(c);
  return length;
}

bool is_sound(std::string_view frame, std::size_t length) {
  if (frame.size() != length + frame_bytes_around) return false;
  auto const sealed = frame.substr(length_bytes, length);
  auto const digest = sha256(sealed);
  return frame.substr(length_bytes + length, digest_bytes) == text_of(digest).substr(0, digest_bytes) &&
         length_at(frame.substr(frame.size() - length_bytes)) == length;
}

}  // namespace

std::string file_header(Bytes16 const& id) {
  return std::string(magic).append(text_of(id));
}

std::optional<Bytes16> file_id(std::string_view header) {
  if (header.size() < file_header_bytes || !header.starts_with(magic)) return std::nullopt;
  Bytes16 id{};
  std::copy_n(header.begin() + magic.size(), id.size(), id.begin());
  return id;
}

std::string frame_of(std::string_view sealed) {
  auto const length = static_cast<std::uint32_t>(sealed.size());
  std::string out;
  append_u32_be(out, length);
  out.append(sealed).append(text_of(sha256(sealed)).substr(0, digest_bytes));
  append_u32_be(out, length);
  return out;
}

Result<std::optional<Frame>> read_frame(Files& files, std::string const& path, std::uint64_t offset) {
  auto const front = files.read(path, offset, length_bytes);
  if (!front) return front.error();
  auto const length = length_at(*front);
  if (front->size() < length_bytes || length == 0 || length > sealed_bytes_max) return std::optional<Frame>();
  auto const bytes = files.read(path, offset, length + frame_bytes_around);
  if (!bytes) return bytes.error();
  if (!is_sound(*bytes, length)) return std::optional<Frame>();
  return std::optional<Frame>(Frame{offset, bytes->substr(length_bytes, length)});
}

Result<std::optional<Frame>> read_last_frame(Files& files, std::string const& path, std::uint64_t size) {
  if (size < file_header_bytes + frame_bytes_around) return std::optional<Frame>();
  auto const tail = files.read(path, size - length_bytes, length_bytes);
  if (!tail) return tail.error();
  auto const whole = length_at(*tail) + frame_bytes_around;
  if (tail->size() < length_bytes || whole > size - file_header_bytes) return std::optional<Frame>();
  auto frame = read_frame(files, path, size - whole);
  if (frame && *frame && (*frame)->end() != size) return std::optional<Frame>();
  return frame;
}

Result<std::optional<std::uint64_t>> step_over(Files& files, std::string const& path, std::uint64_t offset) {
  auto const front = files.read(path, offset, length_bytes);
  if (!front) return front.error();
  auto const length = length_at(*front);
  if (front->size() < length_bytes || length == 0 || length > sealed_bytes_max)
    return std::optional<std::uint64_t>();
  return std::optional<std::uint64_t>(offset + length + frame_bytes_around);
}

}  // namespace proktor::medium
