// The whole chain of every journal, read again while the server serves (DESIGN 4), and its pages: a start looks only at
// what is newer than the last recorded check. Once after the start and after long intervals, in short reads on the pool
// with pauses between, so that answers go first; what it finds is an alarm and never a stop, for a start would not make it
// better.

#include "app/exam_server_impl.hpp"

#include "base/log.hpp"
#include "journal/entry.hpp"
#include "journal/verifier.hpp"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include <utility>

namespace proktor::app {
namespace {

namespace asio = boost::asio;

constexpr auto as_values = asio::as_tuple(asio::use_awaitable);
constexpr std::chrono::milliseconds pause{40};
constexpr std::uint64_t entries_at_once = 2'000;
constexpr std::chrono::hours check_again_after{6};

}  // namespace

struct ExamServer::Impl::ChainCheck {
  journal::Reader reader;
  journal::Head head;

  // The next entries; how many there were. Errors: chain_broken, and those of the reader.
  Result<std::uint64_t> go_on() {
    Result<void> holds;
    auto const count = reader.read_entries(head.lsn, entries_at_once, [this, &holds](journal::Entry const& entry) {
      bool const next = entry.lsn == head.lsn + 1 && journal::entry_hash(head.hash, entry) == entry.hash;
      if (!next && holds) holds = fail(Errc::chain_broken, "lsn " + std::to_string(entry.lsn));
      head = {entry.lsn, entry.hash};
    });
    if (!count) return count.error();
    if (!holds) return holds.error();
    return *count;
  }
};

asio::awaitable<void> ExamServer::Impl::check_behind() {
  std::chrono::milliseconds wait(settings_.check_after_ms);
  while (!stopping_) {
    check_timer_.expires_after(std::exchange(wait, check_again_after));
    co_await check_timer_.async_wait(as_values);
    co_await check_all();
  }
}

asio::awaitable<void> ExamServer::Impl::check_all() {
  auto const exams = exams_.all();  // a copy: imports are checked by the next look
  for (std::size_t i = 0; i < exams.size() && !stopping_; ++i) {
    auto done = co_await check_chain(*exams[i]);
    if (done && !stopping_) {
      std::function<Result<void>()> work = [directory = exams[i]->directory] { return journal::check_pages(directory); };
      done = co_await api::run_on_pool<Result<void>>(context_.pool, context_.executor, std::move(work));
    }
    if (done) continue;
    log_error("journal " + exams[i]->id() + ": " + describe(done.error()));
    context_.alarms.raise(api::Alarm::check_failed, exams[i]->id() + ": " + done.error().detail);
    std::ignore = keeper_->suspect("kegiatan/" + exams[i]->id(), done.error());  // the next start heals it
  }
}

asio::awaitable<Result<void>> ExamServer::Impl::check_chain(api::Exam const& exam) {
  auto reader = journal::Reader::open(exam.directory);
  if (!reader) co_return reader.error();
  auto const check = std::make_shared<ChainCheck>(
      ChainCheck{std::move(*reader), {0, journal::genesis_hash(exam.stream)}});
  auto const until = writer_.durable_lsn(exam.journal);
  while (check->head.lsn < until && !stopping_) {
    std::function<Result<std::uint64_t>()> work = [check] { return check->go_on(); };
    auto const count = co_await api::run_on_pool<Result<std::uint64_t>>(context_.pool, context_.executor, std::move(work));
    if (!count) co_return count.error();
    if (*count == 0) co_return fail(Errc::chain_broken, "lsn " + std::to_string(check->head.lsn + 1));
    check_timer_.expires_after(pause);
    co_await check_timer_.async_wait(as_values);
  }
  co_return Result<void>{};
}

}  // namespace proktor::app
