#include "cutting_proxy.hpp"
#include "world.hpp"

#include "base/crypto.hpp"
#include "base/random.hpp"
#include "seal/role.hpp"
#include "sync/agent/uploader.hpp"
#include "tests/support/result_text.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

#include <iterator>
#include <string>

using namespace proktor;
using namespace proktor::sync;
using namespace proktor::sync::testing;
namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

http::TlsContext client_tls(BoxFiles const& box) {
  return *http::make_client_tls(box.roots, box.signer.certificate + box.signer.chain, box.signer.key,
                                seal::build_time_floor_s);
}

http::Endpoint at_port(std::uint16_t port) {
  http::Endpoint endpoint;
  endpoint.host = "localhost";
  endpoint.port = port;
  return endpoint;
}

// A box's uploader on a thread of its own.
class Sender {
 public:
  Sender(BoxFiles const& box, std::uint16_t port) {
    loop_.run([&] {
      context_ = std::make_unique<Context>();
      context_->executor = loop_.executor();
      context_->box = box;
      context_->centre = Centre{at_port(port), client_tls(box)};
      context_->config.chunk_bytes_first = 1024;
      context_->config.chunk_bytes_max = 8192;
      uploader_ = std::make_unique<Uploader>(*context_);
    });
  }
  ~Sender() {
    loop_.run([this] { uploader_.reset(); });
  }
  SendOutcome send(std::string const& file) {
    auto work = [this, file]() -> asio::awaitable<SendOutcome> { co_return co_await uploader_->send(file); };
    return asio::co_spawn(loop_.executor(), std::move(work), asio::use_future).get();
  }

 private:
  Loop loop_;
  std::unique_ptr<Context> context_;
  std::unique_ptr<Uploader> uploader_;
};

http::ClientResponse ask(BoxFiles const& box, std::uint16_t port, http::Method method, std::string const& target,
                         http::Fields headers = {}, std::string body = {}) {
  http::ClientRequest request;
  request.method = method;
  request.target = target;
  request.headers = std::move(headers);
  request.body = std::move(body);
  request.content_type = "application/octet-stream";
  auto response = http::send_blocking(at_port(port), client_tls(box), std::move(request));
  REQUIRE(response);
  return *response;
}

http::ClientResponse patch(BoxFiles const& box, std::uint16_t port, std::string const& name, std::string const& file,
                           std::size_t offset, std::size_t count) {
  return ask(box, port, http::Method::patch, "/v1/segments/" + name,
             {{"Upload-Offset", std::to_string(offset)},
              {"Upload-Length", std::to_string(file.size())},
              {"Upload-Digest", hex(sha256(file))}},
             file.substr(offset, count));
}

std::string name_of(TestJournal const& journal, std::uint64_t first, std::uint64_t last) {
  return segment_name({journal.stream(), first, last});
}

std::size_t files_in(fs::path const& directory) {
  if (!fs::exists(directory)) return 0;
  std::size_t count = 0;
  for (auto const& entry : fs::recursive_directory_iterator(directory)) count += entry.is_regular_file() ? 1U : 0U;
  return count;
}

// One entry of about `bytes` that does not compress.
void add_noise(TestJournal& journal, SplitMix64& random, std::size_t bytes) {
  std::string raw(bytes, '\0');
  for (char& c : raw) c = static_cast<char>(random.below(256));
  journal.add("evidence", "x 0.1 1", "{\"line\":\"" + base64url(bytes_of(raw)) + "\"}");
}

}  // namespace

