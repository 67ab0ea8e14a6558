#pragma once
// The writing side of one journal: its only read/write connection, its projector, its copy, its checkpoints.
// Owned by the writer's thread alone; writer.cpp says when, this says how.

#include "core/entry.hpp"
#include "journal/copy_file.hpp"
#include "journal/durable_mark.hpp"
#include "journal/projector.hpp"
#include "journal/schema.hpp"
#include "journal/writer.hpp"

#include <memory>
#include <optional>
#include <string>

namespace proktor::journal {

class Store {
 public:
  static Result<std::unique_ptr<Store>> create(std::filesystem::path const& directory, Bytes16 const& stream);
  static Result<std::unique_ptr<Store>> open(std::filesystem::path const& directory);

  JournalHandle const& handle() const { return handle_; }  // as found at open; the id is the writer's
  Head const& head() const { return head_; }               // durable

  // begin, add …, commit: one transaction. After an error of any of them roll_back(); only storage_full
  // leaves the store fit for use, and everything since begin() is undone then.
  Result<void> begin();
  Result<void> add(core::NewEntry entry, std::uint64_t term, TimeMs at_ms);
  std::uint64_t next_lsn() const { return next_.lsn + 1; }
  Result<void> commit();
  void roll_back();

  // Appends what the copy lacks, when a retry is due. Errors: storage_failed, io_error.
  Result<void> retry_copy(DurationMs now_ms, DurationMs interval_ms);
  bool copy_behind() const { return copy_behind_; }

  std::uint64_t wal_bytes() const;
  bool checkpoint_due(WriterOptions const& options, bool idle) const;
  // Errors as of SQLite; storage_full: the write-ahead log just goes on.
  Result<void> checkpoint(WriterOptions const& options);
  bool checkpoint_failed() const { return checkpoint_failed_; }

  // Records how far all is known to hold, so that the next start checks little; then checkpoints.
  Result<void> finish();

 private:
  Store(Database database, Projector projector, Statement insert, CopyFile copy);
  static Result<std::unique_ptr<Store>> load(std::filesystem::path const& directory);
  Result<void> settle(std::filesystem::path const& directory);
  Result<void> open_mark(std::filesystem::path const& directory);
  Result<void> append_to_copy();
  Result<void> mark_checked();
  Result<void> record_mark();

  Database database_;
  Projector projector_;
  Statement insert_;
  CopyFile copy_;
  std::optional<DurableMark> mark_{};  // none: there was no space for it
  JournalHandle handle_{};
  Head head_{};  // durable
  Head next_{};  // with what the open transaction has added
  std::optional<Transaction> transaction_{};
  std::string records_{};       // of the open transaction, for the copy
  std::uint64_t copy_lsn_ = 0;  // the last entry that the copy has
  bool copy_behind_ = false;
  DurationMs copy_tried_ms_ = 0;
  std::optional<Checked> checked_{};      // to be recorded with the next commit
  std::uint64_t checkpointed_pages_ = 0;  // of the current write-ahead log
  std::uint64_t tried_pages_ = 0;         // its length at the last attempt
  bool checkpoint_failed_ = false;
};

}  // namespace proktor::journal
