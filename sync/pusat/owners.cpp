#include "sync/pusat/owners.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <tuple>
#include <utility>

namespace proktor::pusat {
namespace {

void settle(std::vector<AttemptRow const*> rows, Lineage const& lineage, Owners& owners) {
  std::erase_if(rows, [&](AttemptRow const* row) {
    for (auto const* next = lineage.continued_by(row->stream); next != nullptr; next = lineage.continued_by(*next)) {
      if (std::ranges::find(rows, *next, &AttemptRow::stream) != rows.end()) return true;
    }
    return false;
  });
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
    settle(std::move(same), lineage, owners);
  }
  return owners;
}

}  // namespace proktor::pusat
