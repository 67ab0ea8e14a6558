// Power cuts on the way of a segment: sealed into the box's spool, sent, kept by the centre, receipted,
// delivered. Power fails at every single operation of the one side and of the other, also after a kill. Held:
// what was sent stays in the spool byte for byte (a range is never sealed twice differently), what was
// receipted is at the centre byte for byte, and after a restart everything goes its way to the end.
//
//   fault_segment_way [--seed S] [--count IMAGES]   (images for each operation; --count 0: 3)

#include "disk.hpp"
#include "experiment.hpp"
#include "tests/unit/sync/world.hpp"

#include "base/crypto.hpp"
#include "sync/agent/spool.hpp"
#include "sync/pusat/segment_store.hpp"

#include <iostream>
#include <map>

using namespace proktor;
using namespace proktor::fault;

namespace {

namespace fs = std::filesystem;

struct Range {
  std::uint64_t first;
  std::uint64_t last;
  auto operator<=>(Range const&) const = default;
};
constexpr std::array<Range, 2> ranges{{{1, 4}, {5, 9}}};

struct Material {
  sync::testing::Place place{};
  sync::BoxFiles box = place.enrol("KOTAK-1");
  sync::testing::TestJournal journal{"KOTAK-1", 6};
  std::map<Range, std::string> files{};

  Material() {
    journal.add_people(8);
    for (auto const& range : ranges)
      files[range] = sync::testing::seal_range(journal, box, range.first, range.last);
  }
};

// Both sides, as their programs use them; stops at the first error, as they do.
class Way {
 public:
  Way(Experiment& experiment, Material const& material, fs::path const& root, bool cuts_centre)
      : experiment_(experiment),
        material_(material),
        spool_(root / "box"),
        centre_(root / "centre"),
        cuts_centre_(cuts_centre) {
    fs::create_directories(spool_);
    fs::create_directories(centre_);
  }
  fs::path const& modelled() const { return cuts_centre_ ? centre_ : spool_; }

  // True: all the way.
  bool go() {
    auto spool = sync::Spool::open(spool_, material_.journal.stream(), material_.box.roots);
    if (!spool) return false;
    for (auto const& range : ranges) {
      if (range.first != spool->last() + 1) continue;
      if (!spool->add(material_.journal.header(range.first, range.last), material_.files.at(range)))
        return false;
    }
    auto store = pusat::SegmentStore::open(centre_);
    if (!store) return false;
    while (auto const next = spool->next_to_send()) {
      auto const file = spool->read(*next);
      if (!file || !send(*store, {next->first, next->last}, *file)) return false;
      if (!spool->add_receipt(*next, "tanda terima")) return false;
    }
    while (auto const next = spool->next_to_deliver())
      if (!spool->mark_delivered(*next)) return false;
    return !disk::is_cut();
  }

  // What was promised is there.
  std::string broken() const {
    auto spool = sync::Spool::open(spool_, material_.journal.stream(), material_.box.roots);
    if (!spool) return "the spool does not open: " + describe(spool.error());
    for (auto const& [range, file] : sent_) {
      auto const here = spool->read({range.first, range.last});
      if (!here || *here != file) return "a segment that was sent is not in the spool";
    }
    auto store = pusat::SegmentStore::open(centre_);
    if (!store) return "the centre does not open: " + describe(store.error());
    for (auto const& [range, file] : receipted_) {
      auto const upload = upload_of(range, file);
      if (!store->find(upload)) return "a segment that was receipted is not in the centre's list";
      auto const here = read_file(centre_ / "segments" / hex(material_.journal.stream()) /
                                      pusat::stored_name(upload.name, upload.digest),
                                  1U << 24U);
      if (!here || *here != file) return "a segment that was receipted is not at the centre";
    }
    return {};
  }

  std::size_t receipted() const { return receipted_.size(); }

 private:
  pusat::Upload upload_of(Range const& range, std::string const& file) const {
    return {"KOTAK-1", segment::segment_name({material_.journal.stream(), range.first, range.last}),
            hex(sha256(file))};
  }

  bool send(pusat::SegmentStore& store, Range const& range, std::string const& file) {
    if (!cuts_centre_ && disk::is_cut()) return false;
    auto const upload = upload_of(range, file);
    sent_[range] = file;
    if (!store.find(upload)) {
      for (auto here = store.uploaded(upload); !here || *here < file.size(); here = store.uploaded(upload)) {
        if (!here || !store.append(upload, *here, std::string_view(file).substr(*here, file.size() / 3 + 1)))
          return false;
      }
      // The gateway looks at the whole of it first; what a cut has spoiled comes again from the start.
      auto const whole = store.read_upload(upload);
      if (!whole) return false;
      if (*whole != file) {
        store.drop_upload(upload);
        return !disk::is_cut() && send(store, range, file);
      }
      auto const kept = store.keep(material_.journal.header(range.first, range.last), upload, *whole, 1);
      if (!kept || kept->fork) return false;
    }
    if (cuts_centre_ && disk::is_cut()) return false;
    receipted_[range] = file;
    return true;
  }

  Experiment& experiment_;
  Material const& material_;
  fs::path spool_;
  fs::path centre_;
  bool cuts_centre_;
  std::map<Range, std::string> sent_{};
  std::map<Range, std::string> receipted_{};
};

struct Trial {
  bool centre;
  std::uint64_t kill;  // 0: none
  std::uint64_t cut;
  std::uint64_t seed;
};

// False: the way was over before the operation.
bool run(Experiment& experiment, Material const& material, Trial const& trial) {
  Folder folder;
  Way way(experiment, material, folder.path(), trial.centre);
  disk::start(way.modelled(), trial.seed * 7'919 + trial.kill * 131 + trial.cut);
  if (trial.kill > 0) {
    disk::kill_at(trial.kill);
    std::ignore = way.go();
    bool const reached = disk::is_cut();
    disk::revive();
    if (!reached) return disk::stop(), false;
  }
  disk::cut_at(trial.cut);
  std::ignore = way.go();
  bool const reached = disk::is_cut();
  if (!reached) disk::cut_now();
  disk::restore_image();
  auto wrong = way.broken();
  if (wrong.empty() && !way.go()) wrong = "does not go on to the end";
  if (wrong.empty()) wrong = way.broken();
  disk::stop();
  ++experiment["trials"];
  experiment["acknowledged"] += way.receipted();
  if (!wrong.empty()) {
    experiment.violation(std::string(trial.centre ? "centre" : "box") + ", killed at " +
                             std::to_string(trial.kill) + ", cut at " + std::to_string(trial.cut) + ": " +
                             wrong,
                         "fault_segment_way --seed " + std::to_string(trial.seed));
  }
  return reached;
}

}  // namespace

int main(int argc, char** argv) {
  auto const arguments = parse(argc, argv, 0);
  Experiment experiment("segment-way", arguments);
  Material const material;
  auto const images = arguments.count == 0 ? 3 : arguments.count;
  for (bool const centre : {false, true}) {
    for (std::uint64_t image = 0; image < images; ++image) {
      auto const seed = arguments.seed + image;
      for (std::uint64_t cut = 1; run(experiment, material, {centre, 0, cut, seed}); ++cut) {
      }
      for (std::uint64_t kill = 1; kill < 200 && experiment["violations"] < 20; ++kill) {
        bool const reached = run(experiment, material, {centre, kill, 1 + (kill * 5 + image) % 7, seed});
        if (!reached && kill > 100) break;
      }
    }
  }
  return experiment.finish();
}
