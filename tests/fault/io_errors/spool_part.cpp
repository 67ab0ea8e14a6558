// The box's spool, as the sync program uses it: segments are sealed, sent, receipted and delivered. After a failed seal it
// reads the folder anew, and when that fails too it may seal another range.

#include "part.hpp"

#include "base/file.hpp"
#include "sync/agent/spool.hpp"

#include <map>
#include <optional>

namespace proktor::fault {
namespace {

namespace fs = std::filesystem;

constexpr int tries = 4;
constexpr std::uint64_t last_lsn = 9;

struct Range {
  std::uint64_t first;
  std::uint64_t last;
  auto operator<=>(Range const&) const = default;
};

class SpoolPart final : public Part {
 public:
  SpoolPart(Material const& material, fs::path root) : material_(material), root_(std::move(root)) {}

  bool act() override {
    for (int i = 0; i < tries; ++i) {
      if (!spool_ && !open()) continue;
      if (seal() && send()) return true;
    }
    return false;
  }

  void forget() override { spool_.reset(); }

  std::string broken() override {
    auto const spool = sync::Spool::open(root_, material_.journal.stream(), material_.box.roots);
    if (!spool) return "the spool does not open: " + describe(spool.error());
    std::map<Range, sync::SpooledSegment> here;
    for (auto const& segment : spool->segments()) {
      Range const range{segment.first, segment.last};
      here[range] = segment;
      auto const file = spool->read(segment);
      if (!file || *file != sealed(range)) return "a segment that is not what was sealed";
      if (!segment.receipted) continue;
      auto const receipt = spool->read_receipt_file(segment);
      if (!receipt || *receipt != receipt_of(range)) return "a receipt that is not what came";
    }
    for (auto const& range : sealed_)
      if (!here.contains(range)) return "a segment that was sealed is gone";
    for (auto const& range : receipted_)
      if (!here[range].receipted) return "a receipt is gone";
    for (auto const& range : delivered_)
      if (!here[range].delivered) return "a delivery is forgotten";
    return {};
  }

  std::uint64_t promised() const override { return sealed_.size() + receipted_.size() + delivered_.size(); }

 private:
  bool open() {
    auto spool = sync::Spool::open(root_, material_.journal.stream(), material_.box.roots);
    if (spool) spool_ = std::move(*spool);
    return spool.has_value();
  }

  bool seal() {
    while (spool_->last() < last_lsn) {
      // Meanwhile more has come: the next try takes more.
      Range const range{spool_->last() + 1, std::min(spool_->last() + 3 + attempts_++ % 3, last_lsn)};
      if (spool_->add(material_.journal.header(range.first, range.last), sealed(range))) {
        sealed_.push_back(range);
      } else {
        open();
        return false;
      }
    }
    return true;
  }

  bool send() {
    while (auto const next = spool_->next_to_send()) {
      Range const range{next->first, next->last};
      auto const file = spool_->read(*next);
      if (!file || *file != sealed(range) || !spool_->add_receipt(*next, receipt_of(range))) return false;
      receipted_.push_back(range);
    }
    while (auto const next = spool_->next_to_deliver()) {
      if (!spool_->mark_delivered(*next)) return false;
      delivered_.push_back({next->first, next->last});
    }
    return true;
  }

  std::string const& sealed(Range const& range) {
    static std::map<Range, std::string> known;
    auto& file = known[range];
    if (file.empty()) file = sync::testing::seal_range(material_.journal, material_.box, range.first, range.last);
    return file;
  }
  static std::string receipt_of(Range const& range) {
    return "tanda terima " + std::to_string(range.first) + "-" + std::to_string(range.last);
  }

  Material const& material_;
  fs::path root_;
  std::optional<sync::Spool> spool_{};
  std::uint64_t attempts_ = 0;
  std::vector<Range> sealed_{};
  std::vector<Range> receipted_{};
  std::vector<Range> delivered_{};
};

}  // namespace

std::unique_ptr<Part> make_spool(Material const& material, fs::path const& root) {
  return std::make_unique<SpoolPart>(material, root);
}

}  // namespace proktor::fault
