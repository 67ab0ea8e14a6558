#include "tests/fault/flip/damage.hpp"

#include <algorithm>
#include <fstream>
#include <sstream>
#include <vector>

namespace proktor::fault {
namespace fs = std::filesystem;

namespace {

constexpr std::size_t page_bytes = 4'096;
constexpr std::size_t sector_bytes = 512;

using Random = std::mt19937_64;

std::size_t draw(Random& random, std::size_t below) { return static_cast<std::size_t>(random() % std::max<std::size_t>(1, below)); }

// Pages of the write-ahead log stand behind a header of 32 bytes, each with one of 24.
std::size_t page_at(std::string const& file, std::size_t number) {
  return file.ends_with("-wal") ? 32 + number * (page_bytes + 24) + 24 : number * page_bytes;
}
std::size_t page_count(std::string const& file, std::size_t size) {
  return file.ends_with("-wal") ? (size < 32 ? 0 : (size - 32) / (page_bytes + 24)) : size / page_bytes;
}

void flip_bit(std::string& bytes, Random& random) {
  auto& byte = bytes[draw(random, bytes.size())];
  byte = static_cast<char>(byte ^ static_cast<char>(1U << draw(random, 8)));
}

void zero_sector(std::string& bytes, Random& random) {
  auto const at = draw(random, (bytes.size() + sector_bytes - 1) / sector_bytes) * sector_bytes;
  std::fill_n(bytes.begin() + static_cast<std::ptrdiff_t>(at), std::min(sector_bytes, bytes.size() - at), '\0');
}

void swap_pages(std::string const& file, std::string& bytes, Random& random) {
  auto const count = page_count(file, bytes.size());
  if (count < 2) return;
  auto const a = page_at(file, draw(random, count));
  auto const b = page_at(file, draw(random, count));
  if (std::max(a, b) + page_bytes > bytes.size() || a == b) return;
  std::swap_ranges(bytes.begin() + static_cast<std::ptrdiff_t>(a), bytes.begin() + static_cast<std::ptrdiff_t>(a + page_bytes),
                   bytes.begin() + static_cast<std::ptrdiff_t>(b));
}

// A write that never arrived: a page as it was before. In the write-ahead log, an earlier frame's page.
void put_older_page(std::string const& file, std::string& bytes, std::string const& older, Random& random) {
  auto const count = std::min(page_count(file, bytes.size()), page_count(file, older.size()));
  if (count == 0) return;
  auto const at = page_at(file, draw(random, count));
  auto const from = file.ends_with("-wal") ? page_at(file, draw(random, count)) : at;
  if (std::max(at, from) + page_bytes <= std::min(bytes.size(), older.size())) {
    bytes.replace(at, page_bytes, older, from, page_bytes);
  }
}

std::string pick_file(fs::path const& directory, Targets const& targets, Random& random) {
  std::vector<std::string> weighted;
  for (auto const& [name, weight] : targets) {
    if (fs::exists(directory / name) && fs::file_size(directory / name) > 0) weighted.insert(weighted.end(), weight, name);
  }
  return weighted[draw(random, weighted.size())];
}

}  // namespace

Targets const& journal_files() {
  static Targets const files{{"journal.db", 12}, {"journal.db-wal", 6}, {"journal.copy", 4}, {"journal.db-shm", 1}, {"journal.mark", 1}};
  return files;
}

Targets const& sealed_files() {
  static Targets const files{{"journal.medium", 6}, {"one.segment", 2}, {"one.receipt", 1}};
  return files;
}

std::string slurp(fs::path const& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return std::move(out).str();
}

std::optional<Damage> damage(fs::path const& directory, fs::path const& older, Targets const& targets, Random& random) {
  Damage out;
  out.file = pick_file(directory, targets, random);
  auto const before = slurp(directory / out.file);
  auto after = before;
  auto const choice = draw(random, 20);
  if (choice < 12) {
    out.kind = "bit", flip_bit(after, random);
  } else if (choice < 14) {
    out.kind = "sector", zero_sector(after, random);
  } else if (choice < 16) {
    out.kind = "truncated", after.resize(draw(random, after.size()));
  } else if (choice < 18) {
    out.kind = "swapped", swap_pages(out.file, after, random);
  } else {
    out.kind = "older", put_older_page(out.file, after, slurp(older / out.file), random);
  }
  auto const [at, other] = std::mismatch(before.begin(), before.end(), after.begin(), after.end());
  if (at == before.end() && other == after.end()) return std::nullopt;
  out.offset = static_cast<std::uint64_t>(at - before.begin());
  out.text = out.kind + " in " + out.file + " at byte " + std::to_string(out.offset) + " of " + std::to_string(before.size());
  std::ofstream(directory / out.file, std::ios::binary | std::ios::trunc) << after;
  return out;
}

}  // namespace proktor::fault
