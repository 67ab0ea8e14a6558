// The second medium's follower on a stick, beside a box whose log grows, with a card file and a package to carry along.

#include "part.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "base/random.hpp"
#include "journal/journal.hpp"
#include "journal/writer.hpp"
#include "medium/entries.hpp"
#include "medium/follower.hpp"
#include "seal/recovery_key.hpp"

#include <cstdlib>
#include <optional>

namespace proktor::fault {
namespace {

namespace fs = std::filesystem;

constexpr std::uint64_t entries_count = 40;
constexpr std::uint64_t entries_per_step = 9;
constexpr int steps_max = 40;
std::string const folder = "kegiatan/uji";

// The box that is followed: made once, with all its entries; how far it counts as grown is said at each step.
struct Source {
  fs::path data;
  medium::Keys keys;
  Bytes16 stream{};
  std::vector<std::string> bytes{};  // by lsn - 1
  std::string package{};             // its name

  explicit Source(Material const& material) : data(material.place / "KOTAK-1") {
    auto const recovery = seal::make_recovery_key("KOTAK-1", sync::testing::now_s);
    bool good = recovery && write_file(data / "box/recovery.pem", recovery->certificate_pem) &&
                write_file(data / "box/recovery.key", *seal::lock_key(recovery->key_pem, "123"));
    SplitMix64 random(5);
    stream = random.bytes16();
    fs::create_directories(data / "packages");
    fs::create_directories(data / folder);
    good = good && append(random);
    good = good && write_file(data / folder / "cards.cms", std::string(3'000, 'k'));
    std::string package_bytes(600'000, 'p');
    for (auto& byte : package_bytes) byte = static_cast<char>(random.next());
    package = hex(sha256(package_bytes));
    good = good && write_file(data / "packages" / (package + ".paket"), package_bytes);
    auto read = medium::read_keys(data);
    if (!good || !read) std::abort();
    keys = std::move(*read);
  }

 private:
  bool append(Random& random) {
    ManualClock clock;
    journal::WriterOptions options;
    options.own_thread = false;
    options.post_to_owner = [](std::function<void()> const& task) { task(); };
    options.on_fatal = [](Error const&) { std::abort(); };
    journal::Writer writer(std::move(options), clock);
    auto const handle = writer.create(data / folder, stream);
    if (!handle) return false;
    core::NewEntries entries;
    for (std::uint64_t i = 0; i < entries_count; ++i) {
      bytes.push_back("{\"x\":" + std::to_string(i) + ",\"r\":\"" + hex(random.bytes16()) + "\"}");
      entries.push_back({i == 0 ? "genesis" : "note", "", bytes.back()});
    }
    bool done = false;
    writer.append(handle->id, std::move(entries), 0, [&done](auto const& outcome) { done = outcome.has_value(); });
    while (writer.step()) {
    }
    writer.stop();
    return done;
  }
};

class MediumPart final : public Part {
 public:
  MediumPart(Source const& source, fs::path root) : source_(source), root_(std::move(root)) {
    fs::create_directories(root_ / medium::top_folder);
  }

  bool act() override {
    if (!follower_) {
      files_ = std::make_unique<medium::DirectFiles>(root_);
      follower_ = std::make_unique<medium::Follower>(*files_, clock_, source_.keys, source_.data);
    }
    for (int i = 0; i < steps_max; ++i) {
      durable_ = std::min(durable_ + entries_per_step, entries_count);
      follower_->step({{folder, source_.stream, durable_}});
      clock_.advance(2'000);
      if (follower_->status().state != medium::State::in_step) continue;
      promised_ = follower_->watermark(folder);
      complete_ = true;
      if (promised_ == entries_count) return true;
    }
    return false;
  }

  void forget() override {
    follower_.reset();
    files_.reset();
  }

  std::string broken() override {
    medium::DirectFiles files(root_);
    if (auto const place = files.look(); !place || !place->present) return "the medium is not one any more";
    auto const top = std::string(medium::top_folder) + "/" + source_.keys.box + "/";
    medium::MediumEntries entries(files, top + medium::medium_path(folder, source_.stream),
                                  {source_.keys.roots, source_.keys.signer.key, source_.keys.signer.certificate});
    std::uint64_t last = 0;
    while (auto const entry = entries.next()) {
      if (entry->lsn != ++last || last > entries_count || entry->bytes != source_.bytes[last - 1])
        return "other entries than the box has";
    }
    if (last < promised_)
      return "in step to " + std::to_string(promised_) + ", holds " + std::to_string(last);
    if (!complete_) return {};
    auto const cards = medium::read_all(files, top + folder + "/cards.cms", 1U << 20U);
    if (!cards || cards->size() != 3'000) return "in step, and the cards are missing";
    for (auto const* name : {"box.cms", "recovery.key", "recovery.pem", "roots.pem", "BACA-SAYA.txt"})
      if (!files.size(top + name)) return std::string("in step, and missing: ") + name;
    auto const package = files.size(top + "packages/" + source_.package + ".medium");
    if (!package || *package < 600'000) return "in step, and the package is missing";
    return {};
  }

  std::uint64_t promised() const override { return promised_; }

 private:
  Source const& source_;
  fs::path root_;
  ManualClock clock_{};
  std::unique_ptr<medium::DirectFiles> files_{};
  std::unique_ptr<medium::Follower> follower_{};
  std::uint64_t durable_ = 1;
  std::uint64_t promised_ = 0;
  bool complete_ = false;
};

}  // namespace

std::unique_ptr<Part> make_medium(Material const& material, fs::path const& root) {
  static Source const source(material);
  return std::make_unique<MediumPart>(source, root);
}

}  // namespace proktor::fault