TEST_CASE("An upload cut at any byte, either way, goes on and ends in one segment and a good receipt") {
  constexpr int cuts_each_way = 32;
  constexpr std::uint64_t seed = 11;
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal journal("KOTAK-1", seed);
  SplitMix64 random(seed);
  TestCentre const centre(place, "pusat");
  CuttingProxy proxy(centre.port());
  int cut = 0;
  for (Direction const direction : {Direction::to_server, Direction::to_client}) {
    std::int64_t const span = direction == Direction::to_server ? 14'000 : 5'000;
    for (int i = 0; i < cuts_each_way; ++i) {
      add_noise(journal, random, 6'000);
      std::uint64_t const lsn = journal.last() - 1;
      std::string const file = seal_range(journal, box, lsn, lsn);
      std::int64_t const at = span * i / cuts_each_way + static_cast<std::int64_t>(random.below(100));
      proxy.arm(direction, at);
      Sender sender(box, proxy.port());
      SendOutcome outcome;
      int tries = 0;
      do outcome = sender.send(file);
      while (outcome.state == SendState::later && ++tries < 10);
      INFO("seed " << seed << " direction " << static_cast<int>(direction) << " cut at " << at << ": " << outcome.error);
      REQUIRE(outcome.state == SendState::done);
      auto const receipt = read_receipt(outcome.receipt, place.roots(), seal::build_time_floor_s);
      REQUIRE(receipt);
      CHECK(receipt_matches(*receipt, journal.header(lsn, lsn)));
      CHECK(receipt->contiguous == lsn);
      cut += proxy.has_cut() ? 1 : 0;
    }
  }
  CHECK(cut > cuts_each_way);  // most offsets fall inside the exchange
  CHECK(files_in(place / "pusat/segments") == 2U * cuts_each_way);
  CHECK(files_in(place / "pusat/incoming") == 0);
}

TEST_CASE("A segment that is there already gives its receipt again, and is kept once") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal journal("KOTAK-1", 12);
  journal.add_people(2);
  TestCentre const centre(place, "pusat");
  std::string const file = seal_range(journal, box, 1, 3);
  for (int i = 0; i < 3; ++i) {
    Sender sender(box, centre.port());
    CHECK(sender.send(file).state == SendState::done);
  }
  // The same range and hash, sealed once more: the same segment.
  Sender sender(box, centre.port());
  CHECK(sender.send(seal_range(journal, box, 1, 3)).state == SendState::done);
  CHECK(files_in(place / "pusat/segments") == 1);
  CHECK(files_in(place / "pusat/incoming") == 0);
}

TEST_CASE("Segments may come in any order; contiguous tells what is whole") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal journal("KOTAK-1", 13);
  journal.add_people(10);
  TestCentre const centre(place, "pusat");
  auto contiguous_after = [&](std::uint64_t first, std::uint64_t last) {
    Sender sender(box, centre.port());
    auto const outcome = sender.send(seal_range(journal, box, first, last));
    REQUIRE(outcome.state == SendState::done);
    return read_receipt(outcome.receipt, place.roots(), seal::build_time_floor_s)->contiguous;
  };
  CHECK(contiguous_after(4, 6) == 0);
  CHECK(contiguous_after(9, 11) == 0);
  CHECK(contiguous_after(1, 3) == 6);
  CHECK(contiguous_after(7, 8) == 11);
}

TEST_CASE("Two segments for one range: both are kept and neither gets a receipt") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal one("KOTAK-1", 14);
  TestJournal other("KOTAK-1", 14);  // the same stream, as on a cloned disk
  one.add_people(3);
  other.add_people(4);
  TestCentre const centre(place, "pusat");
  Sender sender(box, centre.port());
  std::string const shared = seal_range(one, box, 1, 3);
  REQUIRE(sender.send(shared).state == SendState::done);
  one.add("login", "0000000001", R"({"sesi":"s1"})");
  other.add("login", "0000000002", R"({"sesi":"s1"})");
  std::string const first = seal_range(one, box, 4, 7);
  std::string const second = seal_range(other, box, 4, 8);
  REQUIRE(sender.send(first).state == SendState::done);
  auto const forked = sender.send(second);
  CHECK(forked.state == SendState::refused);
  CHECK(forked.receipt.empty());
  CHECK(sender.send(first).state == SendState::refused);
  CHECK(sender.send(second).state == SendState::refused);
  auto const again = sender.send(shared);
  REQUIRE(again.state == SendState::done);
  CHECK(read_receipt(again.receipt, place.roots(), seal::build_time_floor_s)->contiguous == 3);
  CHECK(files_in(place / "pusat/segments") == 3);
  // A continuation that does not join the hash before it is a fork too, although no lsn is there twice.
  Sender sender_two(box, centre.port());
  TestJournal third("KOTAK-1", 15);
  TestJournal fourth("KOTAK-1", 15);
  third.add_people(1);
  fourth.add_people(2);
  fourth.add("login", "0000000001", "{}");
  REQUIRE(sender_two.send(seal_range(third, box, 1, 4)).state == SendState::done);
  REQUIRE(sender_two.send(seal_range(fourth, box, 6, 6)).state == SendState::done);
  third.add("login", "0000000009", "{}");
  CHECK(sender_two.send(seal_range(third, box, 5, 5)).state == SendState::refused);
}

