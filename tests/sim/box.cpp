#include "box.hpp"

#include "api/look_after.hpp"
#include "base/file.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

namespace proktor::sim {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {

constexpr std::uint64_t term = 0;

api::Settings settings(Plan const& plan) {
  api::Settings out;
  out.hosts = {host_name};
  if (plan.tight_quota) out.events.rate = {5, 3'000};
  return out;
}

}  // namespace

Box::Box(World& world, Plan const& plan, Site& site, std::shared_ptr<qti::Package const> package, Port* port)
    : world_(world),
      plan_(plan),
      site_(site),
      package_(std::move(package)),
      random_(world.random().next_u64()),
      options_(options(plan)),
      writer_(options_, site.clock),
      exams_(loop_.get_executor(), writer_, site.clock, term, options_),
      context_{loop_.get_executor(),
               pool_.get_executor(),
               site.clock,
               random_,
               writer_,
               exams_,
               api::Statements(site.site_key),
               settings(plan),
               api::BoxIdentity{site.box_id, "Kotak", site.certificate_pem, site.roots_pem, site.data},
               {},
               {},
               api::LoginGuard(api::LoginGuardLimits{})},
      keeper_(site.data, context_, medium_of(port)),
      pages_({}),
      web_(context_, pages_),
      control_(context_, *this),
      feed_(context_) {}

Box::~Box() {
  loop_.kill();
  pool_.kill();
}

journal::WriterOptions Box::options(Plan const& plan) {
  journal::WriterOptions out;
  out.own_thread = false;
  if (plan.tight_queue) out.queue_entries_max = 515;  // room for one request and a little
  out.checkpoint_bytes = plan.checkpoint_bytes;
  out.checkpoint_idle_bytes = plan.checkpoint_bytes / 4;
  out.checkpoint_restart_bytes = plan.checkpoint_bytes * 4;
  out.post_to_owner = [this](std::function<void()> task) { asio::post(loop_, std::move(task)); };
  out.on_fatal = [this](Error const& error) { fatal_ = error; };
  out.on_commit = [this](journal::JournalId id, std::uint64_t) {
    if (auto* exam = exams_.find(id)) exam->grew.notify();
  };
  return out;
}

Result<void> Box::found() {
  std::error_code error;
  fs::create_directories(site_.data / "kegiatan", error);
  fs::create_directories(site_.data / "packages", error);
  if (error) return fail(Errc::io_error, error.message());
  auto const box = writer_.create(site_.data / "box-journal", random_.bytes16());
  if (!box) return box.error();
  context_.box_journal = box->id;
  api::StaffAccount account{proctor_name, "proktor", "Bu Proktor", "salt", "hash", "import", false, false, 1};
  writer_.append(box->id, {api::staff_entry(account)}, term, [](auto const&) {});
  auto const stream = random_.bytes16();
  auto const exam = writer_.create(site_.exam(), stream);
  if (!exam) return exam.error();
  writer_.append(exam->id, packet_entries(plan_, site_, context_.statements, package_->sha256, stream), term,
                 [](auto const&) {});
  while (writer_.step()) {
  }
  if (fatal_) return *fatal_;
  if (auto done = context_.staff.apply(api::staff_entry(account).bytes); !done) return done;
  return take_in(*exam);
}

std::unique_ptr<medium::Medium> Box::medium_of(Port* port) {
  if (port == nullptr) return nullptr;
  auto medium = std::make_unique<SimMedium>(world_, plan_, *port, exam_folder);
  medium_ = medium.get();
  return medium;
}

// As app does at a start.
Result<void> Box::open() {
  keeper_.look_at_medium_first();
  auto const box = keeper_.open("box-journal");
  if (!box) return box.error();
  if (!*box) return fail(Errc::not_found, "box-journal");
  context_.box_journal = (*box)->id;
  auto reader = journal::Reader::open(site_.data / "box-journal");
  if (!reader) return reader.error();
  Result<void> applied;
  auto const read = reader->read_acts([&](journal::Entry const& entry) {
    if (applied && entry.kind == "staff") applied = context_.staff.apply(entry.bytes);
  });
  if (!read) return read;
  if (!applied) return applied;
  auto const exam = keeper_.open(exam_folder);
  if (!exam) return exam.error();
  if (!*exam) return fail(Errc::not_found, exam_folder);
  if (auto taken = take_in(**exam); !taken) return keeper_.suspect(exam_folder, taken.error());
  keeper_.start_following();
  return {};
}

void Box::follow() {
  if (medium_ == nullptr) return;
  medium_->step();
  keeper_.tell();
}

Result<void> Box::take_in(journal::JournalHandle const& handle) {
  handle_ = handle;
  auto exam = exams_.load(site_.exam(), handle);
  if (!exam) return exam.error();
  (*exam)->packages[package_->sha256] = package_;
  exams_.add(std::move(*exam));
  return {};
}

asio::awaitable<Result<api::Exam*>> Box::add_exam(api::NewExam) { co_return fail(Errc::not_found); }

void Box::ask(http::Application& app, http::Request request, Answered done) {
  auto decision = app.inspect(request);
  if (!decision.refuse && request.body.size() > decision.body_bytes_max) {
    decision.refuse = http::error_response(Errc::too_large);
  }
  if (decision.refuse) {
    auto* text = std::get_if<std::string>(&decision.refuse->body);
    replies_.emplace_back(std::move(done), Reply{decision.refuse->status, std::move(decision.refuse->headers),
                                                 text == nullptr ? std::string() : std::move(*text)});
    return;
  }
  asio::co_spawn(loop_, answer(app, std::move(request), std::move(done)), asio::detached);
}

asio::awaitable<void> Box::answer(http::Application& app, http::Request request, Answered done) {
  auto response = co_await app.handle(std::move(request));
  Reply reply{response.status, std::move(response.headers), {}};
  if (auto* text = std::get_if<std::string>(&response.body)) reply.body = std::move(*text);
  replies_.emplace_back(std::move(done), std::move(reply));
}

bool Box::turn() { return loop_.turn() > 0; }
bool Box::work() { return pool_.turn() > 0; }
bool Box::write() {
  bool const more = writer_.step();
  if (fatal_) keeper_.suspect_all(*fatal_);
  return more;
}

void Box::each_second() {
  ++second_;
  for (auto const& exam : exams_.all()) api::look_after(context_, *exam, second_, board::silent_ms);
}

}  // namespace proktor::sim
