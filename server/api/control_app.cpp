#include "api/control_app.hpp"

#include "api/replies.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "seal/envelope.hpp"
#include "seal/signed_data.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <iterator>

namespace proktor::api {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::size_t receipt_bytes_max = std::size_t{64} << 10U;

std::int64_t cpu_ms() { return std::clock() / (CLOCKS_PER_SEC / 1000); }

// True while it lives.
class Held {
 public:
  explicit Held(bool& flag) : flag_(flag) { flag_ = true; }
  ~Held() { flag_ = false; }
  Held(Held const&) = delete;
  Held& operator=(Held const&) = delete;

 private:
  bool& flag_;
};

json::array epochs_json(core::Attempt const& attempt) {
  json::array epochs;
  for (auto const& [epoch, mark] : attempt.marks) {
    auto const aside = attempt.quarantine.find(epoch);
    std::uint64_t const quarantined = aside == attempt.quarantine.end() ? 0 : aside->second.hwm - mark.hwm;
    epochs.push_back(json::object{{"term", epoch.term}, {"n", epoch.n}, {"hwm", mark.hwm}, {"head", hex(mark.head)},
                                  {"quarantine", quarantined}});
  }
  return epochs;
}

}  // namespace

http::HeadDecision ControlApp::inspect(http::RequestHead const& head) {
  http::HeadDecision decision;
  decision.body_bytes_max = head.path == "/v1/packages" ? context_.settings.body_package_bytes_max
                            : head.path == "/v1/import" ? context_.settings.body_import_bytes_max
                                                        : receipt_bytes_max;
  return decision;
}

asio::awaitable<http::Response> ControlApp::handle(http::Request request) {
  if (request.method == http::Method::get) {
    if (request.path == "/healthz") co_return health();
    if (request.path == "/metrics") co_return metrics();
    if (request.path == "/v1/status") co_return status();
    if (request.path == "/v1/token") co_return token(request);
    if (request.path == "/v1/attempts") co_return attempts();
    if (request.path == "/v1/events") co_return co_await events(request);
  } else if (request.method == http::Method::post) {
    if (request.path == "/v1/packages") co_return co_await take_package(request);
    if (request.path == "/v1/import") co_return co_await import(request);
    if (request.path == "/v1/receipts") co_return co_await take_receipt(request);
    if (request.path == "/v1/sync-status") co_return take_sync_status(request);
  }
  co_return refuse(fail(Errc::not_found));
}

http::Response ControlApp::health() {
  http::Response response;
  response.content_type = "text/plain";
  response.status = host_.healthy() ? 200 : 503;
  response.body = std::string(host_.healthy() ? "ok" : "stuck");
  return response;
}

http::Response ControlApp::metrics() {
  auto const writer = context_.writer.status();
  auto const web = host_.web_stats();
  std::string text;
  auto const gauge = [&text](std::string_view name, std::string_view type, std::uint64_t value) {
    std::string_view const suffix = type == "counter" ? "_total" : "";
    fmt::format_to(std::back_inserter(text), "# TYPE proktor_{0} {1}\nproktor_{0}{2} {3}\n", name, type, suffix, value);
  };
  gauge("journal_commits", "counter", writer.commits);
  gauge("journal_entries", "counter", writer.entries);
  gauge("journal_commit_us", "counter", writer.commit_us_sum);
  gauge("journal_checkpoints", "counter", writer.checkpoints);
  gauge("journal_queue_entries", "gauge", writer.queue_entries);
  gauge("journal_queue_bytes", "gauge", writer.queue_bytes);
  gauge("web_connections", "gauge", web.connections_open);
  gauge("web_requests", "counter", web.requests);
  gauge("web_requests_refused", "counter", web.requests_refused);
  gauge("web_handshakes", "counter", web.handshakes);
  gauge("web_handshakes_refused", "counter", web.handshakes_refused);
  gauge("web_body_bytes", "gauge", web.body_bytes);
  gauge("web_bodies_refused", "counter", web.bodies_refused);
  gauge("cpu_ms", "counter", static_cast<std::uint64_t>(cpu_ms()));
  text.append("# EOF\n");
  http::Response response;
  response.content_type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
  response.body = std::move(text);
  return response;
}

http::Response ControlApp::status() {
  json::array journals;
  json::value sitting = nullptr;
  for (auto const& exam : context_.exams.all()) {
    journals.push_back(json::object{{"journal", exam->id()}, {"stream", hex(exam->stream)},
                                    {"last_lsn", context_.writer.durable_lsn(exam->journal)},
                                    {"attempts", exam->state.attempts().size()},
                                    {"participants", exam->state.participants().size()}, {"stale", exam->stale}});
    for (auto const& [id, candidate] : exam->state.sittings()) {
      if (candidate.state == core::SittingState::open) sitting = exam->id() + ":" + id;
    }
  }
  return ok({{"box", context_.box.id}, {"version", PROKTOR_VERSION}, {"mode", "serving"}, {"journals", std::move(journals)},
             {"sitting", std::move(sitting)}, {"queue", context_.writer.status().queue_entries},
             {"cpu_ms", cpu_ms()}, {"medium", medium_json(context_)}, {"alarms", context_.alarms.json()}});
}

