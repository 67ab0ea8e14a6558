// The other files a spare box needs: keys, cards, receipts, packages.

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "medium/follower.hpp"
#include "medium/frame.hpp"

#include <fstream>

namespace proktor::medium {
namespace {

namespace fs = std::filesystem;

constexpr DurationMs mirror_every_ms = 5'000;
constexpr std::size_t small_bytes_max = std::size_t{4} << 20U;
constexpr std::size_t package_piece_bytes = std::size_t{256} << 10U;
constexpr std::size_t new_files_per_step = 16;

constexpr std::string_view readme = R"(CADANGAN SERVER PROKTOR

Isi folder ini adalah cadangan server asesmen, terkunci. Jangan diubah atau dihapus.

Bila server rusak:
1. Siapkan komputer pengganti yang sudah dipasangi Proktor. Internet tidak perlu.
2. Pasang media ini pada komputer pengganti.
3. Ambil KARTU PEMULIHAN (kertas) dari tempat simpannya, lalu ikuti langkah di kartu itu:
   proktor restore --from FOLDER-MEDIA-INI --data /var/lib/proktor
4. Ketik kode dari kartu. Sesudah selesai, nyalakan server. Peserta melanjutkan sendiri.
)";

Result<std::string> read_part(fs::path const& path, std::uint64_t offset, std::size_t count) {
  std::ifstream in(path, std::ios::binary);
  std::string bytes(count, '\0');
  in.seekg(static_cast<std::streamoff>(offset));
  in.read(bytes.data(), static_cast<std::streamsize>(count));
  if (in.bad() || !in.is_open()) return fail(Errc::storage_failed, path.filename().string());
  bytes.resize(static_cast<std::size_t>(in.gcount()));
  return bytes;
}

std::vector<std::string> names_in(fs::path const& folder, std::string_view extension) {
  std::vector<std::string> names;
  std::error_code error;
  for (auto const& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == extension && entry.is_regular_file(error))
      names.push_back(entry.path().filename().string());
  }
  return names;
}

}  // namespace

Result<void> Follower::put_readme_and_keys() {
  auto const have = files_.size(on_medium("BACA-SAYA.txt"));
  if (!have && !(have.error() == Errc::not_found)) return have.error();
  if (!have || *have != readme.size()) {
    if (auto done = put_file(files_, on_medium("BACA-SAYA.txt"), readme); !done) return done;
  }
  if (keys_.recovery_certificate.empty()) return {};
  auto const text = box_files_text(data_);
  if (!text) return fail(Errc::storage_failed, text.error().detail);
  PieceHeader const header{keys_.box, "box", 0, text->size(), hex(sha256(*text))};
  auto const there = read_all(files_, on_medium("box.cms"), sealed_box_bytes_max);
  if (!there && !(there.error() == Errc::not_found)) return there.error();
  auto const known = there ? read_piece(*there, keys_.roots) : Result<SignedPiece>(there.error());
  if (known && known->header == header) return keep_name(on_medium("box.cms"));
  auto const sealed = seal_piece(header, *text, keys_.signer, {keys_.recovery_certificate});
  if (!sealed) return sealed.error();
  if (auto done = put_file(files_, on_medium("roots.pem"), keys_.roots); !done) return done;
  if (auto done = put_file(files_, on_medium("recovery.key"), keys_.recovery_key); !done) return done;
  if (auto done = put_file(files_, on_medium("recovery.pem"), keys_.recovery_certificate); !done) return done;
  return put_file(files_, on_medium("box.cms"), *sealed);
}

// Of a file that is there whole: the sync of its folder may have failed, or never have come, before.
Result<void> Follower::keep_name(std::string const& path) {
  return files_.rename(path, path);
}

// True once the medium has it. These files never change under one name.
Result<bool> Follower::mirror_file(fs::path const& from, std::string const& to) {
  if (mirrored_.contains(to)) return true;
  auto const size = files_.size(to);
  if (!size && !(size.error() == Errc::not_found)) return size.error();
  std::error_code error;
  if (size && *size == fs::file_size(from, error)) {
    if (auto done = keep_name(to); !done) return done.error();
  } else {
    auto const content = read_file(from, small_bytes_max);
    if (!content) return content.error() == Errc::not_found ? Result<bool>(true) : fail(Errc::storage_failed, to);
    if (auto done = put_file(files_, to, *content); !done) return done.error();
  }
  mirrored_.insert(to);
  return true;
}

