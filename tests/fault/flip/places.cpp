#include "tests/fault/flip/places.hpp"

#include "tests/fault/flip/damage.hpp"

#include <set>
#include <string_view>

namespace proktor::fault {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t page_bytes = 4'096;
constexpr std::size_t frame_bytes = page_bytes + 24;
constexpr std::size_t wal_header_bytes = 32;

std::size_t number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  std::size_t value = 0;
  for (std::size_t i = 0; i < size && at + i < bytes.size(); ++i) value = value << 8U | static_cast<unsigned char>(bytes[at + i]);
  return value;
}

// Frames whose salts are those of the header: the log as it stands; what lies behind is from before its last restart.
std::size_t live_frames(std::string_view wal) {
  std::size_t count = 0;
  for (auto at = wal_header_bytes; at + frame_bytes <= wal.size() && wal.substr(at + 8, 8) == wal.substr(16, 8); at += frame_bytes) ++count;
  return count;
}

std::set<std::size_t> pages_in_log(std::string_view wal) {
  std::set<std::size_t> pages;
  for (std::size_t i = live_frames(wal); i > 0; --i) pages.insert(number_at(wal, wal_header_bytes + (i - 1) * frame_bytes, 4));
  return pages;
}

// Trunk pages and the leaves they name; only the first words of a trunk page mean anything.
bool in_free_list(std::string_view db, std::size_t page, std::size_t within) {
  std::size_t trunk = number_at(db, 32, 4);
  for (std::size_t steps = 0; trunk != 0 && trunk * page_bytes <= db.size() && steps < db.size() / page_bytes; ++steps) {
    auto const start = (trunk - 1) * page_bytes;
    auto const leaves = number_at(db, start + 4, 4);
    if (trunk == page) return within >= 8 + 4 * leaves;
    for (std::size_t i = 0; i < leaves && i < page_bytes / 4 - 2; ++i) {
      if (number_at(db, start + 8 + 4 * i, 4) == page) return true;
    }
    trunk = number_at(db, start, 4);
  }
  return false;
}

Place in_header(std::size_t at) {
  bool const counter = (at >= 24 && at < 28) || (at >= 92 && at < 100);
  if (counter) return {"header: change counters and library version, which a log in WAL mode does not rest on", true};
  if (at >= 48 && at < 52) return {"header: suggested size of the cache", true};
  if (at >= 60 && at < 72) return {"header: user version, incremental vacuum, application id", true};
  if (at >= 72 && at < 92) return {"header: reserved", true};
  return {"header: byte " + std::to_string(at), false};
}

Place in_tree_page(std::string_view page, std::size_t start, std::size_t at) {
  auto const type = number_at(page, start, 1);
  if (type != 2 && type != 5 && type != 10 && type != 13) return {"overflow page", false};
  std::size_t const head = type == 2 || type == 5 ? 12 : 8;
  auto const cells = number_at(page, start + 3, 2);
  auto const content = number_at(page, start + 5, 2);
  if (at < start + head) return {"head of a page", false};
  if (at < start + head + 2 * cells) return {"cell pointers", false};
  if (at < content) return {"slack between cell pointers and cells", true};
  for (std::size_t block = number_at(page, start + 1, 2), steps = 0; block != 0 && steps < 1'000; ++steps) {
    if (at >= block + 4 && at < block + number_at(page, block + 2, 2)) return {"free block among cells", true};
    block = number_at(page, block, 2);
  }
  return {type == 2 || type == 5 ? "cell of an inner page" : "cell", false};
}

Place in_database(std::string_view db, std::string_view wal, std::size_t offset) {
  auto const page = offset / page_bytes + 1;
  auto const within = offset % page_bytes;
  if (pages_in_log(wal).contains(page)) return {"page that the write-ahead log replaces", true};
  if (in_free_list(db, page, within)) return {"free page", true};
  if (page == 1 && within < 100) return in_header(within);
  return in_tree_page(db.substr((page - 1) * page_bytes, page_bytes), page == 1 ? 100 : 0, within);
}

}  // namespace

Place place_of(fs::path const& directory, std::string const& file, std::uint64_t offset) {
  if (file == "journal.db-shm") return {"index of the write-ahead log, made anew at each start", true};
  if (file == "journal.mark") return {"journal.mark: damaged, it tells nothing and is made anew", true};
  auto const wal = slurp(directory / "journal.db-wal");
  if (file == "journal.db-wal") {
    bool const dead = offset >= wal_header_bytes + live_frames(wal) * frame_bytes;
    return dead ? Place{"dead frame behind the end of the write-ahead log", true} : Place{"write-ahead log", false};
  }
  if (file == "journal.db") return in_database(slurp(directory / file), wal, static_cast<std::size_t>(offset));
  return {file, false};
}

}  // namespace proktor::fault
