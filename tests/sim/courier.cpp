#include "courier.hpp"

#include "api/async.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <fmt/format.h>

namespace proktor::sim {

namespace asio = boost::asio;

namespace {

constexpr DurationMs local_deadline_ms = 40'000;
constexpr DurationMs line_most_ms = 2'000;

sync::SyncConfig config_of(std::filesystem::path const& spool) {
  using std::chrono::milliseconds;
  sync::SyncConfig config;
  config.spool_dir = spool;
  config.segment_interval = milliseconds(15'000);
  config.segment_bytes_max = 16 * 1024;
  config.chunk_bytes_first = 1'024;
  config.chunk_bytes_max = 8 * 1'024;
  config.backoff_first = milliseconds(1'000);
  config.backoff_max = milliseconds(15'000);
  config.refused_retry = milliseconds(20'000);
  config.status_interval = milliseconds(10'000);
  return config;
}

http::Request as_request(http::ClientRequest const& sent) {
  http::Request request;
  request.method = sent.method;
  request.target = sent.target;
  auto const mark = sent.target.find('?');
  request.path = sent.target.substr(0, mark);
  auto query = mark == std::string::npos ? std::string() : sent.target.substr(mark + 1);
  while (!query.empty()) {
    auto const end = std::min(query.find('&'), query.size());
    auto const equals = query.find('=');
    request.query.emplace_back(query.substr(0, equals), query.substr(equals + 1, end - equals - 1));
    query.erase(0, end + 1);
  }
  request.headers = sent.headers;
  request.body = sent.body;
  request.content_length = sent.body.size();
  return request;
}

}  // namespace

Centre::Centre(World& world, Authority const& authority, std::filesystem::path data)
    : world_(world), authority_(authority), data_(std::move(data)) {}

Centre::~Centre() { kill(); }

bool Centre::start() {
  auto store = pusat::SegmentStore::open(data_);
  if (!store) return false;
  loop_ = std::make_unique<Loop>();
  gateway_ = std::make_unique<pusat::Gateway>(std::move(*store), authority_.roots, authority_.receipt,
                                              std::make_shared<MachineClock>(world_));
  return true;
}

void Centre::kill() {
  if (loop_) loop_->kill();
  gateway_.reset();
  loop_.reset();
}

void Centre::ask(http::Request request, Box::Answered answered) {
  request.peer.certificate_der = authority_.box_certificate_der;
  auto work = [this, request = std::move(request), answered = std::move(answered)]() mutable -> asio::awaitable<void> {
    auto response = co_await gateway_->handle(std::move(request));
    Reply reply{response.status, std::move(response.headers), {}};
    if (auto* text = std::get_if<std::string>(&response.body)) reply.body = std::move(*text);
    answered(std::move(reply));
  };
  asio::co_spawn(*loop_, std::move(work), asio::detached);
  loop_->turn();
}

class Courier::SimLink final : public http::Link {
 public:
  SimLink(Courier& courier, sync::Peer peer) : courier_(courier), peer_(peer) {}
  ~SimLink() override { close(); }

  asio::awaitable<Result<http::ClientResponse>> send(http::ClientRequest request) override {
    using Answer = Result<http::ClientResponse>;
    pending_ = std::make_shared<Pending>();
    pending_->peer = peer_;
    std::function<void(std::function<void(Answer)>)> start = [this, &request](std::function<void(Answer)> done) {
      pending_->done = std::move(done);
      std::erase_if(courier_.waiting_, [](auto const& old) { return !old->done; });
      courier_.waiting_.push_back(pending_);
      courier_.carry(peer_, request, pending_);
    };
    auto response = co_await api::wait_for_callback<Answer>(std::move(start));
    if (!response) co_return response;
    if (request.on_head) {
      if (auto fine = request.on_head(*response); !fine) co_return fine.error();
    }
    if (request.on_body && response->ok()) {
      if (auto fine = request.on_body(response->body); !fine) co_return fine.error();
      response->body.clear();
    }
    co_return response;
  }

  void close() override {
    if (auto const pending = std::exchange(pending_, nullptr)) pending->done = nullptr;
  }

 private:
  Courier& courier_;
  sync::Peer peer_;
  std::shared_ptr<Pending> pending_{};
};

Courier::Courier(World& world, Plan const& plan, Authority const& authority, Site& site, std::filesystem::path spool,
                 Centre& centre, ToBox to_box)
    : world_(world),
      plan_(plan),
      authority_(authority),
      site_(site),
      spool_(std::move(spool)),
      centre_(centre),
      to_box_(std::move(to_box)) {}

Courier::~Courier() { kill(); }

bool Courier::start() {
  loop_ = std::make_unique<Loop>();
  sync::Context context;
  context.executor = loop_->get_executor();
  context.config = config_of(spool_);
  context.box = authority_.box;
  context.centre = sync::Centre{{}, http::TlsContext(nullptr)};
  // The site's clock outlives every process on it.
  context.clock = std::shared_ptr<Clock>(&site_.clock, [](Clock*) {});
  context.random = std::make_shared<SplitMix64>(world_.random().next_u64());
  context.link = [this](sync::Peer peer) { return std::make_unique<SimLink>(*this, peer); };
  auto agent = sync::Agent::create(std::move(context));
  if (!agent) {
    loop_.reset();
    return false;
  }
  agent_ = std::move(*agent);
  agent_->start();
  return true;
}

void Courier::kill() {
  if (!loop_) return;
  // Whoever waits for an answer is dropped first: those coroutines are held by nothing else.
  for (auto const& pending : std::exchange(waiting_, {})) pending->done = nullptr;
  loop_->kill();
  agent_.reset();
  loop_.reset();
}

void Courier::box_died() {
  for (auto const& pending : std::vector(waiting_)) {
    if (pending->peer != sync::Peer::centre) pending->end(fail(Errc::unreachable, "proktord"));
  }
}

void Courier::carry(sync::Peer peer, http::ClientRequest const& sent, std::shared_ptr<Pending> const& pending) {
  auto request = as_request(sent);
  world_.say("sync " + sent.target);
  world_.after(local_deadline_ms, [pending] { pending->end(fail(Errc::timeout, "no answer")); });
  if (peer == sync::Peer::centre) return to_centre(std::move(request), pending);
  world_.after(1, [this, peer, request = std::move(request), pending] {
    if (!pending->done) return;
    auto const answered = [pending](Reply reply) {
      pending->end(http::ClientResponse{reply.status, std::move(reply.headers), std::move(reply.body)});
    };
    if (!to_box_(peer, request, answered)) pending->end(fail(Errc::unreachable, "proktord"));
  });
}

void Courier::to_centre(http::Request request, std::shared_ptr<Pending> const& pending) {
  if (unlucky(plan_.line_cut)) {
    return world_.after(world_.between(0, line_most_ms), [pending] { pending->end(fail(Errc::unreachable, "line")); });
  }
  bool const twice = unlucky(plan_.line_twice);
  bool const lost = unlucky(plan_.line_lost_reply);
  bool const garbage = unlucky(plan_.line_garbage);
  auto const deliver = [this, request = std::move(request), pending, lost, garbage](bool counts) {
    if (!centre_.up()) return counts ? pending->end(fail(Errc::unreachable, "centre")) : void();
    centre_.ask(request, [this, pending, lost, garbage, counts](Reply reply) {
      if (!counts) return;
      if (lost) {
        world_.reach(Rare::receipt_lost);
        return pending->end(fail(Errc::unreachable, "line"));
      }
      if (garbage) {
        world_.reach(Rare::receipt_garbage);
        reply = {200, {}, "0\x82 not a receipt"};
      }
      world_.after(world_.between(0, line_most_ms), [pending, reply = std::move(reply)] {
        pending->end(http::ClientResponse{reply.status, reply.headers, reply.body});
      });
    });
  };
  world_.after(world_.between(0, line_most_ms), [deliver] { deliver(true); });
  if (twice) world_.after(world_.between(0, line_most_ms), [deliver] { deliver(false); });
}

}  // namespace proktor::sim
