#include "sync/pusat/owners.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <tuple>

namespace proktor::pusat {
namespace {

// An acknowledged answer stays one when the medium that a spare was restored from lacked it and the page was off by then.
bool goes_on(AttemptRow const& older, AttemptRow const& newer, Lineage const& lineage) {
  auto const* leftover = lineage.leftover(older.stream);
  return older.epoch == newer.epoch && older.seq > newer.seq && leftover != nullptr &&
         std::ranges::none_of(leftover->differences,
                              [&](std::string const& place) { return place.starts_with(older.attempt + " "); });
}

bool tells(AttemptRow const& row, std::vector<AttemptRow const*> const& rows, Lineage const& lineage) {
  return std::ranges::all_of(rows, [&](AttemptRow const* other) {
    if (lineage.continues(other->stream, row.stream)) return goes_on(row, *other, lineage);
    return !lineage.continues(row.stream, other->stream) || !goes_on(*other, row, lineage);
  });
}

void settle(std::vector<AttemptRow const*> const& all, Lineage const& lineage, Owners& owners) {
  std::vector<AttemptRow const*> rows;
  std::ranges::copy_if(all, std::back_inserter(rows), [&](AttemptRow const* row) { return tells(*row, all, lineage); });
  auto const best = *std::ranges::max_element(
      rows, {}, [](AttemptRow const* row) { return std::make_tuple(row->epoch, row->seq, row->stream); });
  owners.streams[best->attempt] = best->stream;
  for (auto const* row : rows) {
    if (row == best) continue;
    owners.split.push_back(fmt::format("{}: in streams {} and {}; the result is of the first", row->attempt,
                                       hex(best->stream), hex(row->stream)));
  }
}

}  // namespace

Result<Owners> find_owners(CentreStore& store, std::vector<StreamRow> const& streams, Lineage const& lineage) {
  auto rows = store.attempts();
  if (!rows) return rows.error();
  std::erase_if(*rows, [&](AttemptRow const& row) {
    return std::ranges::find(streams, row.stream, &StreamRow::stream) == streams.end();
  });
  Owners owners;
  for (auto row = rows->begin(); row != rows->end();) {
    std::vector<AttemptRow const*> same;
    for (std::string const& attempt = row->attempt; row != rows->end() && row->attempt == attempt; ++row)
      same.push_back(&*row);
    settle(same, lineage, owners);
  }
  return owners;
}

}  // namespace proktor::pusat
