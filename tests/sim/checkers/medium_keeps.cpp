// What the second medium was seen to hold always comes back: when the box starts with that stick in it, whatever became
// of its own journal; and at the end from every stick, whatever happened to the stick.

#include "checkers.hpp"

#include "core/json_fields.hpp"
#include "medium/entries.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace proktor::sim {
namespace {

// The journal goes on from `stream`, or is it.
bool goes_on_from(Evidence const& evidence, Bytes16 const& stream) {
  if (stream == evidence.box.handle().stream) return true;
  auto const& first = evidence.journal.entries.front();
  return core::JsonFields(first.bytes).text_or("previous_stream") == hex(stream);
}

// The stick was in while the box ran with less than it holds: nothing is written to that file any more, and an alarm says so.
bool was_set_aside(Evidence const& evidence, std::string const& folder, Bytes16 const& stream) {
  medium::DirectFiles files(folder);
  if (!files.look()) return false;
  auto const names = files.list(fmt::format("{}/{}/{}", medium::top_folder, evidence.authority.box.box, exam_folder));
  return names && std::ranges::any_of(*names, [&](auto const& name) { return name.starts_with(hex(stream) + ".medium."); });
}

void check_start(Evidence const& evidence) {
  auto const& port = *evidence.port;
  for (auto const& entry : evidence.journal.entries) {
    bool const from_it = entry.kind == "restored" && entry.bytes.find("medium") != std::string::npos;
    if (from_it) evidence.world.reach(Rare::rebuilt_from_medium);
  }
  if (!port.answers() || evidence.journal.entries.empty()) return;
  for (auto const& [stream, digests] : port.promised(*port.plugged())) {
    if (stream != evidence.earlier_stream) continue;
    auto const& entries = evidence.journal.entries;
    // A disk that lies can forget that the journal was made again, or a box went on otherwise while the stick was out.
    bool const lying = evidence.plan.lying_syncs > 0;
    if (!goes_on_from(evidence, stream)) {
      if (lying) continue;
      return evidence.world.blame("medium_keeps", "the journal does not go on from " + hex(stream));
    }
    // The first entry of a new stream names the old one.
    for (std::size_t i = 1; i < digests.size(); ++i) {
      if (i < entries.size() && digest_of(entries[i]) == digests[i]) continue;
      if (lying && (i < entries.size() || was_set_aside(evidence, port.folder(*port.plugged()), stream))) break;
      return evidence.world.blame("medium_keeps", fmt::format("entry {} of {} that the stick had is not back", i + 1,
                                                              digests.size()));
    }
  }
}

// All files of a stream count: what was set aside is still there.
std::map<std::uint64_t, Bytes32> on_stick(Evidence const& evidence, medium::Files& files, Bytes16 const& stream) {
  auto const& box = evidence.authority.box;
  auto const folder = fmt::format("{}/{}/{}", medium::top_folder, box.box, exam_folder);
  std::map<std::uint64_t, Bytes32> found;
  auto const names = files.list(folder);
  if (!names) return found;
  for (auto const& name : *names) {
    if (!name.starts_with(hex(stream) + ".medium")) continue;
    medium::MediumEntries entries(files, fmt::format("{}/{}", folder, name), {box.roots, box.signer.key, box.signer.certificate});
    while (auto const entry = entries.next()) found[entry->lsn] = digest_of(*entry);
  }
  return found;
}

void check_sticks(Evidence const& evidence) {
  for (std::size_t stick = 0; stick < Port::stick_count; ++stick) {
    medium::DirectFiles files(evidence.port->folder(stick));
    if (!files.look()) continue;
    for (auto const& [stream, digests] : evidence.port->promised(stick)) {
      auto const found = on_stick(evidence, files, stream);
      for (std::size_t i = 0; i < digests.size(); ++i) {
        auto const entry = found.find(i + 1);
        if (entry != found.end() && entry->second == digests[i]) continue;
        return evidence.world.blame("medium_keeps", fmt::format("stick {} lost entry {} of {} of {}", stick, i + 1,
                                                                digests.size(), hex(stream)));
      }
    }
  }
}

}  // namespace

void check_medium_keeps(Evidence const& evidence) {
  if (evidence.port == nullptr) return;
  if (evidence.at_end) check_sticks(evidence);
  else check_start(evidence);
}

}  // namespace proktor::sim
