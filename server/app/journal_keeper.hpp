#pragma once
// Opens the journals of the data directory, healing what is damaged with whatever is left of it (journal/rebuild.hpp),
// and keeps the second medium in step with them. What came back, and how, is told by alarms. I/O thread; the medium has
// its own (medium/medium.hpp).

#include "api/context.hpp"
#include "journal/rebuild.hpp"
#include "medium/entries.hpp"
#include "medium/medium.hpp"

#include <filesystem>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

namespace proktor::app {

class JournalKeeper {
 public:
  // `medium`: nothing when none is configured. `context` must outlive it.
  JournalKeeper(std::filesystem::path data, api::Context& context, std::unique_ptr<medium::Medium> medium);

  // The medium's first look: at most 2 s.
  void look_at_medium_first();

  // Kegiatan that this box's medium has entries of, and the data directory not even a folder.
  std::vector<std::string> lost_events();
  // Makes that folder again: journal, cards, receipts. Nothing stays behind on an error.
  Result<void> bring_back(std::string const& folder);

  // Writes that package anew from the medium. Errors: package_invalid (the medium has it not, or is not there).
  Result<void> bring_package(std::string const& sha256_hex);

  // Opens the journal in `folder` of the data directory. Nothing when there is none, nor any trace of one. Errors:
  // those of Writer::open, when it cannot be healed.
  Result<std::optional<journal::JournalHandle>> open(std::string const& folder);

  // A journal that opened but cannot be read: the next start heals it. Gives the error that leads there.
  Error suspect(std::string const& folder, Error const& why);
  // The writer met the damage, in one of them. Any thread.
  void suspect_all(Error const& why);

  // From now on the medium follows it.
  void watch(std::string const& folder, journal::JournalHandle const& handle);
  void start_following();

  // Takes the medium's state into the context and its alarms. Four times a second.
  void tell();

 private:
  struct Watched {
    std::string folder;
    Bytes16 stream;
    journal::JournalId id;
  };

  std::string on_medium(std::string const& folder) const;
  medium::Reading reading() const;
  std::unique_ptr<journal::EntrySource> medium_source(std::string const& folder);
  bool is_our_medium();
  Result<void> bring_files(std::string const& folder);
  void take_tail(std::string const& folder);
  void leave_lost_tail(std::string const& folder);
  Result<void> heal(std::string const& folder);
  std::vector<medium::Followed> followed();

  std::filesystem::path data_;
  api::Context& context_;
  std::optional<medium::Keys> keys_{};
  medium::Files* files_ = nullptr;  // at start, while the medium answers
  std::mutex mutex_;
  std::vector<Watched> watched_;
  std::unique_ptr<medium::Medium> medium_;  // last: its thread uses all of the above
};

}  // namespace proktor::app
