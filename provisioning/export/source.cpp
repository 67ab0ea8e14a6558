#include "provisioning/export/source.hpp"

#include "http/client.hpp"
#include "journal/data_lock.hpp"
#include "journal/entry.hpp"
#include "journal/reader.hpp"
#include "provisioning/control/control.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <limits>
#include <utility>

namespace proktor::exporting {
namespace {

namespace fs = std::filesystem;

class StoppedBox final : public Source {
 public:
  StoppedBox(fs::path data, journal::DataLock lock) : data_(std::move(data)), lock_(std::move(lock)) {}

  Result<void> read(std::string const& event, TakeLine const& take) override {
    auto reader = journal::Reader::open(data_ / "kegiatan" / event);
    if (!reader) return reader.error();
    Result<void> taken;
    auto const all = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
    auto const read = reader->read_entries(0, all, [&](journal::Entry const& entry) {
      if (taken) taken = take(journal::feed_line(entry));
    });
    if (!read) return read.error();
    return taken;
  }

 private:
  fs::path data_;
  journal::DataLock lock_;
};

class RunningBox final : public Source {
 public:
  explicit RunningBox(fs::path feed) : feed_(std::move(feed)) {}

  Result<void> read(std::string const& event, TakeLine const& take) override {
    for (std::uint64_t after = 0;;) {
      auto const count = read_some(event, after, take);
      if (!count) return count.error();
      if (*count == 0) return {};
      after += *count;
    }
  }

 private:
  Result<std::uint64_t> read_some(std::string const& event, std::uint64_t after, TakeLine const& take) {
    std::uint64_t count = 0;
    std::string rest;
    http::ClientRequest request;
    request.target = fmt::format("/v1/feed?journal={}&after={}", control::query_escaped(event), after);
    request.on_body = [&](std::string_view piece) -> Result<void> {
      rest.append(piece);
      std::size_t begin = 0;
      for (auto end = rest.find('\n'); end != std::string::npos; end = rest.find('\n', begin)) {
        if (auto const done = take(std::string_view(rest).substr(begin, end - begin)); !done) return done;
        begin = end + 1;
        ++count;
      }
      rest.erase(0, begin);
      return {};
    };
    http::Endpoint endpoint{.host = "feed", .unix_path = feed_.string()};
    auto const answer = http::send_blocking(std::move(endpoint), std::nullopt, std::move(request));
    if (!answer) return fail(answer.error().code, feed_.string() + ": " + answer.error().detail);
    if (answer->status == 404) return fail(Errc::not_found, event);
    if (!answer->ok() || !rest.empty()) return fail(Errc::remote_refused, fmt::format("status {}", answer->status));
    return count;
  }

  fs::path feed_;
};

}  // namespace

Result<std::unique_ptr<Source>> open_source(ExportOptions const& options) {
  auto lock = journal::DataLock::take(options.data);
  if (lock) return std::unique_ptr<Source>(std::make_unique<StoppedBox>(options.data, std::move(*lock)));
  if (!(lock.error() == Errc::locked)) return lock.error();
  auto const feed = options.feed.empty() ? options.data / "run" / "feed.sock" : options.feed;
  return std::unique_ptr<Source>(std::make_unique<RunningBox>(feed));
}

}  // namespace proktor::exporting
