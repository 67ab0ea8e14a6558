#include "qti/package/zip_file.hpp"

#include "qti/package/zip_gate.hpp"

#include <cstdint>
#include <memory>

#include <zip.h>

namespace proktor::qti {
namespace {

constexpr std::uint16_t dos_time_midnight = 0;
constexpr std::uint16_t dos_date_1980 = 0x0021;  // 1 January 1980, the first day zip knows
constexpr zip_uint32_t deflate_level = 9;

struct ZipDiscard {
  void operator()(zip_t* archive) const { zip_discard(archive); }
};
struct SourceFree {
  void operator()(zip_source_t* source) const { zip_source_free(source); }
};
struct EntryClose {
  void operator()(zip_file_t* file) const { zip_fclose(file); }
};
using Archive = std::unique_ptr<zip_t, ZipDiscard>;
using Source = std::unique_ptr<zip_source_t, SourceFree>;
using OpenEntry = std::unique_ptr<zip_file_t, EntryClose>;

Result<std::string> read_entry(zip_t* archive, ZipEntry const& entry) {
  OpenEntry const file(zip_fopen_index(archive, entry.index, 0));
  if (!file) return fail(Errc::package_invalid, "cannot unpack " + entry.name);
  std::string content(entry.bytes, '\0');
  std::size_t filled = 0;
  while (filled < content.size()) {
    auto const n = zip_fread(file.get(), content.data() + filled, content.size() - filled);
    if (n <= 0) return fail(Errc::package_invalid, "cannot unpack " + entry.name);
    filled += static_cast<std::size_t>(n);
  }
  // libzip compares the checksum only when it is asked for what comes after the last byte.
  char more = 0;
  if (zip_fread(file.get(), &more, 1) != 0)
    return fail(Errc::package_invalid, "wrong size or checksum: " + entry.name);
  return content;
}

Result<void> add_entry(zip_t* archive, std::string const& path, std::string const& content, bool stored) {
  auto const failed = [&] { return fail(Errc::internal, path + ": " + zip_strerror(archive)); };
  zip_source_t* const source = zip_source_buffer(archive, content.data(), content.size(), 0);
  if (source == nullptr) return failed();
  auto const index = zip_file_add(archive, path.c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    return failed();
  }
  auto const at = static_cast<zip_uint64_t>(index);
  bool const done = zip_file_set_dostime(archive, at, dos_time_midnight, dos_date_1980, 0) == 0 &&
                    zip_set_file_compression(archive, at, stored ? ZIP_CM_STORE : ZIP_CM_DEFLATE,
                                             stored ? 0 : deflate_level) == 0 &&
                    zip_file_set_external_attributes(archive, at, 0, ZIP_OPSYS_UNIX, 0100644U << 16U) == 0;
  if (!done) return failed();
  return {};
}

Result<std::string> read_back(zip_source_t* source) {
  zip_stat_t stat;
  zip_stat_init(&stat);
  if (zip_source_stat(source, &stat) != 0 || (stat.valid & ZIP_STAT_SIZE) == 0 ||
      zip_source_open(source) != 0) {
    return fail(Errc::internal, "cannot read the packed zip back");
  }
  std::string content(stat.size, '\0');
  auto const n = zip_source_read(source, content.data(), content.size());
  zip_source_close(source);
  if (n < 0 || static_cast<std::size_t>(n) != content.size()) {
    return fail(Errc::internal, "cannot read the packed zip back");
  }
  return content;
}

}  // namespace

Result<Files> unzip(std::string_view zip) {
  auto const entries = check_zip(zip);
  if (!entries) return entries.error();
  zip_error_t error;
  zip_error_init(&error);
  Source source(zip_source_buffer_create(zip.data(), zip.size(), 0, &error));
  if (!source) return fail(Errc::internal, "no memory for a zip");
  Archive const archive(zip_open_from_source(source.get(), ZIP_RDONLY | ZIP_CHECKCONS, &error));
  if (!archive) return fail(Errc::package_invalid, zip_error_strerror(&error));
  source.release();  // the archive owns it now
  Files files;
  for (auto const& entry : *entries) {
    if (entry.is_directory) continue;
    auto content = read_entry(archive.get(), entry);
    if (!content) return content.error();
    files.emplace(entry.name, std::move(*content));
  }
  return files;
}

Result<std::string> zip(Files const& files, bool (*stored)(std::string_view path)) {
  zip_error_t error;
  zip_error_init(&error);
  Source const source(zip_source_buffer_create(nullptr, 0, 0, &error));
  if (!source) return fail(Errc::internal, "no memory for a zip");
  Archive archive(zip_open_from_source(source.get(), ZIP_CREATE | ZIP_TRUNCATE, &error));
  if (!archive) return fail(Errc::internal, zip_error_strerror(&error));
  zip_source_keep(source.get());  // read back after closing
  for (auto const& [path, content] : files) {
    if (auto done = add_entry(archive.get(), path, content, stored(path)); !done) return done.error();
  }
  if (zip_close(archive.get()) != 0) return fail(Errc::internal, zip_strerror(archive.get()));
  archive.release();  // closed, so gone
  return read_back(source.get());
}

}  // namespace proktor::qti
