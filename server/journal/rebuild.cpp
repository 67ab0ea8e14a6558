#include "journal/rebuild.hpp"

#include "journal/copy_file.hpp"
#include "journal/projector.hpp"
#include "journal/rebuild_walk.hpp"
#include "journal/schema.hpp"

#include <boost/json.hpp>

#include <tuple>

namespace proktor::journal {
namespace {

namespace fs = std::filesystem;
namespace json = boost::json;

constexpr std::uint64_t batch_entries = 20'000;
constexpr std::size_t copy_write_bytes = std::size_t{1} << 20U;
constexpr char const* suspect_name = "journal.suspect";
constexpr int damaged_max = 1'000;

fs::path rebuilt(fs::path const& path) { return path.string() + ".rebuilt"; }
fs::path unfinished(fs::path const& path) { return path.string() + ".rebuilding"; }

// The first entry names its stream and what it continues; docs/protocol.md says in which order.
std::string genesis_bytes(SoundChain const& from, Bytes16 const& stream) {
  boost::system::error_code error;
  auto value = json::parse(from.first_bytes, error);
  if (error || !value.is_object()) return from.first_bytes;
  auto& object = value.get_object();
  if (object.contains("previous_head") && !object.contains("event_previous_head"))
    object["event_previous_head"] = object["previous_head"];
  object["stream"] = hex(stream);
  object["previous_head"] = hex(from.head.hash);
  object["previous_stream"] = hex(from.stream);
  return json::serialize(object);
}

Entry restored_entry(SoundChain const& from, TimeMs at_ms) {
  json::array sources;
  for (auto const& name : from.sources) sources.emplace_back(name);
  json::object const bytes{{"from_stream", hex(from.stream)},
                           {"lsn", from.head.lsn},
                           {"hash", hex(from.head.hash)},
                           {"sources", std::move(sources)},
                           {"x", from.x_ms}};
  Entry entry;
  entry.lsn = from.head.lsn + 1;
  entry.at_ms = at_ms;
  entry.term = from.term;
  entry.kind = "restored";
  entry.subject = hex(from.stream);
  entry.bytes = json::serialize(bytes);
  return entry;
}

// The new database and its copy, as they grow.
class Target {
 public:
  static Result<Target> make(fs::path const& directory, Bytes16 const& stream) {
    std::error_code ignored;
    for (auto const& path : {database_path(directory), copy_path(directory)}) {
      fs::remove(unfinished(path), ignored);
      fs::remove(unfinished(path).string() + "-journal", ignored);
    }
    auto database = Database::open(unfinished(database_path(directory)), Database::Mode::create);
    if (!database) return database.error();
    if (auto done = create_schema(*database, stream); !done) return done.error();
    auto projector = Projector::prepare(*database);
    if (!projector) return projector.error();
    auto insert = database->prepare(insert_entry_sql);
    if (!insert) return insert.error();
    auto copy = CopyFile::open(unfinished(copy_path(directory)), stream, true);
    if (!copy) return copy.error();
    return Target(std::move(*database), std::move(*projector), std::move(*insert), std::move(*copy),
                  {0, genesis_hash(stream)});
  }

  Result<void> add(Entry entry) {
    entry.hash = entry_hash(head_.hash, entry);
    if (!transaction_) {
      auto begun = Transaction::begin(*database_, true);
      if (!begun) return begun.error();
      transaction_.emplace(std::move(*begun));
    }
    bind_entry(insert_, entry);
    if (auto done = insert_.run(); !done) return done;
    if (auto done = projector_.add(entry); !done) return done;
    append_copy_record(records_, entry);
    head_ = {entry.lsn, entry.hash};
    if (records_.size() >= copy_write_bytes || entry.lsn % batch_entries == 0) return flush();
    return {};
  }

  // Errors of the last write come out here at the latest.
  Result<Head> finish() {
    if (auto done = flush(); !done) return done.error();
    if (auto done = copy_.sync(); !done) return done.error();
    return head_;
  }

 private:
  Target(Database database, Projector projector, Statement insert, CopyFile copy, Head head)
      : database_(std::make_unique<Database>(std::move(database))),
        projector_(std::move(projector)),
        insert_(std::move(insert)),
        copy_(std::move(copy)),
        head_(head) {}

  Result<void> flush() {
    if (!transaction_) return {};
    if (auto done = projector_.flush(); !done) return done;
    if (auto done = transaction_->commit(); !done) return done;
    transaction_.reset();
    auto done = copy_.append(records_);
    records_.clear();
    return done;
  }