http::Response ControlApp::token(http::Request const& request) {
  auto const where = context_.exams.find_sitting(request.query_value("sitting"));
  if (where.exam == nullptr) return refuse(fail(Errc::bad_field, "sitting"));
  return ok(board::token_of(*where.sitting, context_.exams.now(*where.exam)));
}

http::Response ControlApp::attempts() {
  json::array list;
  for (auto const& exam : context_.exams.all()) {
    for (auto const& [id, attempt] : exam->state.attempts()) {
      json::object row{{"attempt", hex(id)}, {"event", exam->id()}, {"participant", attempt.participant},
                       {"sitting", attempt.sitting}, {"test", attempt.test}, {"epochs", epochs_json(attempt)},
                       {"finished", attempt.finish.has_value()}, {"answered", core::answered_count(attempt)}};
      if (attempt.finish) row["code"] = attempt.finish->code;
      list.push_back(std::move(row));
    }
  }
  return ok({{"attempts", std::move(list)}});
}

asio::awaitable<http::Response> ControlApp::events(http::Request const& request) {
  auto const id = unhex16(request.query_value("attempt"));
  Exam const* found = nullptr;
  for (auto const& exam : context_.exams.all()) {
    if (id && exam->state.attempt(*id) != nullptr) found = exam.get();
  }
  core::Epoch epoch;
  auto const subject = core::parse_subject(std::string(request.query_value("attempt")) + " " +
                                           std::string(request.query_value("term")) + "." +
                                           std::string(request.query_value("n")) + " 0");
  if (found == nullptr || !subject) co_return refuse(fail(Errc::attempt_unknown));
  epoch = subject->epoch;
  std::function<Result<std::string>()> work = [directory = found->directory, attempt = *id,
                                               epoch]() -> Result<std::string> {
    auto reader = journal::Reader::open(directory);
    if (!reader) return reader.error();
    std::string lines;
    auto const done = reader->read_events(attempt, epoch, false, [&lines](journal::Entry const& entry) {
      auto const where = core::parse_subject(entry.subject);
      json::object const line{{"seq", where ? where->seq : 0}, {"line", entry.bytes}, {"lsn", entry.lsn},
                              {"flags", where ? words_of(where->flags) : json::array()}};
      lines.append(json::serialize(line)).push_back('\n');
    });
    if (!done) return done.error();
    return lines;
  };
  auto lines = co_await run_on_pool<Result<std::string>>(context_.pool, context_.executor, std::move(work));
  if (!lines) co_return refuse(lines.error());
  http::Response response;
  response.content_type = "application/x-ndjson";
  response.body = std::move(*lines);
  co_return response;
}

asio::awaitable<http::Response> ControlApp::take_package(http::Request const& request) {
  using Read = Result<std::shared_ptr<qti::Package const>>;
  std::function<Read()> work = [&request]() -> Read {
    auto package = qti::read_package(request.body);
    if (!package) return package.error();
    return std::make_shared<qti::Package const>(std::move(*package));
  };
  auto const package = co_await run_on_pool<Read>(context_.pool, context_.executor, std::move(work));
  if (!package) co_return refuse(package.error());
  auto const path = context_.box.data / "packages" / ((*package)->sha256 + ".paket");
  std::function<Result<void>()> store = [&request, path] { return write_file(path, request.body); };
  auto const stored = co_await run_on_pool<Result<void>>(context_.pool, context_.executor, std::move(store));
  if (!stored) co_return refuse(stored.error());
  json::array tests;
  for (auto const& test : (*package)->tests) {
    tests.push_back(json::object{{"id", test.id}, {"title", test.title}, {"items", test.items}});
  }
  context_.uploads[(*package)->sha256] = *package;
  co_return ok({{"sha256", (*package)->sha256}, {"tests", std::move(tests)}});
}

asio::awaitable<http::Response> ControlApp::import(http::Request const& request) {
  if (importing_) co_return refuse(fail(Errc::queue_full));
  auto plan = plan_import(context_, request.body);
  if (!plan) {
    auto response = refuse(plan.error());
    response.body = json::serialize(json::object{
        {"error", json::object{{"code", id_of(plan.error().code)}, {"message", describe(plan.error())}}}});
    co_return response;
  }
  json::array passwords;
  Held const held(importing_);
  auto const exam = co_await carry_out(std::move(*plan), passwords);
  if (!exam) co_return refuse(exam.error());
  co_return ok({{"event", (*exam)->id()}, {"stream", hex((*exam)->stream)},
                {"participants", (*exam)->state.participants().size()},
                {"tests", (*exam)->state.test_order().size()}, {"staff", std::move(passwords)}});
}

