#include "journal/entry_source.hpp"

#include "journal/copy_file.hpp"
#include "journal/schema.hpp"

#include <algorithm>
#include <utility>

namespace proktor::journal {
namespace {

constexpr std::uint64_t single_steps = 64;        // about two pages
constexpr std::uint64_t gap_step_max = 4'096;     // rows passed over at once behind damage …
constexpr std::uint64_t gap_max = 4'000'000;      // … and in all, before the rest is given up
constexpr std::size_t window_bytes = std::size_t{256} << 10U;
constexpr std::uint64_t lsn_leap_max = std::uint64_t{1} << 32U;

class DatabaseRows final : public EntrySource {
 public:
  explicit DatabaseRows(std::filesystem::path const& directory) {
    auto opened = Database::open(database_path(directory), Database::Mode::read_only);
    if (!opened) return;
    database_.emplace(std::move(*opened));
    if (auto const found = read_stream(*database_)) stream_ = *found;
  }

  std::string_view name() const override { return "database"; }
  std::optional<Bytes16> stream() const override { return stream_; }
  void rewind() override {
    select_.reset();
    at_ = 0;
  }

  std::optional<Entry> next() override {
    if (!database_) return std::nullopt;
    std::uint64_t step = 1;
    for (std::uint64_t passed = 0; passed <= gap_max;) {
      if (auto entry = read(); entry || ended_) return entry;
      select_.reset();
      at_ += step;  // the page of the next row is damaged: try behind it
      passed += step;
      if (passed > single_steps) step = std::min(step + 1, gap_step_max);
    }
    return std::nullopt;
  }

 private:
  // Nothing at the end (ended_) and at a damaged page.
  std::optional<Entry> read() {
    ended_ = false;
    if (!select_) {
      auto select =
          database_->prepare("SELECT " PROKTOR_ENTRY_COLUMNS " FROM entry e WHERE lsn > ? ORDER BY lsn");
      if (!select) return std::nullopt;
      select_.emplace(std::move(*select));
      select_->bind(1, at_);
    }
    auto const row = select_->step();
    if (!row) return std::nullopt;
    ended_ = !*row;
    if (ended_) return std::nullopt;
    auto entry = entry_at(*select_);
    at_ = std::max(at_, entry.lsn);
    return entry;
  }

  std::optional<Database> database_{};
  std::optional<Bytes16> stream_{};
  std::optional<Statement> select_{};
  std::uint64_t at_ = 0;
  bool ended_ = false;
};

class CopyRecords final : public EntrySource {
 public:
  explicit CopyRecords(std::filesystem::path const& directory) {
    auto opened = CopyFile::open_as_is(copy_path(directory));
    if (!opened) return;
    file_.emplace(std::move(*opened));
    if (auto const header = file_->read_at(0, copy_header_bytes)) stream_ = copy_stream(*header);
    rewind();
  }

  std::string_view name() const override { return "copy"; }
  std::optional<Bytes16> stream() const override { return stream_; }
  void rewind() override {
    if (file_) scan_.emplace(*file_, copy_header_bytes);
    last_ = 0;
  }

  std::optional<Entry> next() override {
    while (scan_) {
      auto entry = scan_->next();
      if (!entry) return std::nullopt;
      if (*entry) {
        last_ = (*entry)->lsn;
        return std::move(*entry);
      }
      auto const after = find_record(scan_->offset() + 1);
      if (!after) return std::nullopt;
      scan_.emplace(*file_, *after);
    }
    return std::nullopt;
  }

 private:
  // The next place where a whole, sound record begins: behind a damaged one, wherever its end is.
  std::optional<std::uint64_t> find_record(std::uint64_t from) const {
    constexpr std::size_t front_bytes = 4 + 8;  // length and lsn
    while (from + front_bytes <= file_->size_bytes()) {
      auto const window = file_->read_at(from, window_bytes);
      if (!window || window->size() < front_bytes) return std::nullopt;
      for (std::size_t i = 0; i + front_bytes <= window->size(); ++i) {
        std::string_view const front = std::string_view(*window).substr(i, front_bytes);
        auto const bytes = copy_record_bytes(front);
        auto const lsn = read_u64_be(bytes_of(front.substr(4)).first<8>());
        bool const likely = bytes > 0 && bytes <= file_->size_bytes() - (from + i) && lsn > last_ &&
                            lsn - last_ < lsn_leap_max;
        if (!likely) continue;
        CopyScan scan(*file_, from + i);
        if (auto const found = scan.next(); found && *found) return from + i;
      }
      from += window->size() - front_bytes + 1;
    }
    return std::nullopt;
  }

  std::optional<CopyFile> file_{};
  std::optional<Bytes16> stream_{};
  std::optional<CopyScan> scan_{};
  std::uint64_t last_ = 0;
};

}  // namespace

std::unique_ptr<EntrySource> database_rows(std::filesystem::path const& directory) {
  return std::make_unique<DatabaseRows>(directory);
}

std::unique_ptr<EntrySource> copy_records(std::filesystem::path const& directory) {
  return std::make_unique<CopyRecords>(directory);
}

}  // namespace proktor::journal