// Where a package that is half on the medium goes on.
Result<std::uint64_t> Follower::package_offset(std::string const& path) {
  auto const size = files_.size(path);
  if (!size && !(size.error() == Errc::not_found)) return size.error();
  if (!size) return std::uint64_t{0};
  auto const last = read_last_frame(files_, path, *size);
  if (!last) return last.error();
  auto const piece = *last ? read_piece((*last)->sealed, keys_.roots) : fail(Errc::segment_invalid);
  if (piece) {
    if (!settled_.contains(path)) {
      if (auto done = write_again(path, (*last)->offset, *size); !done) return done.error();
      settled_.insert(path);
    }
    return std::min<std::uint64_t>(piece->header.offset + package_piece_bytes, piece->header.size);
  }
  if (auto done = files_.cut(path, 0); !done) return done.error();
  return std::uint64_t{0};
}

// One piece of a package. True once the medium has it all.
Result<bool> Follower::mirror_package(fs::path const& from, std::string const& to) {
  if (mirrored_.contains(to)) return true;
  auto const whole = files_.size(to);
  if (!whole && !(whole.error() == Errc::not_found)) return whole.error();
  if (!whole) {
    auto const fresh = to + ".baru";
    auto const offset = package_offset(fresh);
    if (!offset) return offset.error();
    std::error_code error;
    auto const sha256_hex = from.stem().string();
    PieceHeader const header{keys_.box, "packages/" + from.filename().string(), *offset,
                             fs::file_size(from, error), sha256_hex};
    auto const id = unhex32(sha256_hex);
    if (error || !id) return true;
    if (*offset < header.size) {
      auto const bytes = read_part(from, *offset, package_piece_bytes);
      if (!bytes) return bytes.error();
      auto const sealed = seal_piece(header, *bytes, keys_.signer, keys_.recipients());
      if (!sealed) return sealed.error();
      Bytes16 half{};
      std::copy_n(id->begin(), half.size(), half.begin());
      auto const size = files_.size(fresh);
      auto const front = size && *size > 0 ? std::string() : file_header(half);
      if (auto done = files_.append(fresh, size ? *size : 0, front + frame_of(*sealed)); !done) {
        settled_.erase(fresh);
        std::ignore = files_.cut(fresh, size ? *size : 0);
        return done.error();
      }
      return false;
    }
    if (auto done = files_.rename(fresh, to); !done) return done.error();
  } else if (auto done = keep_name(to); !done) {
    return done.error();
  }
  mirrored_.insert(to);
  return true;
}

Result<void> Follower::mirror(std::vector<Followed> const& journals) {
  auto const now_ms = clock_.monotonic_ms();
  if (mirrored_ms_ != 0 && now_ms - mirrored_ms_ < mirror_every_ms) return {};
  mirrored_all_ = false;
  std::size_t fresh = mirrored_.size() + new_files_per_step;
  for (auto const& journal : journals) {
    auto const local = data_ / journal.folder;
    std::vector<std::string> names = names_in(local, ".cms");
    for (auto const& name : names_in(journal::receipts_path(local), ".receipt")) names.push_back("receipts/" + name);
    for (auto const& name : names) {
      auto const done = mirror_file(local / name, on_medium(journal.folder + "/" + name));
      if (!done) return done.error();
      if (mirrored_.size() >= fresh) return {};
    }
  }
  for (auto const& name : names_in(data_ / "packages", ".paket")) {
    auto const to = on_medium("packages/" + fs::path(name).stem().string() + ".medium");
    auto const done = mirror_package(data_ / "packages" / name, to);
    if (!done) return done.error();
    if (!*done || mirrored_.size() >= fresh) return {};
  }
  mirrored_ms_ = std::max<DurationMs>(now_ms, 1);
  mirrored_all_ = true;
  return {};
}

}  // namespace proktor::medium
