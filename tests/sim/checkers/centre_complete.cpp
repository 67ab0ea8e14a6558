// After healing everything that was acknowledged is at the centre: the stream is opened as far as the last act, entry by
// entry what the box has, every attempt's head worked out anew there; a stream that goes on from an older one is joined to
// it; and no receipt ever promised more than was kept.

#include "checkers.hpp"

#include "core/json_fields.hpp"
#include "sync/pusat/lineage.hpp"
#include "sync/pusat/opener.hpp"

#include <fmt/format.h>

namespace proktor::sim {
namespace {

struct AtCentre {
  std::map<std::string, std::vector<journal::Entry>> streams{};  // by hex id
  std::string unjoined{};                                        // why the box's stream does not continue the older one
  bool joined = false;
};

Result<AtCentre> opened_at(Evidence const& evidence) {
  auto opener = pusat::Opener::create(evidence.authority.keys, evidence.centre.data());
  if (!opener) return opener.error();
  auto const done = opener->run_once();
  if (!done) return done.error();
  auto store = pusat::CentreStore::open_read_only(evidence.centre.data());
  if (!store) return store.error();
  auto const rows = store->streams();
  if (!rows) return rows.error();
  AtCentre out;
  for (auto const& row : *rows) {
    if (!row.problem.empty()) return fail(Errc::segment_invalid, row.problem);
    auto& entries = out.streams[hex(row.stream)];
    auto const read = store->each_entry(row.stream, [&](journal::Entry const& entry) { entries.push_back(entry); });
    if (!read) return read.error();
  }
  auto const lineage = pusat::Lineage::read(*store, *rows);
  if (!lineage) return lineage.error();
  if (auto const* claim = lineage->continuation(evidence.box.handle().stream)) {
    out.joined = claim->problem.empty();
    out.unjoined = claim->problem;
  }
  return out;
}

}  // namespace

void check_centre_complete(Evidence const& evidence) {
  // A disk that lies takes back what was sealed already; the stream then stops for a person to look.
  if (evidence.plan.lying_syncs > 0) return;
  auto const blame = [&](std::string const& what) { evidence.world.blame("centre_complete", what); };
  auto centre = opened_at(evidence);
  if (!centre) return blame(describe(centre.error()));
  auto const& opened = centre->streams[hex(evidence.box.handle().stream)];
  auto const& own = evidence.journal.entries;
  std::uint64_t wanted = 0;
  for (auto const& entry : own) {
    if (entry.kind != "receipt" && entry.kind != "alive") wanted = entry.lsn;
    if (entry.kind != "receipt") continue;
    evidence.world.reach(Rare::receipt_taken);
    auto const promised = core::JsonFields(entry.bytes).natural("contiguous");
    auto const kept = centre->streams[entry.subject].size();
    if (promised > kept) return blame(fmt::format("a receipt for {} while the centre has {}", promised, kept));
  }
  if (opened.size() < wanted) blame(fmt::format("the centre has {} of {} entries", opened.size(), wanted));
  for (std::size_t i = 0; i < std::min(opened.size(), own.size()); ++i) {
    if (opened[i].hash != own[i].hash) return blame(fmt::format("entry {} differs at the centre", i + 1));
  }
  if (own.empty() || core::JsonFields(own.front().bytes).text_or("previous_stream").empty()) return;
  if (!centre->joined) return blame("the new stream does not continue the older one: " + centre->unjoined);
  evidence.world.reach(Rare::continuation_at_centre);
}

}  // namespace proktor::sim
