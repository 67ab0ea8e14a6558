#include "sync/agent/agent.hpp"

#include "base/log.hpp"
#include "core/json_fields.hpp"
#include "seal/certificate.hpp"
#include "seal/role.hpp"
#include "sync/agent/lock_file.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/json.hpp>

#include <utility>

namespace proktor::sync {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

Result<Fd> lock_spool(std::filesystem::path const& directory) {
  std::error_code failure;
  bool const made = std::filesystem::create_directories(directory, failure);
  if (failure) return fail(Errc::io_error, directory.string() + ": " + failure.message());
  // A power cut must not take the folder with segments that the centre has: sealed anew they would be a fork.
  if (made) {
    if (auto synced = sync_directory(std::filesystem::absolute(directory).parent_path()); !synced) return synced.error();
  }
  return lock_file(directory / ".lock");
}

Result<std::optional<Centre>> make_centre(SyncConfig const& config, BoxFiles const& box) {
  std::string const& url = config.centre_url.empty() ? box.centre_url : config.centre_url;
  if (url.empty()) return std::optional<Centre>();
  auto const parsed = http::parse_url(url);
  if (!parsed) return parsed.error();
  if (!parsed->tls) return fail(Errc::bad_field, "centre_url: https");
  auto tls = http::make_client_tls(box.roots, box.signer.certificate + box.signer.chain, box.signer.key,
                                   seal::build_time_floor_s);
  if (!tls) return tls.error();
  return std::optional<Centre>(Centre{parsed->endpoint, std::move(*tls)});
}

std::optional<JournalInfo> journal_of(json::value const& value) {
  if (!value.is_object()) return std::nullopt;
  core::JsonFields fields(value.as_object());
  JournalInfo info;
  info.journal = fields.text("journal");
  auto const stream = unhex16(fields.text("stream"));
  info.organiser = fields.text_or("organiser");
  info.event = fields.text_or("event");
  info.last_lsn = fields.natural("last_lsn");
  // The box's own journal (accounts, enrolment) belongs to no kegiatan and stays on the box.
  if (!fields.ok() || !stream || info.event.empty() || !seal::is_certificate_id(info.journal))
    return std::nullopt;
  info.stream = *stream;
  return info;
}

}  // namespace

Result<std::unique_ptr<Agent>> Agent::create(asio::any_io_executor executor, SyncConfig config) {
  auto box = load_box_files(config.box_dir);
  if (!box) return box.error();
  auto centre = make_centre(config, *box);
  if (!centre) return centre.error();
  Context context;
  context.executor = std::move(executor);
  context.config = std::move(config);
  context.box = std::move(*box);
  context.centre = std::move(*centre);
  return create(std::move(context));
}

Result<std::unique_ptr<Agent>> Agent::create(Context context) {
  auto lock = lock_spool(context.config.spool_dir);
  if (!lock) return lock.error();
  if (!context.centre) context.centre_error = "no centre: results leave on a stick";
  return std::unique_ptr<Agent>(new Agent(std::move(context), std::move(*lock)));
}

Agent::Agent(Context context, Fd lock)
    : context_(std::move(context)),
      lock_(std::move(lock)),
      feed_(connect(context_, Peer::feed)),
      control_(connect(context_, Peer::control)),
      list_wake_(context_.executor),
      status_wake_(context_.executor),
      centre_wake_(context_.executor) {
  if (context_.centre) centre_ = connect(context_, Peer::centre);
}

void Agent::start() {
  for (Bytes16 const& stream : streams_in(context_.config.spool_dir)) worker_for(stream);
  auto list = [this]() -> asio::awaitable<void> { co_await list_journals(); };
  auto watch = [this]() -> asio::awaitable<void> { co_await watch_centre(); };
  auto report = [this]() -> asio::awaitable<void> { co_await report_status(); };
  asio::co_spawn(context_.executor, std::move(list), asio::detached);
  asio::co_spawn(context_.executor, std::move(watch), asio::detached);
  asio::co_spawn(context_.executor, std::move(report), asio::detached);
}

void Agent::stop() {
  context_.stopping = true;
  for (auto const& [stream, worker] : workers_) worker->stop();
  list_wake_.notify();
  status_wake_.notify();
  centre_wake_.notify();
  feed_->close();
  control_->close();
  if (centre_) centre_->close();
}

