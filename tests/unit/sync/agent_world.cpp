#include "agent_world.hpp"

#include "seal/role.hpp"
#include "tests/support/result_text.hpp"
#include "upload_support.hpp"

#include <fmt/format.h>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/json.hpp>

#include <algorithm>

namespace proktor::sync::testing {

namespace asio = boost::asio;
namespace fs = std::filesystem;
using std::chrono::milliseconds;

namespace {

std::string query(std::string const& target, std::string const& name) {
  auto const at = target.find(name + "=");
  REQUIRE(at != std::string::npos);
  auto const from = at + name.size() + 1;
  return target.substr(from, target.find('&', from) - from);
}

}  // namespace

Answer reply(int status, std::string body, http::Fields headers) {
  http::ClientResponse response;
  response.status = status;
  response.headers = std::move(headers);
  response.body = std::move(body);
  return response;
}

class AgentWorld::ScriptedLink final : public http::Link {
 public:
  ScriptedLink(AgentWorld& world, Peer peer) : world_(world), peer_(peer) {}
  asio::awaitable<Answer> send(http::ClientRequest request) override {
    co_await asio::post(world_.context_, asio::use_awaitable);
    auto answer = world_.answer(peer_, request);
    if (answer && answer->ok() && request.on_body) {
      std::string const body = std::move(answer->body);
      constexpr std::size_t piece_bytes = 700;  // a line comes in pieces
      for (std::size_t at = 0; at < body.size(); at += piece_bytes)
        if (auto taken = request.on_body(std::string_view(body).substr(at, piece_bytes)); !taken) co_return taken.error();
    }
    co_return answer;
  }
  void close() override {}

 private:
  AgentWorld& world_;
  Peer peer_;
};

AgentWorld::AgentWorld(std::uint64_t seed)
    : box(place.enrol("KOTAK-1")), journal("KOTAK-1", seed), certificate_der_(der_of(box.signer.certificate)) {
  config.box_dir = place / "KOTAK-1/box";
  config.spool_dir = place / "spool";
  config.segment_bytes_max = 3'000;
  config.segment_interval = config.backoff_first = config.backoff_max = config.refused_retry = config.local_retry =
      config.status_interval = milliseconds(1);
  config.chunk_bytes_first = 1'024;
  config.chunk_bytes_max = 4'096;
  auto keys = pusat::load_gateway_keys(place / "keys");
  auto store = pusat::SegmentStore::open(place / "pusat");
  REQUIRE(keys);
  REQUIRE(store);
  gateway_ = std::make_unique<pusat::Gateway>(std::move(*store), keys->roots, keys->receipt);
  journal.add_people(2);
  journal.add_attempt(1, 12);
  journal.add("sitting-closed", "s1", "{}");
  ended_at = journal.last();
}

AgentWorld::~AgentWorld() { stop(); }

void AgentWorld::start() {
  Context context;
  context.executor = context_.get_executor();
  context.config = config;
  context.box = box;
  context.centre = Centre{at_port(1), client_tls(box)};
  context.link = [this](Peer peer) { return std::make_unique<ScriptedLink>(*this, peer); };
  auto agent = Agent::create(std::move(context));
  REQUIRE(agent);
  agent_ = std::move(*agent);
  agent_->start();
}

void AgentWorld::stop() {
  if (!agent_) return;
  agent_->stop();
  context_.restart();
  context_.run();
  agent_.reset();
}

bool AgentWorld::until(std::function<bool()> const& done, milliseconds patience) {
  auto const end = std::chrono::steady_clock::now() + patience;
  context_.restart();
  while (!done() && std::chrono::steady_clock::now() < end) context_.run_one_for(milliseconds(50));
  return done();
}

bool AgentWorld::until_state(std::string const& state, std::string const& error) {
  return until([&] {
    return status.find("\"state\":\"" + state + "\"") != std::string::npos && status.find(error) != std::string::npos;
  });
}

Answer AgentWorld::answer(Peer peer, http::ClientRequest const& request) {
  ++asked[std::string(http::name_of(request.method)) + " " + request.target.substr(0, request.target.find('?'))];
  if (peer == Peer::control && request.target == "/v1/sync-status") status = request.body;
  if (trouble)
    if (auto other = trouble(peer, request, [&] { return true_answer(peer, request); })) return std::move(*other);
  return true_answer(peer, request);
}

Answer AgentWorld::true_answer(Peer peer, http::ClientRequest const& request) {
  if (peer == Peer::centre) return of_centre(request);
  if (request.target == "/v1/journals") {
    return reply(200, fmt::format(R"([{{"journal":"latihan-uji","stream":"{}","organiser":"nasional",)"
                                  R"("event":"latihan-uji","last_lsn":{},"last_hash":"","open":true}}])",
                                  hex(journal.stream()), journal.last()));
  }
  if (request.target.starts_with("/v1/feed")) return reply(200, journal.lines(std::stoull(query(request.target, "after")), 50));
  if (request.target == "/v1/receipts") {
    receipts_.push_back(request.body);
    journal.add("receipt", hex(journal.stream()), "{}");
  }
  return reply(200, "{}");
}

Answer AgentWorld::of_centre(http::ClientRequest const& request) {
  http::Request asked_for;
  asked_for.method = request.method;
  asked_for.path = request.target;
  asked_for.headers = request.headers;
  asked_for.body = request.body;
  asked_for.peer.certificate_der = certificate_der_;
  asio::io_context own(1);
  auto done = asio::co_spawn(own, gateway_->handle(std::move(asked_for)), asio::use_future);
  own.run();
  auto response = done.get();
  auto const* body = std::get_if<std::string>(&response.body);
  return reply(response.status, body == nullptr ? std::string() : *body, response.headers);
}

std::uint64_t AgentWorld::received() const {
  std::uint64_t through = 0;
  for (auto const& file : receipts_) {
    auto const receipt = segment::read_receipt(file, box.roots, seal::build_time_floor_s);
    REQUIRE(receipt);
    CHECK(receipt->hash == journal.header(receipt->first, receipt->last).hash);
    through = std::max(through, receipt->contiguous);
  }
  return through;
}

std::string AgentWorld::kept() const {
  std::map<std::uint64_t, std::string> parts;
  auto const folder = place / "pusat" / "segments" / hex(journal.stream());
  auto const text = [this](char const* name) { return *read_file(place / "keys/centre" / name, 100'000); };
  for (auto const& entry : fs::directory_iterator(folder)) {
    auto const file = read_file(entry.path(), segment::segment_file_bytes_max);
    REQUIRE(file);
    auto const read = segment::read_segment(*file, box.roots, seal::build_time_floor_s);
    REQUIRE(read);
    auto const plain = segment::open_envelope(read->envelope, text("centre.key"), text("centre.pem"));
    REQUIRE(plain);
    CHECK(parts.emplace(read->header.first, *plain).second);
  }
  std::string all;
  for (auto const& [first, part] : parts) all += part;
  return all;
}

}  // namespace proktor::sync::testing
