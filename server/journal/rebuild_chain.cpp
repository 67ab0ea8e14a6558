// The longest sound chain in several damaged sources.

#include "core/chain.hpp"
#include "journal/rebuild.hpp"
#include "journal/rebuild_walk.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>

namespace proktor::journal {
namespace {

std::int64_t exam_time_of(Entry const& entry) {
  if (entry.kind == "event" || entry.kind == "quarantine") {
    auto const subject = core::parse_subject(entry.subject);
    return subject ? subject->x_ms : 0;
  }
  boost::system::error_code error;
  auto const value = boost::json::parse(entry.bytes, error);
  auto const* object = error ? nullptr : value.if_object();
  auto const* x = object == nullptr ? nullptr : object->if_contains("x");
  return x != nullptr && x->is_int64() ? x->get_int64() : 0;
}

}  // namespace

ChainWalk::ChainWalk(EntrySources& sources, Bytes16 const& stream) : head_{0, genesis_hash(stream)} {
  for (auto const& source : sources) {
    if (source->stream().value_or(stream) != stream) continue;
    source->rewind();
    heads_.push_back({source.get(), source->next(), false});
  }
}

Result<std::optional<Entry>> ChainWalk::next() {
  std::optional<Entry> found;
  for (auto& from : heads_) {
    while (from.waiting && from.waiting->lsn <= head_.lsn) from.waiting = from.source->next();
    if (!from.waiting || from.waiting->lsn != head_.lsn + 1) continue;
    if (entry_hash(head_.hash, *from.waiting) != from.waiting->hash) continue;
    if (found && found->hash != from.waiting->hash)
      return fail(Errc::journal_corrupt, "the sources differ at lsn " + std::to_string(head_.lsn + 1));
    from.gave = from.gave || !found;
    if (!found) found = from.waiting;
  }
  if (found) head_ = {found->lsn, found->hash};
  return found;
}

std::vector<std::string> ChainWalk::sources() const {
  std::vector<std::string> names;
  for (auto const& from : heads_) {
    if (from.gave) names.emplace_back(from.source->name());
  }
  return names;
}

Result<SoundChain> find_chain(EntrySources& sources, Bytes16 const& stream) {
  ChainWalk walk(sources, stream);
  SoundChain chain;
  chain.stream = stream;
  for (;;) {
    auto const entry = walk.next();
    if (!entry) return entry.error();
    if (!*entry) break;
    if ((*entry)->lsn == 1) chain.first_bytes = (*entry)->bytes;
    chain.last_at_ms = (*entry)->at_ms;
    chain.term = (*entry)->term;
    chain.x_ms = std::max(chain.x_ms, exam_time_of(**entry));
  }
  chain.head = walk.head();
  chain.sources = walk.sources();
  if (chain.head.lsn == 0) return fail(Errc::journal_corrupt, "no sound beginning is left");
  return chain;
}

}  // namespace proktor::journal
