#pragma once
// Makes a journal again, as a new stream, from what sources give together: docs/protocol.md, "Recovery". The
// old files are never changed: they get other names once the new ones are complete. Whole or nothing at any
// instant: the new database takes the name `journal.db.rebuilt` last, and from there on finish_rebuild() only
// renames. Blocks; one thread, which holds the data lock; no connection to the journal may be open.

#include "base/clock.hpp"
#include "base/result.hpp"
#include "journal/entry_source.hpp"
#include "journal/journal.hpp"

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace proktor::journal {

using EntrySources = std::vector<std::unique_ptr<EntrySource>>;

// The longest chain that the sources give together.
struct SoundChain {
  Bytes16 stream{};
  Head head{};
  TimeMs last_at_ms = 0;  // of its last entry
  std::int64_t x_ms = 0;  // the greatest exam time in it
  std::uint64_t term = 0;
  std::string first_bytes{};             // of lsn 1
  std::vector<std::string> sources{};    // those that gave at least one entry
};

// Reads all sources to the end of the chain of `stream`. A source of another stream is not looked at. Errors:
// journal_corrupt (no entry at all, or two sources go on differently from one place).
Result<SoundChain> find_chain(EntrySources& sources, Bytes16 const& stream);

struct Rebuilt {
  SoundChain from{};
  Bytes16 stream{};
  Head head{};  // of the `restored` entry
};

// Writes the chain into `directory` (made when missing) as `stream`, and puts it in the place of what is
// there. Errors: those of find_chain, storage_full, storage_failed, io_error; nothing has changed then.
Result<Rebuilt> rebuild(std::filesystem::path const& directory, EntrySources& sources, SoundChain const& chain,
                        Bytes16 const& stream, TimeMs at_ms);

// In place: what the directory still holds and `others` (a second medium) give together. The old stream is
// what the sources agree on, the directory's own first. Errors: as rebuild.
Result<Rebuilt> rebuild_in_place(std::filesystem::path const& directory, EntrySources others,
                                 Bytes16 const& stream, TimeMs at_ms);

// A lost tail: appends what `source` has beyond the end of the journal in `directory`, as it is, when its chain
// goes on from there; the copy gets it at the next open. Returns how many entries that were. Errors:
// journal_corrupt (the source has another entry where both have one; nothing is changed), and those of
// opening.
Result<std::uint64_t> append_tail(std::filesystem::path const& directory, EntrySource& source);

// How many entries were there beyond what database and copy give: the mark, a segment in the spool or a receipt of the
// centre tells of them. Such a journal goes on as a new stream only, or their lsn would be given twice. Errors: those
// of opening.
Result<std::uint64_t> lost_tail(std::filesystem::path const& directory);

// Completes a rebuild that was cut short behind its last file, or rolls back what only a writer can; otherwise does
// nothing. Before a journal is opened or read. Errors: io_error.
Result<void> finish_rebuild(std::filesystem::path const& directory);

// A mark in the directory: something in it could not be read. The next start looks at everything before it opens
// the journal. Lost marks do no harm: the same damage is met again.
void mark_suspect(std::filesystem::path const& directory);
void clear_suspect(std::filesystem::path const& directory);
bool is_suspect(std::filesystem::path const& directory);

}  // namespace proktor::journal
