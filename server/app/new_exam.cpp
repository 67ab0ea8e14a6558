// A kegiatan that comes in while the server runs.

#include "app/exam_server_impl.hpp"
#include "base/file.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace proktor::app {
namespace {

namespace asio = boost::asio;

constexpr std::chrono::milliseconds queue_look_interval{5};
constexpr DurationMs queue_patience_ms = 10'000;
constexpr mode_t cards_mode = 0600;

}  // namespace

// An import is one transaction and larger than the queue's bounds, which only an empty queue may exceed.
asio::awaitable<void> ExamServer::Impl::wait_for_empty_queue() {
  asio::steady_timer timer(io_);
  auto const until_ms = clock_.monotonic_ms() + queue_patience_ms;
  while (writer_.status().queue_entries > 0 && clock_.monotonic_ms() < until_ms) {
    timer.expires_after(queue_look_interval);
    co_await timer.async_wait(asio::as_tuple(asio::use_awaitable));
  }
}

asio::awaitable<Result<journal::JournalHandle>> ExamServer::Impl::new_journal(api::NewExam const& exam) {
  auto const left = context_.empty_journals.find(exam.event);
  if (left != context_.empty_journals.end()) co_return left->second;
  using Opened = Result<journal::JournalHandle>;
  auto const directory = data_ / "kegiatan" / exam.event;
  std::function<void(std::function<void(Opened)>)> start = [this, directory,
                                                            stream = exam.stream](std::function<void(Opened)> done) {
    writer_.create_async(directory, stream, std::move(done));
  };
  auto const handle = co_await api::wait_for_callback<Opened>(std::move(start));
  if (handle) context_.empty_journals[exam.event] = *handle;
  if (handle) keeper_->watch("kegiatan/" + exam.event, *handle);
  co_return handle;
}

asio::awaitable<Result<api::Exam*>> ExamServer::Impl::add_exam(api::NewExam fresh) {
  if (exams_.find(fresh.event) != nullptr) co_return fail(Errc::already_imported, fresh.event);
  auto const handle = co_await new_journal(fresh);
  if (!handle) co_return handle.error();
  auto exam = std::make_shared<api::Exam>(io_.get_executor());
  exam->journal = handle->id;
  exam->directory = data_ / "kegiatan" / fresh.event;
  exam->stream = handle->stream;
  exam->monotonic_base_ms = clock_.monotonic_ms();
  std::function<Result<void>()> store = [path = exam->directory / "cards.cms", sealed = fresh.sealed_cards] {
    return write_file(path, sealed, cards_mode);
  };
  auto const stored = co_await api::run_on_pool<Result<void>>(pool_.get_executor(), io_.get_executor(), std::move(store));
  if (!stored) co_return stored.error();
  co_await wait_for_empty_queue();
  if (auto done = co_await exams_.commit(*exam, std::move(fresh.entries)); !done) {
    writer_.resume(handle->id);  // nothing of it was stored: the next import starts from the same empty journal
    co_return done.error();
  }
  context_.empty_journals.erase(fresh.event);
  exams_.add(exam);
  co_return exam.get();
}

}  // namespace proktor::app
