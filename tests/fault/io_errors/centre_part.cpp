// The centre's two programs on its folder: the gateway, which takes what a box sends and gives receipts, and the opener,
// which files what was taken. The box asks where to go on and sends in pieces, as the sync program does.

#include "part.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "seal/role.hpp"
#include "sync/pusat/gateway.hpp"
#include "sync/pusat/opener.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <openssl/pem.h>

#include <array>
#include <map>
#include <optional>

namespace proktor::fault {
namespace {

namespace asio = boost::asio;
namespace fs = std::filesystem;

constexpr int tries = 5;
constexpr std::array<std::pair<std::uint64_t, std::uint64_t>, 2> ranges{{{1, 4}, {5, 9}}};

struct Sent {
  segment::SegmentHeader header;
  std::string file;
  std::string name;
  std::string digest;
};

std::string der_of(std::string const& pem) {
  BIO* const in = BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size()));
  X509* const certificate = PEM_read_bio_X509(in, nullptr, nullptr, nullptr);
  BIO_free(in);
  unsigned char* bytes = nullptr;
  int const size = i2d_X509(certificate, &bytes);
  X509_free(certificate);
  std::string out(reinterpret_cast<char const*>(bytes), static_cast<std::size_t>(std::max(size, 0)));
  OPENSSL_free(bytes);
  return out;
}

std::vector<Sent> const& all_of(Material const& material) {
  static std::vector<Sent> all;
  for (auto const& [first, last] : ranges) {
    if (all.size() == ranges.size()) break;
    auto file = sync::testing::seal_range(material.journal, material.box, first, last);
    auto const digest = hex(sha256(file));
    all.push_back({material.journal.header(first, last), std::move(file),
                   segment::segment_name({material.journal.stream(), first, last}), digest});
  }
  return all;
}

class GatewayPart final : public Part {
 public:
  GatewayPart(Material const& material, fs::path root)
      : material_(material), root_(std::move(root)), peer_(der_of(material.box.signer.certificate)) {}

  bool act() override {
    for (int i = 0; i < tries; ++i) {
      if (!gateway_ && !open()) continue;
      bool all = true;
      for (auto const& sent : all_of(material_)) all = all && send(sent);
      if (all) return true;
    }
    return false;
  }

  void forget() override { gateway_.reset(); }

  // What was receipted is at the centre, whole.
  std::string broken() override {
    auto store = pusat::SegmentStore::open(root_);
    if (!store) return "the store does not open: " + describe(store.error());
    for (auto const& sent : all_of(material_)) {
      auto const kept = store->find({material_.box.box, sent.name, sent.digest});
      if (!kept && receipted_.contains(sent.name)) return "what was receipted is not in the list";
      if (!kept) continue;
      auto const file = read_file(root_ / "segments" / hex(material_.journal.stream()) /
                                      pusat::stored_name(sent.name, sent.digest),
                                  segment::segment_file_bytes_max);
      if (!file || *file != sent.file) return "what is in the list is not there whole";
    }
    return wrong_;
  }

  std::uint64_t promised() const override { return receipted_.size(); }

 private:
  bool open() {
    auto store = pusat::SegmentStore::open(root_);
    if (store)
      gateway_ = std::make_unique<pusat::Gateway>(std::move(*store), material_.box.roots, receipt_key());
    return store.has_value();
  }

  segment::SigningKey const& receipt_key() const {
    static auto const key = material_.place.receipt_key();
    return key;
  }

  http::Response ask(http::Method method, Sent const& sent, http::Fields fields, std::string body) {
    http::Request request;
    request.method = method;
    request.path = "/v1/segments/" + sent.name;
    request.headers = std::move(fields);
    request.headers.emplace_back("Upload-Digest", sent.digest);
    request.peer.certificate_der = peer_;
    request.body = std::move(body);
    http::Response out;
    asio::io_context context;
    asio::co_spawn(context, gateway_->handle(std::move(request)),
                   [&out](std::exception_ptr const&, http::Response response) { out = std::move(response); });
    context.run();
    return out;
  }