  std::unique_ptr<Database> database_;  // the transaction points at it
  Projector projector_;
  Statement insert_;
  CopyFile copy_;
  Head head_;
  std::string records_{};
  std::optional<Transaction> transaction_{};
};

Result<Head> write_target(fs::path const& directory, EntrySources& sources, SoundChain const& chain,
                          Bytes16 const& stream, TimeMs at_ms) {
  auto target = Target::make(directory, stream);
  if (!target) return target.error();
  ChainWalk walk(sources, chain.stream);
  for (std::uint64_t lsn = 1; lsn <= chain.head.lsn; ++lsn) {
    auto entry = walk.next();
    if (!entry) return entry.error();
    if (!*entry) return fail(Errc::journal_corrupt, "a source changed while it was read");
    if (lsn == 1 && (*entry)->kind == "genesis") (*entry)->bytes = genesis_bytes(chain, stream);
    if (auto done = target->add(std::move(**entry)); !done) return done.error();
  }
  if (auto done = target->add(restored_entry(chain, at_ms)); !done) return done.error();
  return target->finish();
}

Result<void> rename_file(fs::path const& from, fs::path const& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return fail(Errc::io_error, from.string() + ": " + error.message());
  return {};
}

// Gives the file a name under which nothing reads it any more; SQLite's side files go along with theirs.
Result<void> set_aside(fs::path const& path, std::vector<std::string> const& suffixes) {
  std::error_code ignored;
  for (int n = 1; n <= damaged_max; ++n) {
    std::string const name = path.string() + ".damaged-" + std::to_string(n);
    bool taken = false;
    for (auto const& suffix : suffixes) taken = taken || fs::exists(name + suffix, ignored);
    if (taken) continue;
    for (auto const& suffix : suffixes) {
      if (!fs::exists(path.string() + suffix, ignored)) continue;
      if (auto done = rename_file(path.string() + suffix, name + suffix); !done) return done;
    }
    return {};
  }
  return fail(Errc::io_error, path.string() + ": too many damaged files");
}

// Receipts speak of the stream they were given for; file names do not.
Result<void> move_receipts(fs::path const& directory, Bytes16 const& stream) {
  auto const folder = receipts_path(directory);
  auto const below = folder / hex(stream);
  std::error_code error;
  std::vector<fs::path> files;
  for (auto const& entry : fs::directory_iterator(folder, error)) {
    if (entry.is_regular_file(error)) files.push_back(entry.path());
  }
  if (files.empty()) return {};
  fs::create_directories(below, error);
  for (auto const& file : files) {
    if (auto done = rename_file(file, below / file.filename()); !done) return done;
  }
  return {};
}

// A transaction from before the write-ahead log that power ended: only a writer rolls it back, and whoever looks at a
// journal first only reads. What cannot be rolled back is told by those who open it.
void roll_back(fs::path const& database) {
  std::error_code ignored;
  if (!fs::exists(database.string() + "-journal", ignored)) return;
  if (auto connection = Database::open(database, Database::Mode::read_write))
    std::ignore = connection->query_number("SELECT count(*) FROM sqlite_schema");
}

}  // namespace

void mark_suspect(fs::path const& directory) { std::ignore = write_file(directory / suspect_name, ""); }

void clear_suspect(fs::path const& directory) {
  std::error_code ignored;
  fs::remove(directory / suspect_name, ignored);
}

bool is_suspect(fs::path const& directory) {
  std::error_code ignored;
  return fs::exists(directory / suspect_name, ignored);
}

Result<void> finish_rebuild(fs::path const& directory) {
  std::error_code ignored;
  auto const database = database_path(directory);
  auto const copy = copy_path(directory);
  if (!fs::exists(rebuilt(database), ignored)) {
    roll_back(database);
    return {};
  }
  // A write-ahead log that stayed behind would be played into the new database.
  if (auto done = set_aside(database, {"", "-wal", "-shm", "-journal"}); !done) return done;
  if (fs::exists(rebuilt(copy), ignored)) {
    if (auto done = set_aside(copy, {""}); !done) return done;
    if (auto done = rename_file(rebuilt(copy), copy); !done) return done;
  }
  if (auto done = sync_directory(directory); !done) return done;
  if (auto done = rename_file(rebuilt(database), database); !done) return done;
  return sync_directory(directory);
}

Result<Rebuilt> rebuild(fs::path const& directory, EntrySources& sources, SoundChain const& chain,
                        Bytes16 const& stream, TimeMs at_ms) {
  std::error_code error;
  for (auto const& path : {directory, spool_path(directory), receipts_path(directory)}) {
    fs::create_directories(path, error);
    if (error) return fail(Errc::io_error, path.string() + ": " + error.message());
  }
  auto const head = write_target(directory, sources, chain, stream, at_ms);
  if (!head) return head.error();
  if (auto done = move_receipts(directory, chain.stream); !done) return done.error();
  sources.clear();  // their connections must be closed before the files get other names
  for (auto const& path : {copy_path(directory), database_path(directory)}) {
    if (auto done = rename_file(unfinished(path), rebuilt(path)); !done) return done.error();
    if (auto done = sync_directory(directory); !done) return done.error();
  }
  if (auto done = finish_rebuild(directory); !done) return done.error();
  return Rebuilt{chain, stream, *head};
}

Result<Rebuilt> rebuild_in_place(fs::path const& directory, EntrySources others, Bytes16 const& stream,
                                 TimeMs at_ms) {
  EntrySources sources;
  sources.push_back(database_rows(directory));
  sources.push_back(copy_records(directory));
  for (auto& other : others) sources.push_back(std::move(other));
  std::optional<Bytes16> old;
  for (auto const& source : sources) {
    if (!old) old = source->stream();
  }
  if (!old) return fail(Errc::journal_corrupt, "nothing tells which stream this was");
  auto const chain = find_chain(sources, *old);
  if (!chain) return chain.error();
  return rebuild(directory, sources, *chain, stream, at_ms);
}

}  // namespace proktor::journal