TEST_CASE("A box that sends another's stream, or a damaged or misnamed file, changes nothing") {
  Place const place;
  BoxFiles const one = place.enrol("KOTAK-1");
  BoxFiles const other = place.enrol("KOTAK-2");
  TestJournal journal("KOTAK-1", 16);
  journal.add_people(3);
  TestCentre const centre(place, "pusat");
  Sender sender(one, centre.port());
  REQUIRE(sender.send(seal_range(journal, one, 1, 3)).state == SendState::done);
  // The stream is box 1's; box 2 signs a continuation in its own name.
  Sender thief(other, centre.port());
  CHECK(thief.send(seal_range(journal, other, 4, 5)).state == SendState::refused);

  std::string const name = name_of(journal, 4, 5);
  std::string file = seal_range(journal, one, 4, 5);
  std::string damaged = file;
  damaged[damaged.size() / 2] ^= 1;
  CHECK(patch(one, centre.port(), name, damaged, 0, damaged.size()).status == 422);
  CHECK(patch(one, centre.port(), name_of(journal, 4, 6), file, 0, file.size()).status == 422);
  // What arrives is not what was announced: the sender starts over at 0.
  auto const announced = ask(one, centre.port(), http::Method::patch, "/v1/segments/" + name,
                             {{"Upload-Offset", "0"},
                              {"Upload-Length", std::to_string(damaged.size())},
                              {"Upload-Digest", hex(sha256(file))}},
                             damaged);
  CHECK(announced.status == 409);
  CHECK(announced.header("Upload-Offset") == "0");
  CHECK(files_in(place / "pusat/segments") == 1);
  CHECK(files_in(place / "pusat/incoming") == 0);
  CHECK(sender.send(file).state == SendState::done);
}

TEST_CASE("The gateway tells the true offset and refuses what it cannot place") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestJournal journal("KOTAK-1", 17);
  journal.add_people(30);
  TestCentre const centre(place, "pusat");
  std::string const name = name_of(journal, 1, 32);
  std::string const file = seal_range(journal, box, 1, 32);
  http::Fields const digest = {{"Upload-Digest", hex(sha256(file))}};
  std::string const target = "/v1/segments/" + name;
  CHECK(ask(box, centre.port(), http::Method::head, target, digest).status == 404);
  auto const partial = patch(box, centre.port(), name, file, 0, 700);
  CHECK(partial.status == 204);
  CHECK(partial.header("Upload-Offset") == "700");
  CHECK(ask(box, centre.port(), http::Method::head, target, digest).header("Upload-Offset") == "700");
  auto const ahead = patch(box, centre.port(), name, file, 900, 100);
  CHECK(ahead.status == 409);
  CHECK(ahead.header("Upload-Offset") == "700");
  CHECK(patch(box, centre.port(), name, file, 0, 700).status == 409);
  // Another file under the same name starts at its own beginning.
  CHECK(ask(box, centre.port(), http::Method::head, target, {{"Upload-Digest", std::string(64, 'a')}}).status == 404);
  CHECK(patch(box, centre.port(), name, file, 700, file.size()).status == 200);
  auto const whole = ask(box, centre.port(), http::Method::head, target, digest);
  CHECK(whole.header("Upload-Offset") == std::to_string(file.size()));

  for (std::string const& bad : {std::string("/v1/segments/x.segment"), std::string("/v1/segments/"),
                                 "/v1/segments/..%2f" + name, target + "x"})
    CHECK(ask(box, centre.port(), http::Method::head, bad, digest).status >= 400);
  CHECK(ask(box, centre.port(), http::Method::head, target).status == 400);
  CHECK(ask(box, centre.port(), http::Method::get, target, digest).status == 405);
  CHECK(ask(box, centre.port(), http::Method::get, "/v1/other").status == 404);
  http::Fields fields = {{"Upload-Offset", "0"}, {"Upload-Length", "99999999999"}, digest[0]};
  CHECK(ask(box, centre.port(), http::Method::patch, target, fields, "x").status == 400);
  fields[1].second = "-1";
  CHECK(ask(box, centre.port(), http::Method::patch, target, fields, "x").status == 400);
  fields[1].second = "1";
  CHECK(ask(box, centre.port(), http::Method::patch, target, fields, "xx").status == 400);
}

TEST_CASE("Without a box's certificate there is no gateway") {
  Place const place;
  BoxFiles const box = place.enrol("KOTAK-1");
  TestCentre const centre(place, "pusat");
  http::ClientRequest request;
  request.target = "/v1/hello";
  CHECK(ask(box, centre.port(), http::Method::get, "/v1/hello").status == 200);
  auto const nobody = http::send_blocking(at_port(centre.port()), *http::make_client_tls(box.roots), request);
  CHECK((!nobody || nobody->status == 403));
  SigningKey const receipt = place.receipt_key();
  auto const wrong_role = http::send_blocking(
      at_port(centre.port()),
      *http::make_client_tls(box.roots, receipt.certificate + receipt.chain, receipt.key, seal::build_time_floor_s),
      request);
  CHECK((!wrong_role || wrong_role->status == 403));
  Place const stranger;
  BoxFiles const foreign = stranger.enrol("KOTAK-1");
  auto const unknown = http::send_blocking(
      at_port(centre.port()),
      *http::make_client_tls(box.roots, foreign.signer.certificate + foreign.signer.chain, foreign.signer.key,
                             seal::build_time_floor_s),
      request);
  CHECK((!unknown || unknown->status == 403));
}