asio::awaitable<Result<Exam*>> ControlApp::carry_out(ImportPlan plan, json::array& passwords) {
  // Slow hashes of the first passwords and the sealing of the cards, before anything is written.
  auto shared = std::make_shared<ImportPlan>(std::move(plan));
  std::function<Result<std::string>()> work = [shared, recipient = context_.box.certificate_pem] {
    hash_first_passwords(*shared);
    return seal::encrypt(shared->cards_csv, recipient);
  };
  auto sealed = co_await run_on_pool<Result<std::string>>(context_.pool, context_.executor, std::move(work));
  if (!sealed) co_return sealed.error();
  core::NewEntries staff;
  for (auto const& account : shared->staff) {
    staff.push_back(staff_entry(account.account));
    passwords.push_back(json::object{{"username", account.account.username}, {"password", account.password}});
  }
  if (auto const done = co_await commit_box(context_, std::move(staff)); !done) co_return done.error();
  // The answer with the first passwords was lost, as with a server killed between its commit and its reply.
  if (shared->repeated) co_return context_.exams.find(shared->event);
  NewExam fresh{shared->event, shared->stream, std::move(shared->entries), std::move(*sealed)};
  auto const exam = co_await host_.add_exam(std::move(fresh));
  if (!exam) co_return exam.error();
  (*exam)->packages = shared->packages;
  context_.uploads.clear();
  co_return *exam;
}

asio::awaitable<http::Response> ControlApp::take_receipt(http::Request const& request) {
  if (context_.box.receipt_roots_pem.empty()) co_return refuse(fail(Errc::not_enrolled));
  auto const verified = seal::verify(request.body, context_.box.receipt_roots_pem, seal::Role::receipt,
                                     seal::build_time_floor_s);
  if (!verified) co_return refuse(verified.error());
  core::JsonFields f(verified->content);
  auto const stream = unhex16(f.text("stream"));
  bool const ours = f.text("type") == "receipt" && f.text("box") == context_.box.id;
  Receipt receipt{f.natural("first"), f.natural("last"), f.natural("contiguous"), f.text("hash"), f.integer("at")};
  Exam* exam = nullptr;
  for (auto const& candidate : context_.exams.all()) {
    if (stream && candidate->stream == *stream && candidate->id() == f.text("event")) exam = candidate.get();
  }
  if (!f.ok() || !ours || exam == nullptr || receipt.last > context_.writer.durable_lsn(exam->journal)) {
    co_return refuse(fail(Errc::signature_invalid, "receipt"));
  }
  for (auto const& known : exam->receipts) {
    if (known.first == receipt.first && known.last == receipt.last) co_return ok();
  }
  auto const name = fmt::format("{:012}-{:012}.receipt", receipt.first, receipt.last);
  std::function<Result<void>()> store = [path = journal::receipts_path(exam->directory) / name, &request] {
    return write_file(path, request.body);
  };
  auto const stored = co_await run_on_pool<Result<void>>(context_.pool, context_.executor, std::move(store));
  if (!stored) co_return refuse(stored.error());
  exam->receipts.push_back(receipt);
  json::object const bytes{{"first", receipt.first}, {"last", receipt.last}, {"contiguous", receipt.contiguous},
                           {"hash", receipt.hash}, {"at", receipt.at_ms}};
  core::NewEntries entries{{"receipt", hex(exam->stream), json::serialize(bytes)}};
  auto const done = co_await context_.exams.commit(*exam, std::move(entries));
  co_return done ? ok() : refuse(done.error());
}

http::Response ControlApp::take_sync_status(http::Request const& request) {
  core::JsonFields f(request.body);
  SyncStatus status{f.text("state"), f.text_or("error"), std::nullopt};
  if (auto const* at = f.find("last_contact"); at != nullptr && at->is_int64()) status.last_contact_ms = at->as_int64();
  constexpr std::array<std::string_view, 3> states = {"AKTIF", "STANDBY", "OFFLINE"};
  if (std::ranges::find(states, status.state) == states.end()) f.refuse("state");
  if (!f.ok()) return refuse(f.error(Errc::bad_field));
  if (auto const* spooled = f.find("spooled"); spooled != nullptr && spooled->is_object()) {
    for (auto const& exam : context_.exams.all()) {
      auto const* lsn = spooled->as_object().if_contains(hex(exam->stream));
      if (lsn != nullptr && lsn->is_int64()) exam->spooled = static_cast<std::uint64_t>(lsn->as_int64());
    }
  }
  context_.sync = std::move(status);
  return ok();
}

}  // namespace proktor::api
