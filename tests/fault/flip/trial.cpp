#include "tests/fault/flip/trial.hpp"

#include "journal/copy_file.hpp"
#include "journal/verifier.hpp"
#include "journal/writer.hpp"
#include "tests/fault/flip/damage.hpp"

#include <array>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <mutex>

#include <sys/wait.h>
#include <unistd.h>

namespace proktor::fault {
namespace fs = std::filesystem;

namespace {

constexpr unsigned hang_s = 60;
constexpr std::array kept_files{"journal.db", "journal.db-wal", "journal.copy", "journal.mark"};

int teller_fd = -1;  // in the child: the end of a pipe to the parent

void tell(Verdict const& verdict) {
  std::string const line = static_cast<char>('a' + static_cast<int>(verdict.outcome)) + verdict.why.substr(0, 2'000);
  std::ignore = ::write(teller_fd, line.data(), line.size());
}

class Owner {
 public:
  void post(std::function<void()> task) {
    std::lock_guard const lock(mutex_);
    tasks_.push_back(std::move(task));
    ready_.notify_one();
  }
  template <class Condition>
  void run_until(Condition condition) {
    while (!condition()) {
      std::unique_lock lock(mutex_);
      ready_.wait(lock, [this] { return !tasks_.empty(); });
      auto const task = std::move(tasks_.front());
      tasks_.pop_front();
      lock.unlock();
      task();
    }
  }

 private:
  std::mutex mutex_;
  std::condition_variable ready_;
  std::deque<std::function<void()>> tasks_;
};

std::vector<std::string> read_files(fs::path const& directory) {
  std::vector<std::string> out;
  for (auto const* name : kept_files) out.push_back(slurp(directory / name));
  return out;
}

std::string changed_files(fs::path const& directory, std::vector<std::string> const& before) {
  auto const after = read_files(directory);
  std::string out;
  for (std::size_t i = 0; i < before.size(); ++i) {
    if (after[i] != before[i]) out.append(" ").append(kept_files[i]);
  }
  return out;
}

std::string alarms_of(journal::JournalHandle const& handle) {
  std::string out;
  if (handle.recovered > 0) out += " recovered";
  if (handle.copy_repaired > 0) out += " copy_repaired";
  if (handle.copy_cut_bytes > 0) out += " copy_cut_bytes";
  if (handle.copy_filled > 0) out += " copy_filled";
  if (handle.lost > 0) out += " lost " + std::to_string(handle.lost);
  if (handle.projections_rebuilt) out += " projections_rebuilt";
  return out;
}

// Whether the first entries, all but `lost`, stand byte for byte in the database or in the copy.
std::string missing_everywhere(Shape const& shape, fs::path const& directory, std::uint64_t lost) {
  auto const copy = slurp(journal::copy_path(directory));
  std::vector<bool> there(shape.content.entries.size() - lost);
  if (auto reader = journal::Reader::open(directory)) {
    std::ignore = reader->read_entries(0, UINT64_MAX, [&](journal::Entry const& entry) {
      auto const i = entry.lsn - 1;
      if (i < there.size()) there[i] = there[i] || entry == shape.content.entries[i];
    });
  }
  std::size_t offset = journal::copy_header_bytes;
  for (std::size_t i = 0; i < there.size(); ++i) {
    auto const& record = shape.records[i];
    there[i] = there[i] || (offset <= copy.size() && std::string_view(copy).substr(offset).starts_with(record));
    offset += record.size();
    if (!there[i]) return "lsn " + std::to_string(i + 1) + " stands nowhere any more";
  }
  return {};
}

std::string findings_of(journal::Report const& report) {
  std::string out;
  for (auto const& finding : report.findings) {
    if (out.size() < 300) out += " [" + finding.part + " " + std::to_string(finding.lsn) + ": " + finding.text + "]";
  }
  return out;
}

Verdict run_trial(Shape const& shape, fs::path const& damaged) {
  auto const before = read_files(damaged);
  Owner owner;
  SystemClock clock;
  journal::WriterOptions options;
  options.post_to_owner = [&](std::function<void()> task) { owner.post(std::move(task)); };
  options.on_fatal = [](Error const& error) {
    tell({Outcome::stopped, describe(error)});
    std::_Exit(0);
  };
  std::string alarms;
  std::string served;
  std::uint64_t lost = 0;
  {
    journal::Writer writer(std::move(options), clock);
    auto const handle = writer.open(damaged);
    if (!handle) {
      writer.stop();
      auto const changed = changed_files(damaged, before);
      if (changed.empty()) return {Outcome::refused, describe(handle.error())};
      return {Outcome::violated, "refused (" + describe(handle.error()) + ") after changing" + changed};
    }
    alarms = alarms_of(*handle);
    lost = handle->lost;
    auto const found = read_content(damaged);
    if (!found) return {Outcome::refused, "state: " + describe(found.error())};
    served = difference(shape.content, *found, true);
    bool done = false;
    writer.append(handle->id, {{"note", "", R"({"text":"goes on"})"}}, 0, [&](auto const& appended) { done = appended.has_value(); });
    owner.run_until([&] { return done; });
  }
  auto const report = journal::verify_journal(damaged);
  if (auto const missing = missing_everywhere(shape, damaged, lost); !missing.empty()) return {Outcome::violated, missing + alarms};
  if (lost > 0) return {report && report->ok && shape.cut ? Outcome::told_lost : Outcome::violated, alarms};
  if (!report) return {served.empty() ? Outcome::behind : Outcome::violated, "verifier: " + describe(report.error())};
  if (!served.empty() && report->ok) return {Outcome::violated, "served wrong: " + served + alarms};
  if (!served.empty()) return {Outcome::later, served + alarms + findings_of(*report)};
  if (!report->ok) return {Outcome::behind, alarms + findings_of(*report)};
  auto const again = read_content(damaged);
  if (!again) return {Outcome::violated, "read again: " + describe(again.error())};
  auto const differs = difference(shape.content, *again, false);
  if (!differs.empty()) return {Outcome::violated, "read again: " + differs};
  return {alarms.empty() ? Outcome::no_effect : Outcome::healed, alarms};
}

}  // namespace

Verdict judge_apart(std::function<Verdict()> const& run) {
  int ends[2];
  if (::pipe(ends) != 0) return {Outcome::violated, "no pipe"};
  pid_t const child = ::fork();
  if (child == 0) {
    ::close(ends[0]);
    ::alarm(hang_s);
    teller_fd = ends[1];
    tell(run());
    std::exit(0);
  }
  ::close(ends[1]);
  std::string said;
  std::array<char, 4'096> buffer{};
  for (ssize_t n = 0; (n = ::read(ends[0], buffer.data(), buffer.size())) > 0;) said.append(buffer.data(), static_cast<std::size_t>(n));
  ::close(ends[0]);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return {Outcome::violated, "died of signal " + std::to_string(WTERMSIG(status))};
  if (said.empty() || WEXITSTATUS(status) != 0) return {Outcome::violated, "ended without a verdict"};
  return {static_cast<Outcome>(said[0] - 'a'), said.substr(1)};
}

Verdict judge(Shape const& shape, fs::path const& damaged) {
  return judge_apart([&] { return run_trial(shape, damaged); });
}

}  // namespace proktor::fault
