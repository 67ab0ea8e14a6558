#pragma once
// A journal as the second medium holds it, for reading: opens frame after frame with one of the two keys. What is
// torn or damaged is left out and counted. One thread.

#include "journal/entry_source.hpp"
#include "medium/files.hpp"

#include <cstdint>
#include <deque>
#include <string>
#include <vector>

namespace proktor::medium {

struct Reading {
  std::string roots{};        // who may have signed
  std::string key{};          // of a recipient
  std::string certificate{};
};

class MediumEntries final : public journal::EntrySource {
 public:
  // `path`: of the .medium file. `files` must outlive it.
  MediumEntries(Files& files, std::string path, Reading reading);

  std::string_view name() const override { return "medium"; }
  std::optional<Bytes16> stream() const override { return stream_; }
  void rewind() override;
  std::optional<journal::Entry> next() override;

  // Goes to the newest frame and back from there until one begins at or before `lsn`: what comes next() then
  // includes all that the file has from `lsn` on. False: its end is torn, read it whole.
  bool seek(std::uint64_t lsn);
  // By the newest frame's signed header. Empty: there is none, or the end is torn.
  std::optional<std::uint64_t> last_lsn();

  std::uint64_t damaged_frames() const { return damaged_; }  // met so far
  std::optional<Error> const& failure() const { return failure_; }  // the medium did not answer, or was pulled

 private:
  bool fill();
  void open_frame(std::string const& sealed);
  std::optional<std::uint64_t> sound_behind(std::uint64_t offset);
  template <class T>
  std::optional<T> taken(Result<std::optional<T>> result);

  Files& files_;
  std::string path_;
  Reading reading_;
  std::optional<Bytes16> stream_{};
  std::uint64_t size_ = 0;
  std::uint64_t offset_ = 0;
  std::deque<journal::Entry> waiting_{};
  std::uint64_t damaged_ = 0;
  std::optional<Error> failure_{};
};

// The streams whose files lie in `folder` of the medium. Errors: as Files.
Result<std::vector<Bytes16>> streams_in(Files& files, std::string const& folder);
// The one that no other goes on from (`restored` entries tell); of several the one written last. Reads them all.
// Errors: as Files.
Result<std::optional<Bytes16>> newest_stream(Files& files, std::string const& folder, Reading const& reading);

std::string medium_path(std::string const& folder, Bytes16 const& stream);

}  // namespace proktor::medium
