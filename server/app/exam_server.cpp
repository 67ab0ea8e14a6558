#include "app/exam_server.hpp"

#include "app/exam_server_impl.hpp"
#include "base/log.hpp"
#include "base/service_notify.hpp"
#include "qti/package/zip_gate.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <cstdlib>

#include <unistd.h>

namespace proktor::app {

namespace asio = boost::asio;
namespace fs = std::filesystem;

namespace {
constexpr std::size_t local_bodies_bytes_max = std::size_t{320} << 20U;  // a package, an import and small change
}

ExamServer::ExamServer(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
ExamServer::~ExamServer() = default;
Ended ExamServer::run() { return impl_->run(); }

Result<std::unique_ptr<ExamServer>> ExamServer::open(Options const& options, Settings settings,
                                                     InheritedSockets sockets, StartRecord& starts) {
  BoxFiles files;
  if (auto done = read_box_files(options.data, files); !done) return done.error();
  auto lock = journal::DataLock::take(options.data);
  if (!lock) return lock.error();
  std::error_code error;
  fs::create_directories(options.data / "kegiatan", error);
  fs::create_directories(options.data / "packages", error);
  if (error) return fail(Errc::io_error, error.message());
  settings.api.hosts.insert(files.hosts.begin(), files.hosts.end());
  std::unique_ptr<medium::Medium> medium;
  if (!settings.medium.empty()) {  // forks: while the process is small and has one thread
    auto started = medium::Medium::start(settings.medium);
    if (!started) return started.error();
    medium = std::move(*started);
  }

  auto impl = std::make_unique<Impl>(options.data, std::move(settings), std::move(files), std::move(*lock), starts,
                                     std::move(medium));
  if (auto done = impl->open_journals(); !done) return done.error();
  if (auto done = impl->listen(std::move(sockets)); !done) return done.error();
  return std::unique_ptr<ExamServer>(new ExamServer(std::move(impl)));
}

ExamServer::Impl::Impl(fs::path data, Settings settings, BoxFiles files, journal::DataLock lock,
                       StartRecord& starts, std::unique_ptr<medium::Medium> medium)
    : data_(std::move(data)),
      settings_(std::move(settings)),
      files_(std::move(files)),
      lock_(std::move(lock)),
      starts_(starts),
      pool_(std::max(1U, std::thread::hardware_concurrency() - 1)),
      disk_guard_(data_, settings_.disk),
      writer_(writer_options(), clock_),
      exams_(io_.get_executor(), writer_, clock_, term, settings_.journal),
      context_{io_.get_executor(),
               pool_.get_executor(),
               clock_,
               random_,
               writer_,
               exams_,
               api::Statements(files_.site_key),
               settings_.api,
               api::BoxIdentity{files_.id, files_.name, files_.certificate_pem, files_.receipt_roots_pem, data_},
               {},
               {},
               api::LoginGuard(settings_.api.logins)},
      keeper_(std::make_unique<JournalKeeper>(data_, context_, std::move(medium))),
      pages_(page_assets()),
      assets_(pages_),
      web_app_(context_, assets_),
      control_app_(context_, *this),
      feed_app_(context_),
      web_(io_.get_executor(), web_app_, settings_.web),
      control_(io_.get_executor(), control_app_, local_limits()),
      feed_(io_.get_executor(), feed_app_, local_limits()) {}

ExamServer::Impl::~Impl() {
  writer_.stop();
  keeper_.reset();
  pool_.join();
}

journal::WriterOptions ExamServer::Impl::writer_options() {
  auto options = settings_.journal;
  options.post_to_owner = [this](std::function<void()> task) { asio::post(io_, std::move(task)); };
  options.on_fatal = [this](Error const& error) {
    // No promise can be made any more; systemd starts the process again and recovery decides (DESIGN 4).
    starts_.failed(error);
    keeper_->suspect_all(error);  // a damaged page may be met by writing alone
    log_error("storage failed, stopping: " + describe(error));
    ::_exit(EXIT_FAILURE);
  };
  options.on_commit = [this](journal::JournalId id, std::uint64_t) {
    note_good_start();
    if (auto* exam = exams_.find(id)) exam->grew.notify();
  };
  return options;
}

// Followers hold their long polls and imports are large: the Unix sockets have no guests to be guarded against.
http::Limits ExamServer::Impl::local_limits() {
  http::Limits limits;
  limits.connections_per_address_max = limits.connections_max;
  limits.body_deadline = std::chrono::minutes(5);
  limits.bodies_bytes_max = limits.bodies_large_bytes_max = local_bodies_bytes_max;
  return limits;
}

Result<void> ExamServer::Impl::open_box_journal() {
  auto const directory = data_ / "box-journal";
  auto const found = keeper_->open("box-journal");
  if (!found) return found.error();
  auto const handle = *found ? Result<journal::JournalHandle>(**found) : writer_.create(directory, random_.bytes16());
  if (!handle) return handle.error();
  keeper_->watch("box-journal", *handle);
  context_.box_journal = handle->id;
  auto reader = journal::Reader::open(directory);
  if (!reader) return reader.error();
  Result<void> applied;
  auto const done = reader->read_acts([&](journal::Entry const& entry) {
    if (applied && entry.kind == "staff") applied = context_.staff.apply(entry.bytes);
  });
  if (!done) return done;
  return applied;
}

Result<void> ExamServer::Impl::open_journals() {
  keeper_->look_at_medium_first();
  if (auto done = open_box_journal(); !done) return done;
  auto const lost = bring_back_lost();
  std::error_code error;
  std::string refused;
  std::optional<Error> first;
  for (auto const& entry : fs::directory_iterator(data_ / "kegiatan", error)) {
    auto const opened = open_exam(entry.path());
    if (opened) continue;
    auto const& why = opened.error();
    // A disk that fails is no matter of one kegiatan.
    if (why == Errc::storage_failed || why == Errc::io_error) return opened;
    auto const name = entry.path().filename().string();
    log_error("kegiatan " + name + " stays closed: " + describe(why));
    refused.append(refused.empty() ? "" : ", ").append(name).append(": ").append(id_of(why.code));
    if (!first) first = fail(why.code, name + ": " + why.detail);
  }
  if (error) return fail(Errc::io_error, error.message());
  if (first && exams_.all().empty()) return *first;
  refused.append(refused.empty() || lost.empty() ? "" : ", ").append(lost);
  if (!refused.empty()) context_.alarms.raise(api::Alarm::journal_failed, refused);
  return {};
}

// Kegiatan of which only the medium tells get their folder and journal back; the start goes on to open them as the
// others. Those that cannot be brought back are named, and stay on the medium as they are.
std::string ExamServer::Impl::bring_back_lost() {
  std::string refused;
  for (auto const& name : keeper_->lost_events()) {
    auto const found = keeper_->bring_back("kegiatan/" + name);
    if (found) continue;
    log_error("kegiatan " + name + " is on the second medium only and cannot be brought back: " + describe(found.error()));
    refused.append(refused.empty() ? "" : ", ").append(name);
    refused.append(": hanya ada di media kedua dan tidak terbaca; simpan media itu, pulihkan dengan proktor restore");
  }
  return refused;
}

Result<void> ExamServer::Impl::open_exam(fs::path const& directory) {
  auto const name = directory.filename().string();
  auto const found = keeper_->open("kegiatan/" + name);
  if (!found) return found.error();
  if (!*found) return {};
  auto const& handle = *found;
  warn_of(*handle, directory);
  if (handle->head.lsn == 0) {  // an import that was cut short; it can be done again
    context_.empty_journals[name] = *handle;
    return {};
  }
  auto exam = exams_.load(directory, *handle);
  if (!exam) return keeper_->suspect("kegiatan/" + name, exam.error());
  if (auto done = load_packages(**exam); !done) return done;
  learn_time(**exam);
  exams_.add(std::move(*exam));
  return {};
}

// When the newest entry was written.
void ExamServer::Impl::learn_time(api::Exam const& exam) {
  auto reader = journal::Reader::open(exam.directory);
  auto const head = reader ? reader->head() : Result<journal::Head>(reader.error());
  if (!head || head->lsn == 0) return;
  (void)reader->read_entries(head->lsn - 1, 1, [this](journal::Entry const& entry) { time_floor_.happened(entry.at_ms); });
}

void ExamServer::Impl::warn_of(journal::JournalHandle const& handle, fs::path const& directory) {
  if (handle.recovered > 0) {
    log_error("journal " + directory.filename().string() + ": " + std::to_string(handle.recovered) +
              " entries came back from journal.copy");
    context_.alarms.raise(api::Alarm::tail_recovered,
                          directory.filename().string() + ": " + std::to_string(handle.recovered));
  }
  if (handle.lost > 0) {
    log_error("journal " + directory.filename().string() + ": " + std::to_string(handle.lost) +
              " acknowledged entries are missing");
    context_.alarms.raise(api::Alarm::tail_lost, directory.filename().string() + ": " + std::to_string(handle.lost));
  }
  if (handle.copy_repaired > 0) log_warning("journal.copy of " + directory.filename().string() + " was repaired");
}

Result<qti::Package> ExamServer::Impl::read_package(std::string const& sha256) const {
  auto const bytes = read_file(data_ / "packages" / (sha256 + ".paket"), qti::zip_max_bytes);
  if (!bytes) return bytes.error();
  return qti::read_package(*bytes);
}

Result<void> ExamServer::Impl::load_packages(api::Exam& exam) {
  for (auto const& id : exam.state.test_order()) {
    auto const& sha256 = exam.state.test(id)->package;
    if (exam.packages.contains(sha256)) continue;
    auto package = read_package(sha256);
    if (!package && keeper_->bring_package(sha256)) package = read_package(sha256);
    if (!package) return package.error();
    exam.packages[sha256] = std::make_shared<qti::Package const>(std::move(*package));
  }
  return {};
}

Result<void> ExamServer::Impl::listen(InheritedSockets sockets) {
  std::optional<http::TlsContext> tls;
  if (!settings_.plain_http) {
    auto made = http::make_server_tls(files_.tls_chain_pem, files_.tls_key_pem);
    if (!made) return made.error();
    tls = std::move(*made);
  }
  for (auto& fd : sockets.web) web_.listen(std::move(fd), tls);
  for (auto& fd : sockets.control) control_.listen(std::move(fd));
  for (auto& fd : sockets.feed) feed_.listen(std::move(fd));
  return {};
}

Ended ExamServer::Impl::run() {
  signals_.add(SIGCONT);
  asio::co_spawn(io_, wait_for_signal(), asio::detached);
  asio::co_spawn(io_, pulse(), asio::detached);
  asio::co_spawn(io_, guard_disk(), asio::detached);
  asio::co_spawn(io_, check_behind(), asio::detached);
  keeper_->start_following();
  log_info("serving as " + files_.id);
  notify_service("READY=1");
  io_.run();
  writer_.stop();
  io_.restart();
  io_.poll();
  return ended_;
}

}  // namespace proktor::app