  bool send(Sent const& sent) {
    if (receipted_.contains(sent.name)) return true;
    auto answer = ask(http::Method::head, sent, {}, {});
    std::uint64_t at = 0;
    for (int i = 0; i < 2 * tries; ++i) {
      if (answer.status == 200 && !std::get<std::string>(answer.body).empty()) return take(sent, answer);
      if (answer.status >= 400 && answer.status != 404 && answer.status != 409) return false;
      auto const said = http::find_field(answer.headers, "Upload-Offset");
      at = said.empty() ? 0 : std::stoull(std::string(said));
      if (at > sent.file.size()) return false;
      answer = ask(http::Method::patch, sent,
                   {{"Upload-Offset", std::to_string(at)}, {"Upload-Length", std::to_string(sent.file.size())}},
                   sent.file.substr(at, sent.file.size() / 3 + 1));
    }
    return false;
  }

  bool take(Sent const& sent, http::Response const& answer) {
    auto const receipt = segment::read_receipt(std::get<std::string>(answer.body), material_.box.roots,
                                               seal::build_time_floor_s);
    if (!receipt || !segment::receipt_matches(*receipt, sent.header)) {
      wrong_ = "a receipt that does not say what was sent";
      return false;
    }
    receipted_[sent.name] = receipt->contiguous;
    if (receipt->contiguous < sent.header.last) wrong_ = "a receipt that does not count its own segment";
    return true;
  }

  Material const& material_;
  fs::path root_;
  std::string peer_;
  std::unique_ptr<pusat::Gateway> gateway_{};
  std::map<std::string, std::uint64_t> receipted_{};
  std::string wrong_{};
};

class OpenerPart final : public Part {
 public:
  OpenerPart(Material const& material, fs::path root) : material_(material), root_(std::move(root)) {
    auto const folder = root_ / "segments" / hex(material.journal.stream());
    fs::create_directories(folder);
    for (auto const& sent : all_of(material))
      std::ignore = write_file(folder / pusat::stored_name(sent.name, sent.digest), sent.file);
  }

  // Its program ends at the first error and is started again.
  bool act() override {
    for (int i = 0; i < tries; ++i) {
      auto opener = pusat::Opener::create(material_.place / "keys", root_);
      if (!opener) continue;
      auto const done = opener->run_once();
      if (!done || opener->any_problem() || opened() != ranges.back().second) continue;
      opened_ = ranges.size();
      return true;
    }
    return false;
  }

  void forget() override {}

  std::string broken() override {
    auto store = pusat::CentreStore::open_read_only(root_);
    if (!store && store.error() == Errc::not_found && opened_ == 0) return {};
    if (!store) return "the store does not open: " + describe(store.error());
    auto const rows = store->streams();
    if (!rows) return "the store cannot be read: " + describe(rows.error());
    std::uint64_t last = 0;
    Bytes32 hash{};
    bool in_order = true;
    auto const read = store->each_entry(material_.journal.stream(), [&](journal::Entry const& entry) {
      in_order = in_order && entry.lsn == ++last;
      hash = entry.hash;
    });
    if (!read || !in_order) return "entries are missing";
    if (opened_ == ranges.size() && last != ranges.back().second) return "what was opened is gone";
    if (last > 0 && hash != material_.journal.header(last, last).hash) return "other entries than were sent";
    if (last > 0 && (rows->empty() || rows->front().opened != last)) return "half of a segment is filed";
    return {};
  }

  std::uint64_t promised() const override { return opened_; }

 private:
  std::uint64_t opened() {
    auto store = pusat::CentreStore::open_read_only(root_);
    auto const rows = store ? store->streams() : Result<std::vector<pusat::StreamRow>>(store.error());
    return rows && !rows->empty() ? rows->front().opened : 0;
  }

  Material const& material_;
  fs::path root_;
  std::uint64_t opened_ = 0;
};

}  // namespace

std::unique_ptr<Part> make_gateway(Material const& material, fs::path const& root) {
  return std::make_unique<GatewayPart>(material, root);
}

std::unique_ptr<Part> make_opener(Material const& material, fs::path const& root) {
  return std::make_unique<OpenerPart>(material, root);
}

}  // namespace proktor::fault
