#include "journal/writer.hpp"

#include "journal/writer_loop.hpp"

#include <future>

namespace proktor::journal {

Writer::Writer(WriterOptions options, Clock& clock)
    : loop_(std::make_unique<WriterLoop>(std::move(options), clock)) {}

Writer::~Writer() {
  stop();
}

namespace {

// Runs `make` on the writer's thread and waits for what it gives.
template <class Make>
Result<JournalHandle> run_and_wait(WriterLoop& loop, Make make) {
  if (!loop.has_thread()) return make();
  auto promise = std::make_shared<std::promise<Result<JournalHandle>>>();
  auto answer = promise->get_future();
  // A control that is dropped unrun destroys the last promise: the wait below then ends with an exception.
  Task task = [promise = std::exchange(promise, nullptr), make = std::move(make)] {
    promise->set_value(make());
  };
  if (!loop.push_control(std::move(task))) return fail(Errc::stopping);
  try {
    return answer.get();
  } catch (std::future_error const&) {
    return fail(Errc::stopping);
  }
}

}  // namespace

Result<JournalHandle> Writer::create(std::filesystem::path const& directory, Bytes16 const& stream) {
  return run_and_wait(*loop_,
                      [this, directory, stream] { return loop_->adopt(Store::create(directory, stream)); });
}

Result<JournalHandle> Writer::open(std::filesystem::path const& directory) {
  return run_and_wait(*loop_, [this, directory] { return loop_->adopt(Store::open(directory)); });
}

void Writer::create_async(std::filesystem::path directory, Bytes16 const& stream, Opened done) {
  auto task = [this, directory = std::move(directory), stream, done] {
    auto handle = loop_->adopt(Store::create(directory, stream));
    loop_->post([done, handle = std::move(handle)] { done(handle); });
  };
  if (!loop_->push_control(std::move(task))) loop_->post([done] { done(fail(Errc::stopping)); });
}

bool Writer::append(JournalId journal, core::NewEntries entries, std::uint64_t term, Completion done) {
  std::size_t bytes = 0;
  for (auto const& entry : entries) bytes += bytes_of_entry(entry);
  return loop_->push({journal, std::move(entries), term, std::move(done), bytes});
}

void Writer::resume(JournalId journal) {
  if (journal.index < journals_max) loop_->push_control([this, journal] { loop_->resume(journal); });
}

void Writer::ping(Completion done) {
  loop_->push_control([this, done = std::move(done)] { loop_->post([done] { done(Appended{}); }); });
}

std::uint64_t Writer::durable_lsn(JournalId journal) const {
  return journal.index < journals_max ? loop_->shown(journal).durable_lsn.load() : 0;
}

JournalStatus Writer::status(JournalId journal) const {
  if (journal.index >= journals_max) return {};
  auto const& shown = loop_->shown(journal);
  return {shown.durable_lsn, shown.wal_bytes, shown.copy_behind, shown.storage_full, shown.checkpoint_failed};
}

WriterStatus Writer::status() const {
  return loop_->status();
}

bool Writer::step() {
  return loop_->step();
}

void Writer::stop() {
  loop_->close();
}

}  // namespace proktor::journal
