#include "sync/pusat/lineage.hpp"

#include "core/json_fields.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

namespace proktor::pusat {
namespace {

namespace json = boost::json;

struct Restored {
  Bytes16 from{};
  std::uint64_t lsn = 0;
  Bytes32 hash{};
};

std::optional<Restored> read_restored(journal::Entry const& entry) {
  core::JsonFields fields(entry.bytes);
  auto const from = unhex16(fields.text("from_stream"));
  auto const hash = unhex32(fields.text("hash"));
  auto const lsn = fields.natural("lsn");
  if (!fields.ok() || !from || !hash || lsn == 0 || lsn + 1 != entry.lsn) return std::nullopt;
  return Restored{*from, lsn, *hash};
}

// The first entry as the older stream had it.
std::string older_genesis(json::object genesis, Restored const& claim, Restored const* earlier) {
  genesis["stream"] = hex(claim.from);
  if (earlier != nullptr) {
    genesis["previous_head"] = hex(earlier->hash);
    genesis["previous_stream"] = hex(earlier->from);
    return json::serialize(genesis);
  }
  if (auto const* const first = genesis.if_contains("event_previous_head"))
    genesis["previous_head"] = json::value(*first);
  else
    genesis.stable_erase("previous_head");
  genesis.stable_erase("event_previous_head");
  genesis.stable_erase("previous_stream");
  return json::serialize(genesis);
}

// The older stream's hash at `through`, made again from the new stream's entries.
Result<Bytes32> older_hash(EachEntry const& entries, std::string const& genesis, Bytes16 const& older,
                           std::uint64_t through) {
  Bytes32 hash = journal::genesis_hash(older);
  auto const read = entries([&](journal::Entry const& entry) {
    if (entry.lsn > through) return;
    journal::Entry before = entry;
    if (entry.lsn == 1) before.bytes = genesis;
    hash = journal::entry_hash(hash, before);
  });
  if (!read) return read.error();
  return hash;
}

struct Claim {
  std::string genesis{};
  std::string previous{};
  std::vector<std::pair<Restored, TimeMs>> restored{};
  bool unreadable = false;
};

Result<Claim> read_claim(EachEntry const& entries) {
  Claim claim;
  auto const read = entries([&](journal::Entry const& entry) {
    if (entry.lsn == 1 && entry.kind == "genesis") {
      claim.genesis = entry.bytes;
      claim.previous = core::JsonFields(entry.bytes).text_or("previous_stream");
    } else if (entry.kind == "restored") {
      auto const one = read_restored(entry);
      claim.unreadable = claim.unreadable || !one;
      if (one) claim.restored.emplace_back(*one, entry.at_ms);
    }
  });
  if (!read) return read.error();
  return claim;
}

// "attempt term.n seq" of an event's subject.
std::string place_of(std::string const& subject) {
  std::size_t end = 0;
  for (int spaces = 0; end < subject.size() && (subject[end] != ' ' || ++spaces < 3); ++end) continue;
  return subject.substr(0, end);
}

bool is_line(journal::Entry const& entry) { return entry.kind == "event" || entry.kind == "quarantine"; }

}  // namespace

std::uint64_t Leftover::line_count() const {
  std::uint64_t sum = 0;
  for (auto const& [attempt, count] : lines) sum += count;
  return sum;
}

Result<std::optional<Continuation>> read_continuation(EachEntry const& entries) {
  auto const claim = read_claim(entries);
  if (!claim) return claim.error();
  auto const previous = unhex16(claim->previous);
  if (claim->previous.empty() && claim->restored.empty()) return std::optional<Continuation>();
  Continuation out;
  out.previous = previous.value_or(Bytes16{});
  if (!previous || claim->unreadable || claim->restored.empty() || claim->restored.back().first.from != *previous) {
    out.problem = "no restored entry for the stream that genesis names (has come)";
    return std::optional<Continuation>(std::move(out));
  }
  auto const& [last, at_ms] = claim->restored.back();
  auto const* const earlier = claim->restored.size() > 1 ? &claim->restored[claim->restored.size() - 2].first : nullptr;
  out.lsn = last.lsn;
  out.at_ms = at_ms;
  out.older_genesis = older_genesis(json::parse(claim->genesis).as_object(), last, earlier);
  auto const hash = older_hash(entries, out.older_genesis, *previous, last.lsn);
  if (!hash) return hash.error();
  if (*hash != last.hash) out.problem = "the older chain cannot be made again from this stream";
  return std::optional<Continuation>(std::move(out));
}

Result<Lineage> Lineage::read(CentreStore& store, std::vector<StreamRow> const& rows) {
  Lineage lineage;
  for (StreamRow const& row : rows) {
    auto const each = [&](auto const& callback) { return store.each_entry(row.stream, callback); };
    auto found = read_continuation(each);
    if (!found) return found.error();
    if (!*found) continue;
    auto const older = std::ranges::find(rows, (*found)->previous, &StreamRow::stream);
    auto const checked = lineage.check_with_older(store, row, older == rows.end() ? nullptr : &*older, **found);
    if (!checked) return checked.error();
    lineage.continuations_.emplace(row.stream, std::move(**found));
  }
  lineage.link(rows);
  for (auto const& [older, newer] : lineage.continued_by_)
    if (auto const done = lineage.find_leftovers(store, older); !done) return done.error();
  return lineage;
}

// The newer stream's claim holds by itself; the older one may be here, whole or in part, and then must agree.
Result<void> Lineage::check_with_older(CentreStore& store, StreamRow const& row, StreamRow const* older,
                                       Continuation& continuation) {
  if (older == nullptr || !continuation.problem.empty()) return {};
  if (older->box != row.box || older->event != row.event || older->organiser != row.organiser) {
    continuation.problem = fmt::format("the older stream is of box {}, kegiatan {}", older->box, older->event);
    return {};
  }
  auto const through = std::min(older->opened, continuation.lsn);
  if (through == 0) return {};
  auto const each = [&](auto const& callback) { return store.each_entry(row.stream, callback); };
  auto const ours = older_hash(each, continuation.older_genesis, older->stream, through);
  if (!ours) return ours.error();
  auto const theirs = store.hash_at(older->stream, through);
  if (!theirs) return theirs.error();
  if (*ours != *theirs) continuation.problem = fmt::format("the older stream has other entries up to {}", through);
  return {};
}

void Lineage::link(std::vector<StreamRow> const& rows) {
  for (auto& [stream, continuation] : continuations_) {
    if (!continuation.problem.empty() || continuation.previous == stream) continue;
    auto const [found, made] = continued_by_.try_emplace(continuation.previous, stream);
    if (made) continue;
    // Two boxes were restored from one: both go on, the later one tells.
    auto& other = continuations_.at(found->second);
    bool const newer = continuation.at_ms > other.at_ms;
    (newer ? other : continuation).problem = "another stream continues the same one, and later";
    if (newer) found->second = stream;
  }
  std::vector<std::pair<std::size_t, std::size_t>> order;  // how many continue it, place in rows
  for (std::size_t i = 0; i < rows.size(); ++i) {
    std::size_t depth = 0;
    for (auto const* next = continued_by(rows[i].stream); next != nullptr && depth <= rows.size(); ++depth)
      next = continued_by(*next);
    order.emplace_back(depth, i);
  }
  std::ranges::sort(order);
  for (auto const& [depth, place] : order) newest_first_.push_back(place);
}

Result<void> Lineage::find_leftovers(CentreStore& store, Bytes16 const& older) {
  Leftover leftover;
  std::map<std::string, std::string> lines;
  std::uint64_t const through = continuations_.at(continued_by_.at(older)).lsn;
  auto const read = store.each_entry(older, [&](journal::Entry const& entry) {
    if (entry.lsn <= through) return;
    ++leftover.entries;
    if (is_line(entry)) lines.emplace(place_of(entry.subject), entry.bytes);
  });
  if (!read) return read;
  std::set<Bytes16> seen = {older};
  for (auto const* next = continued_by(older); next != nullptr && seen.insert(*next).second; next = continued_by(*next)) {
    auto const compared = store.each_entry(*next, [&](journal::Entry const& entry) {
      auto const found = is_line(entry) ? lines.find(place_of(entry.subject)) : lines.end();
      if (found == lines.end()) return;
      if (found->second == entry.bytes)
        lines.erase(found);
      else
        leftover.differences.push_back(found->first);
    });
    if (!compared) return compared;
  }
  for (auto const& [place, line] : lines) ++leftover.lines[place.substr(0, place.find(' '))];
  leftovers_.emplace(older, std::move(leftover));
  return {};
}

Continuation const* Lineage::continuation(Bytes16 const& stream) const {
  auto const found = continuations_.find(stream);
  return found == continuations_.end() ? nullptr : &found->second;
}

Bytes16 const* Lineage::continued_by(Bytes16 const& stream) const {
  auto const found = continued_by_.find(stream);
  return found == continued_by_.end() ? nullptr : &found->second;
}

bool Lineage::continues(Bytes16 const& newer, Bytes16 const& older) const {
  std::set<Bytes16> seen;  // claims may go round in a circle
  for (auto const* next = continued_by(older); next != nullptr && seen.insert(*next).second; next = continued_by(*next))
    if (*next == newer) return true;
  return false;
}

Leftover const* Lineage::leftover(Bytes16 const& stream) const {
  auto const found = leftovers_.find(stream);
  return found == leftovers_.end() ? nullptr : &found->second;
}

}  // namespace proktor::pusat
