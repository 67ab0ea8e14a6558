#pragma once
// Which stream continues which (docs/protocol.md, "Recovery"): a box that was restored goes on under a new stream, whose
// first entries are the older one's again. Both are kept; what is told of a participant is told once, by the newest, and
// what only an older one has is told as that. A claim is believed only when the older chain can be made again from
// the new one, and both are of one box and kegiatan. Reads the centre's store; one thread.

#include "sync/pusat/centre_store.hpp"

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace proktor::pusat {

struct Continuation {
  Bytes16 previous{};     // the older stream
  std::uint64_t lsn = 0;  // its entries up to here are in the new one
  TimeMs at_ms = 0;  // of the `restored` entry
  std::string older_genesis{};
  std::string problem{};  // why it is not believed; empty: it is
};

// What an older stream has beyond those that continue it.
struct Leftover {
  std::uint64_t entries = 0;                          // behind the place where the next one goes on
  std::map<std::string, std::uint64_t> lines{};       // by attempt: event lines, quarantine included, that no newer one has
  std::vector<std::string> differences{};             // lines of one attempt, epoch and seq with other bytes
  std::uint64_t line_count() const;
};

using EachEntry = std::function<Result<void>(std::function<void(journal::Entry const&)> const&)>;

// What a stream of these entries says of the one before it; nothing when it begins by itself. Compares the older
// chain, made again, with the hash that `restored` names.
Result<std::optional<Continuation>> read_continuation(EachEntry const& entries);

class Lineage {
 public:
  // Errors: storage_failed.
  static Result<Lineage> read(CentreStore& store, std::vector<StreamRow> const& rows);

  Continuation const* continuation(Bytes16 const& stream) const;  // null: it begins by itself
  Bytes16 const* continued_by(Bytes16 const& stream) const;       // null: nothing does
  bool continues(Bytes16 const& newer, Bytes16 const& older) const;  // directly or through others
  Leftover const* leftover(Bytes16 const& stream) const;          // null: nothing continues it
  // Every stream after all that continue it; otherwise in the order of `rows`.
  std::vector<std::size_t> const& newest_first() const { return newest_first_; }

 private:
  Result<void> check_with_older(CentreStore& store, StreamRow const& row, StreamRow const* older,
                                Continuation& continuation);
  void link(std::vector<StreamRow> const& rows);
  Result<void> find_leftovers(CentreStore& store, Bytes16 const& older);

  std::map<Bytes16, Continuation> continuations_;
  std::map<Bytes16, Bytes16> continued_by_;
  std::map<Bytes16, Leftover> leftovers_;
  std::vector<std::size_t> newest_first_;
};

}  // namespace proktor::pusat