StreamWorker* Agent::worker_for(Bytes16 const& stream) {
  if (auto const found = workers_.find(stream); found != workers_.end()) return found->second.get();
  auto spool = Spool::open(context_.config.spool_dir, stream, context_.box.roots);
  if (!spool) {
    std::string text = describe(spool.error());
    if (broken_spools_[stream] != text) log_error("spool " + hex(stream) + ": " + text);
    broken_spools_[stream] = std::move(text);
    return nullptr;
  }
  broken_spools_.erase(stream);
  auto worker = std::make_shared<StreamWorker>(context_, std::move(*spool));
  workers_[stream] = worker;
  StreamWorker::start(worker);
  return worker.get();
}

asio::awaitable<Result<std::vector<JournalInfo>>> Agent::fetch_journals() {
  http::ClientRequest request;
  request.target = "/v1/journals";
  auto const response = co_await feed_->send(std::move(request));
  if (!response) co_return response.error();
  boost::system::error_code failure;
  json::value const value = json::parse(response->body, failure);
  if (!response->ok() || failure || !value.is_array()) co_return fail(Errc::unreachable, "journals: no list");
  std::vector<JournalInfo> journals;
  for (json::value const& one : value.as_array())
    if (auto info = journal_of(one)) journals.push_back(std::move(*info));
  co_return journals;
}

void Agent::set_journals(std::vector<JournalInfo> const& journals) {
  for (auto const& [stream, worker] : workers_) {
    bool listed = false;
    for (JournalInfo const& info : journals) listed = listed || info.stream == stream;
    if (!listed) worker->set_journal(std::nullopt);
  }
  for (JournalInfo const& info : journals)
    if (StreamWorker* const worker = worker_for(info.stream)) worker->set_journal(info);
}

asio::awaitable<void> Agent::list_journals() {
  while (!context_.stopping) {
    auto const journals = co_await fetch_journals();
    if (context_.stopping) co_return;
    if (journals) set_journals(*journals);
    co_await list_wake_.wait(journals && !journals->empty() ? context_.config.status_interval
                                                            : context_.config.local_retry);
  }
}

// With nothing to send, a look now and then keeps the proctor's state true.
asio::awaitable<void> Agent::watch_centre() {
  while (centre_ && !context_.stopping) {
    http::ClientRequest request;
    request.target = "/v1/hello";
    auto const response = co_await centre_->send(std::move(request));
    if (context_.stopping) co_return;
    if (response) {
      context_.last_contact_ms = context_.clock->wall_ms();
      context_.centre_error = response->ok() ? "" : "centre: status " + std::to_string(response->status);
    } else {
      context_.centre_error = describe(response.error());
    }
    status_wake_.notify();
    co_await centre_wake_.wait(context_.config.status_interval);
  }
}

std::string Agent::status_json() const {
  std::string error;
  bool refused = false;
  json::object spooled;
  for (auto const& [stream, worker] : workers_) {
    spooled[hex(stream)] = worker->spool().last();
    refused = refused || worker->refused();
    if (error.empty()) error = worker->error();
  }
  for (auto const& [stream, text] : broken_spools_)
    if (error.empty()) error = text;
  if (error.empty()) error = context_.centre_error;
  bool const reached = context_.last_contact_ms != 0 && context_.centre_error.empty();
  char const* const state = refused ? "STANDBY" : reached ? "AKTIF" : "OFFLINE";
  json::object const object = {
      {"state", state},
      {"error", error},
      {"spooled", std::move(spooled)},
      {"last_contact",
       context_.last_contact_ms == 0 ? json::value(nullptr) : json::value(context_.last_contact_ms)}};
  return json::serialize(object);
}

asio::awaitable<void> Agent::report_status() {
  while (!context_.stopping) {
    http::ClientRequest request;
    request.method = http::Method::post;
    request.target = "/v1/sync-status";
    request.content_type = "application/json";
    request.body = status_json();
    co_await control_->send(std::move(request));  // an absent proktord hears it next time
    if (context_.stopping) co_return;
    co_await status_wake_.wait(context_.config.status_interval);
  }
}

}  // namespace proktor::sync
