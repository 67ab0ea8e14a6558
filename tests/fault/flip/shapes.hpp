#pragma once
// The journals that get damaged: one kegiatan with pupils, a change of PC, quarantined lines, hand-ins and receipts,
// kept at three moments. Made once by the real store, with an oracle of everything that was acknowledged.

#include "journal/reader.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace proktor::fault {

// What every reader of the journal must see; all of it was acknowledged.
struct Content {
  std::vector<journal::Entry> entries{};
  std::vector<journal::Entry> acts{};
  std::vector<journal::Mark> marks{};
  std::vector<journal::LatestRow> latest{};
};

struct Shape {
  std::string name;
  std::filesystem::path directory;
  std::filesystem::path older;  // the same files some hundred commits before
  bool cut = false;  // the copy ends before the database
  Content content{};
  std::vector<std::string> records{};  // of the entries, as the copy has them
};

// "checkpointed", "copy-behind" (250 commits in the write-ahead log, of which the copy lacks the last) and "busy" (1,000).
std::vector<Shape> make_shapes(std::filesystem::path const& root, std::uint64_t seed);

Result<Content> read_content(std::filesystem::path const& directory);
// Empty: none. Entries beyond do not count; `served`: only what a state is loaded from.
std::string difference(Content const& expected, Content const& found, bool served);
void copy_files(std::filesystem::path const& from, std::filesystem::path const& to);

}  // namespace proktor::fault
