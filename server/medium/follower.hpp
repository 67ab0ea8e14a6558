#pragma once
// The second medium's follower: keeps a stick or second disk in step with the box's journals and the files that a
// spare box needs. step() does a bounded piece of work and may take as long as `files` lets it; it never
// throws anything away that the medium alone has. Whoever drives it decides on which thread (medium.hpp: its own; the
// simulator: the only one). docs/protocol.md, "Second medium"; DESIGN 4 and 10.

#include "base/clock.hpp"
#include "journal/reader.hpp"
#include "medium/files.hpp"
#include "medium/keys.hpp"
#include "segment/builder.hpp"

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace proktor::medium {

inline constexpr std::size_t sealed_box_bytes_max = std::size_t{1} << 20U;

enum class State : std::uint8_t {
  absent,   // nothing is plugged in
  foreign,  // another box's
  behind,   // catching up, with entries or with packages, cards and receipts
  in_step,
  full,
  failed,   // an error of the medium; tried again
  silent,   // does not answer, or not in time
};
std::string_view name_of(State state);

struct Status {
  State state = State::absent;
  std::uint64_t entries = 0;         // on the medium, of all journals
  std::uint64_t behind_entries = 0;  // at the last step
  DurationMs behind_ms = 0;  // age of the oldest entry that is not on the medium
  std::uint64_t free_bytes = 0;
  bool has_card = false;     // without a recovery card only this very box can read it
  std::string detail{};      // of failed and foreign: ids and errors, never names
  std::string set_aside{};   // a file of the medium that holds what the box does not have
};

struct Followed {
  std::string folder{};  // in the data directory: "box-journal", "kegiatan/<event>"
  Bytes16 stream{};
  std::uint64_t durable_lsn = 0;
};

struct Limits {
  DurationMs gather_ms = 1'000;                                // an entry waits so long for others
  std::uint64_t gather_entries = 512;                          // … unless so many wait
  std::size_t batch_bytes = std::size_t{256} << 10U;           // of feed lines in one frame
  DurationMs retry_ms = 5'000;                                 // after a full or failing medium
  DurationMs calm_ms = 5'000;                                  // in time again for so long: no longer silent
  DurationMs step_late_ms = 5'000;                             // an entry older than this: behind
};

class Follower {
 public:
  // `files` and `clock` must outlive it. `data`: the data directory.
  Follower(Files& files, Clock& clock, Keys keys, std::filesystem::path data, Limits limits = {});

  // `at_once`: without waiting for more entries, as before an end.
  void step(std::vector<Followed> const& journals, bool at_once = false);
  Status const& status() const { return status_; }
  std::uint64_t watermark(std::string const& folder) const;  // 0 when not known

 private:
  struct End {
    std::uint64_t lsn = 0;
    Bytes32 hash{};
    std::uint64_t size = 0;      // of the file
    std::uint64_t checked = 0;   // frames before this offset were read again since it was plugged in
  };

  Result<void> work(std::vector<Followed> const& journals);
  Result<bool> attach(Place const& place);
  Result<bool> is_ours();
  Result<void> put_own_files();
  Result<void> put_readme_and_keys();
  Result<void> follow(Followed const& journal);
  Result<End> find_end(Followed const& journal);
  Result<End> new_file(Followed const& journal);
  Result<End> end_of(Followed const& journal, std::string const& sealed, std::uint64_t size);
  Result<std::optional<std::uint64_t>> cut_torn(std::string const& path, std::uint64_t size);
  Result<void> write_again(std::string const& path, std::uint64_t offset, std::uint64_t size);
  Result<void> set_aside(std::string const& path, std::string_view word);
  Result<bool> write_batch(Followed const& journal, End& end);
  Result<void> check_again(Followed const& journal, End& end);
  Result<journal::Reader*> reader(std::string const& folder);
  Result<std::optional<Bytes32>> hash_at(Followed const& journal, std::uint64_t lsn);
  Result<void> mirror(std::vector<Followed> const& journals);
  Result<void> keep_name(std::string const& path);
  Result<bool> mirror_file(std::filesystem::path const& from, std::string const& to);
  Result<bool> mirror_package(std::filesystem::path const& from, std::string const& to);
  Result<std::uint64_t> package_offset(std::string const& path);
  std::string on_medium(std::string const& name) const;
  void lose(Error const& error);
  void settle(std::vector<Followed> const& journals);

  Files& files_;
  Clock& clock_;
  Keys const keys_;
  std::filesystem::path const data_;
  Limits const limits_;
  Status status_{};
  bool attached_ = false;
  bool ours_ = false;
  Place place_{};
  DurationMs not_before_ms_ = 0;  // after an error
  DurationMs calm_from_ms_ = 0;   // silent until then
  DurationMs mirrored_ms_ = 0;
  bool mirrored_all_ = false;  // every file that was there when it was last looked for
  std::map<std::string, End> ends_{};                  // by folder, as far as known
  std::set<std::string> settled_{};  // folders and packages whose end was read since it was plugged in
  std::map<std::string, DurationMs> waiting_since_{};  // by folder
  std::set<std::string> mirrored_{};                   // names that the medium has
  std::map<std::string, journal::Reader> readers_{};
  bool at_once_ = false;
};

}  // namespace proktor::medium
