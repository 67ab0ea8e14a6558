#include "provisioning/export/commands.hpp"

#include "base/bytes.hpp"
#include "base/file.hpp"
#include "core/json_fields.hpp"
#include "journal/journal.hpp"
#include "provisioning/control/control.hpp"
#include "provisioning/export/codes.hpp"
#include "provisioning/export/source.hpp"
#include "provisioning/keys/staged_directory.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <system_error>
#include <utility>
#include <vector>

#include <unistd.h>

namespace proktor::exporting {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::size_t receipt_bytes_max = 64 * 1024;
constexpr std::size_t write_bytes = 256 * 1024;

struct Summary {
  std::string event;
  journal::Head head{};
  std::size_t attempts = 0;
  std::size_t receipts = 0;
};

Result<std::string> the_event(ExportOptions const& options) {
  if (!options.event.empty()) return options.event;
  std::vector<std::string> events;
  std::error_code error;
  for (fs::directory_iterator entry(options.data / "kegiatan", error), end; !error && entry != end;
       entry.increment(error)) {
    if (fs::exists(journal::database_path(entry->path()))) events.push_back(entry->path().filename().string());
  }
  if (events.empty()) return fail(Errc::not_found, "no kegiatan under " + options.data.string());
  if (events.size() > 1) return fail(Errc::bad_field, "--event: " + fmt::format("{}", fmt::join(events, ", ")));
  return events.front();
}

class Export {
 public:
  Export(keys::StagedDirectory& staged, Fd entries) : staged_(staged), entries_(std::move(entries)) {}

  Result<void> take(std::string_view line) {
    auto const entry = journal::parse_feed_line(line);
    if (!entry) return entry.error();
    if (entry->lsn == 1) genesis_ = entry->bytes;
    codes_.take(*entry);
    head_ = {entry->lsn, entry->hash};
    waiting_.append(line).push_back('\n');
    return waiting_.size() < write_bytes ? Result<void>() : flush();
  }

  Result<Summary> finish(ExportOptions const& options, std::string const& event) {
    if (auto const done = flush(); !done) return done.error();
    if (::fsync(entries_.get()) != 0) return fail(Errc::io_error, std::strerror(errno));
    if (auto const done = staged_.add("kode-bukti.csv", codes_.csv()); !done) return done.error();
    auto const receipts = copy_receipts(journal::receipts_path(options.data / "kegiatan" / event));
    if (!receipts) return receipts.error();
    if (auto const done = add_about(); !done) return done.error();
    return Summary{event, head_, codes_.attempts(), *receipts};
  }

 private:
  Result<void> flush() {
    auto const written = write_all(entries_.get(), waiting_);
    waiting_.clear();
    return written;
  }

  // After the entries: a receipt is a file before it is an entry, so every entry's file is here.
  Result<std::size_t> copy_receipts(fs::path const& from) {
    std::size_t count = 0;
    std::error_code error;
    for (fs::directory_iterator file(from, error), end; !error && file != end; file.increment(error)) {
      if (file->path().extension() != ".receipt") continue;
      auto const bytes = read_file(file->path(), receipt_bytes_max);
      if (!bytes) return bytes.error();
      if (auto const done = staged_.add("receipts/" + file->path().filename().string(), *bytes); !done)
        return done.error();
      ++count;
    }
    return count;
  }

  Result<void> add_about() {
    core::JsonFields genesis(genesis_);
    json::object const about{{"v", 1},
                             {"organiser", genesis.text("organiser")},
                             {"event", genesis.text("event")},
                             {"box", genesis.text("box")},
                             {"stream", genesis.text("stream")},
                             {"last", head_.lsn},
                             {"hash", hex(head_.hash)}};
    if (!genesis.ok()) return genesis.error(Errc::journal_corrupt);
    return staged_.add("export.json", json::serialize(about) + "\n");
  }

  keys::StagedDirectory& staged_;
  Fd entries_;
  std::string waiting_;
  std::string genesis_;
  journal::Head head_{};
  Codes codes_;
};

Result<Summary> write_export(ExportOptions const& options) {
  if (std::error_code error; fs::exists(options.out, error)) return fail(Errc::already_imported, options.out.string());
  if (std::error_code error; !fs::is_directory(options.data, error)) return fail(Errc::not_found, options.data.string());
  auto const event = the_event(options);
  if (!event) return event.error();
  auto source = open_source(options);
  if (!source) return source.error();
  auto staged = keys::StagedDirectory::begin(options.out);
  if (!staged) return staged.error();
  auto entries = staged->create("entries.ndjson");
  if (!entries) return entries.error();
  Export writing(*staged, std::move(*entries));
  auto const read = (*source)->read(*event, [&writing](std::string_view line) { return writing.take(line); });
  if (!read) return read.error();
  auto const summary = writing.finish(options, *event);
  if (!summary) return summary.error();
  if (auto const done = staged->commit(); !done) return done.error();
  return summary;
}

}  // namespace

int run_export(ExportOptions const& options) {
  auto const done = write_export(options);
  if (!done) return control::report_failure(done.error(), options.json);
  if (options.json) {
    json::object const out{{"ok", true},           {"event", done->event},
                           {"last", done->head.lsn}, {"hash", hex(done->head.hash)},
                           {"attempts", done->attempts}, {"receipts", done->receipts}};
    fmt::print("{}\n", json::serialize(out));
  } else {
    fmt::print("{}: sampai lsn {}, {} pengerjaan, {} tanda terima, ditulis ke {}\n", done->event, done->head.lsn,
               done->attempts, done->receipts, options.out.string());
  }
  return control::exit_done;
}

}  // namespace proktor::exporting
