#include "journal/durable_mark.hpp"

#include "base/crypto.hpp"

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace proktor::journal {
namespace {

constexpr std::string_view magic = "PROKTORM1\n";
constexpr std::size_t lsn_offset = magic.size() + 16;
constexpr std::size_t checksum_bytes = 8;

}  // namespace

std::string DurableMark::record_of(std::uint64_t lsn) const {
  std::string out(magic);
  out.append(text_of(stream_));
  append_u64_be(out, lsn);
  auto const checksum = sha256(out);
  return out.append(text_of(checksum).substr(0, checksum_bytes));
}

Result<DurableMark> DurableMark::open(std::filesystem::path const& directory, Bytes16 const& stream) {
  Fd fd(::open(mark_path(directory).c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0640));
  if (!fd) return fail(errno == ENOSPC ? Errc::storage_full : Errc::io_error, std::string("journal.mark: ") + std::strerror(errno));
  DurableMark mark(std::move(fd), stream);
  std::string found(lsn_offset + 8 + checksum_bytes, '\0');
  auto const size = ::pread(mark.fd_.get(), found.data(), found.size(), 0);
  if (size < 0) return fail(Errc::io_error, std::string("journal.mark: ") + std::strerror(errno));
  auto const lsn = read_u64_be(std::span<std::uint8_t const, 8>(bytes_of(found).data() + lsn_offset, 8));
  if (found == mark.record_of(lsn)) {
    mark.lsn_ = lsn;
    return mark;
  }
  if (auto done = mark.write(0); !done) return done.error();
  return mark;
}

Result<void> DurableMark::write(std::uint64_t lsn) {
  auto const text = record_of(lsn);
  auto const written = ::pwrite(fd_.get(), text.data(), text.size(), 0);
  if (written == static_cast<ssize_t>(text.size())) return {};
  bool const full = written >= 0 || errno == ENOSPC || errno == EDQUOT;
  return fail(full ? Errc::storage_full : Errc::io_error, std::string("journal.mark: ") + std::strerror(errno));
}

}  // namespace proktor::journal
