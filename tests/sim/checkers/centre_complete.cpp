// After healing everything that was acknowledged is at the centre: the stream is opened as far as the last act, entry by
// entry what the box has, every attempt's head worked out anew there; and no receipt ever promised more than was kept.

#include "checkers.hpp"

#include "core/json_fields.hpp"
#include "sync/pusat/centre_store.hpp"
#include "sync/pusat/opener.hpp"

#include <fmt/format.h>

namespace proktor::sim {
namespace {

Result<std::vector<journal::Entry>> opened_at(Centre const& centre, Authority const& authority) {
  auto opener = pusat::Opener::create(authority.keys, centre.data());
  if (!opener) return opener.error();
  auto const done = opener->run_once();
  if (!done) return done.error();
  auto store = pusat::CentreStore::open_read_only(centre.data());
  if (!store) return store.error();
  auto const streams = store->streams();
  if (!streams) return streams.error();
  std::vector<journal::Entry> entries;
  for (auto const& stream : *streams) {
    if (!stream.problem.empty()) return fail(Errc::segment_invalid, stream.problem);
    auto const read = store->each_entry(stream.stream, [&](journal::Entry const& entry) { entries.push_back(entry); });
    if (!read) return read.error();
  }
  return entries;
}

}  // namespace

void check_centre_complete(Evidence const& evidence) {
  // A disk that lies takes back what was sealed already; the stream then stops for a person to look.
  if (evidence.plan.lying_syncs > 0) return;
  auto const opened = opened_at(evidence.centre, evidence.authority);
  if (!opened) return evidence.world.blame("centre_complete", describe(opened.error()));
  auto const& own = evidence.journal.entries;
  std::uint64_t wanted = 0;
  for (auto const& entry : own) {
    if (entry.kind != "receipt" && entry.kind != "alive") wanted = entry.lsn;
    if (entry.kind != "receipt") continue;
    evidence.world.reach(Rare::receipt_taken);
    core::JsonFields f(entry.bytes);
    if (f.natural("contiguous") > opened->size()) {
      return evidence.world.blame("centre_complete", fmt::format("a receipt for {} while the centre has {}",
                                                                 f.natural("contiguous"), opened->size()));
    }
  }
  if (opened->size() < wanted) {
    evidence.world.blame("centre_complete", fmt::format("the centre has {} of {} entries", opened->size(), wanted));
  }
  for (std::size_t i = 0; i < std::min(opened->size(), own.size()); ++i) {
    if ((*opened)[i].hash != own[i].hash) {
      return evidence.world.blame("centre_complete", fmt::format("entry {} differs at the centre", i + 1));
    }
  }
}

}  // namespace proktor::sim
