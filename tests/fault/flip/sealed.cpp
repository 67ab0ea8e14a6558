#include "tests/fault/flip/sealed.hpp"

#include "base/file.hpp"
#include "medium/entries.hpp"
#include "medium/follower.hpp"
#include "provisioning/keys/enrol.hpp"
#include "provisioning/keys/keys.hpp"
#include "seal/recovery_key.hpp"
#include "segment/segment.hpp"
#include "tests/fault/flip/damage.hpp"

#include <cstdio>
#include <cstdlib>
#include <ctime>

namespace proktor::fault {
namespace fs = std::filesystem;

namespace {

constexpr char const* medium_name = "journal.medium";
constexpr char const* segment_name = "one.segment";
constexpr char const* receipt_name = "one.receipt";
constexpr int steps_max = 60;
constexpr std::size_t segment_entries = 400;
std::string const followed = "kegiatan/coba";

template <class T>
T must(Result<T> result) {
  if (!result) {
    std::fprintf(stderr, "flip: %s\n", describe(result.error()).c_str());
    std::abort();
  }
  if constexpr (!std::is_void_v<T>) return std::move(*result);
}

std::string text_of_file(fs::path const& path) { return must(read_file(path, std::size_t{64} << 20U)); }

// The follower until it has nothing to do. Returns the last state.
medium::Status follow(fs::path const& data, fs::path const& stick, Bytes16 const& stream, std::uint64_t lsn) {
  medium::DirectFiles files(stick);
  ManualClock clock;
  medium::Limits limits;
  limits.gather_entries = 128;
  limits.batch_bytes = std::size_t{32} << 10U;  // many frames
  medium::Follower follower(files, clock, must(medium::read_keys(data)), data, limits);
  for (int i = 0; i < steps_max; ++i) {
    follower.step({{followed, stream, lsn}});
    clock.advance(1'000);
  }
  return follower.status();
}

std::vector<journal::Entry> read_back(Sealed const& sealed, fs::path const& stick, std::uint64_t& damaged) {
  medium::DirectFiles files(stick);
  std::vector<journal::Entry> out;
  if (!files.look()) return out;
  medium::MediumEntries entries(files, sealed.medium_file, {sealed.roots, sealed.recovery_key, sealed.recovery_certificate});
  while (auto entry = entries.next()) out.push_back(std::move(*entry));
  damaged = entries.damaged_frames();
  return out;
}

bool all_are_right(Content const& content, std::vector<journal::Entry> const& found) {
  std::uint64_t last = 0;
  for (auto const& entry : found) {
    if (entry.lsn <= last || entry.lsn > content.entries.size() || !(entry == content.entries[entry.lsn - 1])) return false;
    last = entry.lsn;
  }
  return true;
}

void make_segment(Sealed& sealed, fs::path const& authority) {
  auto const keys = must(medium::read_keys(sealed.data));
  segment::SegmentHeader header{"dinas", "coba", keys.box, sealed.stream, 1, segment_entries, {}, {}};
  header.previous = journal::genesis_hash(sealed.stream);
  header.hash = sealed.content.entries[segment_entries - 1].hash;
  std::string plain;
  for (std::size_t i = 0; i < segment_entries; ++i) plain += journal::feed_line(sealed.content.entries[i]) + "\n";
  auto const file = must(segment::seal_segment(header, plain, keys.signer, sealed.centre_certificate));
  must(write_file(sealed.folder / segment_name, file));
  sealed.plain[segment_name] = plain;
  segment::SigningKey const centre{text_of_file(authority / "gateway/receipt.key"), text_of_file(authority / "gateway/receipt.pem"),
                                   text_of_file(authority / "gateway/receipt_chain.pem")};
  segment::Receipt const receipt{"dinas", "coba", keys.box, sealed.stream, 1, segment_entries, header.hash, segment_entries, 1};
  must(write_file(sealed.folder / receipt_name, must(segment::sign_receipt(receipt, centre))));
}

// What a segment says, or the code of its refusal.
Result<std::string> open_segment(Sealed const& sealed, std::string const& file) {
  auto const outer = segment::read_segment(file, sealed.roots, std::time(nullptr));
  if (!outer) return outer.error();
  return segment::open_envelope(outer->envelope, sealed.centre_key, sealed.centre_certificate);
}

Verdict judge_medium(Sealed const& sealed, fs::path const& damaged, fs::path const& work) {
  fs::remove_all(work);
  fs::copy(sealed.stick, work, fs::copy_options::recursive);
  fs::copy_file(damaged / medium_name, work / sealed.medium_file, fs::copy_options::overwrite_existing);
  std::uint64_t frames = 0;
  auto const first = read_back(sealed, work, frames);
  if (!all_are_right(sealed.content, first)) return {Outcome::violated, "the medium gives entries that are not the journal's"};
  auto const status = follow(sealed.data, work, sealed.stream, sealed.content.entries.size());
  std::uint64_t frames_left = 0;
  auto const then = read_back(sealed, work, frames_left);
  if (!all_are_right(sealed.content, then)) return {Outcome::violated, "the follower wrote entries that are not the journal's"};
  auto const told = " damaged frames " + std::to_string(frames) + ", " + std::string(medium::name_of(status.state)) + " " + status.detail + status.set_aside;
  bool const whole = first.size() == sealed.content.entries.size();
  if (whole && frames == 0) return {Outcome::no_effect, told};
  if (then.size() == sealed.content.entries.size()) return {Outcome::healed, told};
  bool const known = status.state == medium::State::failed || status.state == medium::State::foreign || frames_left > 0;
  return {known ? Outcome::behind : Outcome::violated, told + ", entries " + std::to_string(then.size())};
}

}  // namespace

Sealed make_sealed(fs::path const& root, Shape const& journal) {
  Sealed out{root / "box", root / "stick", root / "sealed"};
  auto const authority = root / "authority";
  must(keys::make_keys({authority, {}}, std::time(nullptr)));
  fs::create_directories(out.data);
  must(keys::enrol({authority, out.data, "KOTAK-1", "Kotak", {}, ""}, std::time(nullptr)));
  auto const recovery = must(seal::make_recovery_key("KOTAK-1", std::time(nullptr)));
  must(write_file(out.data / "box" / "recovery.pem", recovery.certificate_pem));
  must(write_file(out.data / "box" / "recovery.key", must(seal::lock_key(recovery.key_pem, "123"))));
  copy_files(journal.directory, out.data / followed);
  out.content = journal.content;
  {
    auto const reader = must(journal::Reader::open(out.data / followed));
    out.stream = reader.stream();
  }
  auto const keys = must(medium::read_keys(out.data));
  out.roots = keys.roots, out.recovery_key = recovery.key_pem, out.recovery_certificate = recovery.certificate_pem;
  out.centre_key = text_of_file(authority / "centre/centre.key"), out.centre_certificate = text_of_file(authority / "centre/centre.pem");
  fs::create_directories(out.stick / medium::top_folder);
  follow(out.data, out.stick, out.stream, out.content.entries.size());
  out.medium_file = std::string(medium::top_folder) + "/" + keys.box + "/" + medium::medium_path(followed, out.stream);
  fs::create_directories(out.folder);
  fs::copy_file(out.stick / out.medium_file, out.folder / medium_name);
  make_segment(out, authority);
  return out;
}

Verdict judge_sealed(Sealed const& sealed, fs::path const& damaged, std::string const& file, fs::path const& work) {
  if (file == medium_name) return judge_medium(sealed, damaged, work);
  auto const bytes = slurp(damaged / file);
  if (file == receipt_name) {
    auto const before = segment::read_receipt(slurp(sealed.folder / file), sealed.roots, std::time(nullptr));
    auto const after = segment::read_receipt(bytes, sealed.roots, std::time(nullptr));
    if (!before) return {Outcome::violated, "the undamaged receipt is refused: " + describe(before.error())};
    if (!after) return {Outcome::refused, describe(after.error())};
    return {*after == *before ? Outcome::no_effect : Outcome::violated, "receipt"};
  }
  auto const before = open_segment(sealed, slurp(sealed.folder / file));
  if (!before || *before != sealed.plain.at(file)) return {Outcome::violated, "the undamaged segment does not open"};
  auto const after = open_segment(sealed, bytes);
  if (!after) return {Outcome::refused, describe(after.error())};
  return {*after == *before ? Outcome::no_effect : Outcome::violated, "segment"};
}

}  // namespace proktor::fault
