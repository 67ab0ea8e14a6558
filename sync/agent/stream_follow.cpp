#include "sync/agent/stream_worker.hpp"

#include "base/log.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace proktor::sync {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr milliseconds feed_wait_max{25'000};
constexpr milliseconds feed_wait_slack{10'000};
constexpr std::uint64_t feed_entries_max = 1'000;
constexpr milliseconds idle_wait{3'600'000};
constexpr std::uint64_t jitter_percent = 20;

}  // namespace

asio::awaitable<void> StreamWorker::follow() {
  while (!context_.stopping) {
    if (!journal_) {
      co_await follow_wake_.wait(idle_wait);
      continue;
    }
    auto const followed = co_await follow_journal();
    if (context_.stopping || followed) continue;
    Error const error = followed.error();
    bool const away = error == Errc::unreachable || error == Errc::timeout;
    // A chain that does not hold is no passing trouble; an absent proktord is none at all.
    bool const grave = error == Errc::chain_broken || error == Errc::bad_json || error == Errc::too_large ||
                       error == Errc::segment_invalid;
    if (!away) {
      follow_error_ = describe(error);
      astray_ = grave && journal_;
      log_error(fmt::format("stream {}: {}", hex(spool_.stream()), follow_error_));
    }
    co_await follow_wake_.wait(grave ? context_.config.refused_retry : context_.config.local_retry);
    // After a failed write the folder, not memory, says what is sealed.
    if (auto spool = Spool::open(context_.config.spool_dir, spool_.stream(), context_.box.roots)) {
      spool_ = std::move(*spool);
    } else {
      follow_error_ = describe(spool.error());
    }
  }
}

// Follows until something fails or the journal is gone. What was read but not sealed is read again next time.
asio::awaitable<Result<void>> StreamWorker::follow_journal() {
  segment::SegmentBuilder builder(spool_.stream(), spool_.last(), spool_.hash());
  partial_line_.clear();
  while (!context_.stopping && journal_) {
    std::uint64_t const before = builder.last();
    DurationMs const asked_ms = context_.clock->monotonic_ms();
    milliseconds const wait = until_due(builder);
    auto const read = co_await read_feed(builder, wait);
    if (!read) co_return read.error();
    // A feed that gives nothing and does not wait (proktord is stopping) must not be asked in a loop.
    if (builder.last() == before && context_.clock->monotonic_ms() - asked_ms < wait.count() / 2)
      co_await follow_wake_.wait(std::min(wait, context_.config.local_retry));
    if (builder.worth_sealing() && until_due(builder) == milliseconds(0))
      if (auto const sealed = seal(builder); !sealed) co_return sealed.error();
  }
  co_return Result<void>();
}

asio::awaitable<Result<void>> StreamWorker::read_feed(segment::SegmentBuilder& builder, milliseconds wait) {
  http::ClientRequest request;
  request.target = fmt::format("/v1/feed?journal={}&after={}&max={}&wait_ms={}", journal_->journal,
                               builder.last(), feed_entries_max, wait.count());
  request.read_deadline = wait + feed_wait_slack;
  request.on_body = [this, &builder](std::string_view piece) { return take(builder, piece); };
  auto const response = co_await feed_->send(std::move(request));
  if (!response) co_return response.error();
  if (!response->ok()) co_return fail(Errc::unreachable, "feed: status " + std::to_string(response->status));
  if (!partial_line_.empty()) co_return fail(Errc::unreachable, "feed: cut inside a line");
  co_return Result<void>();
}

Result<void> StreamWorker::take(segment::SegmentBuilder& builder, std::string_view piece) {
  while (!piece.empty()) {
    std::size_t const end = piece.find('\n');
    partial_line_.append(piece.substr(0, end));
    if (partial_line_.size() > segment::segment_plain_bytes_max) return fail(Errc::too_large, "feed line");
    if (end == std::string_view::npos) break;
    piece.remove_prefix(end + 1);
    if (auto const taken = take_line(builder, partial_line_); !taken) return taken;
    partial_line_.clear();
  }
  return {};
}

Result<void> StreamWorker::take_line(segment::SegmentBuilder& builder, std::string_view line) {
  if (!builder.fits(line) && !builder.empty())
    if (auto const sealed = seal(builder); !sealed) return sealed;
  bool const waited = builder.worth_sealing();
  if (auto const added = builder.add(line); !added) return added;
  if (!waited && builder.worth_sealing()) {
    auto const interval = context_.config.segment_interval.count();
    auto const spread = static_cast<std::uint64_t>(interval) * 2 * jitter_percent / 100 + 1;
    auto const jitter = static_cast<std::int64_t>(context_.random->below(spread)) -
                        interval * static_cast<std::int64_t>(jitter_percent) / 100;
    due_ms_ = context_.clock->monotonic_ms() + interval + jitter;
  }
  if (builder.plain().size() >= context_.config.segment_bytes_max || builder.sitting_closed())
    return seal(builder);
  return {};
}

milliseconds StreamWorker::until_due(segment::SegmentBuilder const& builder) const {
  if (!builder.worth_sealing()) return feed_wait_max;
  return std::clamp(milliseconds(due_ms_ - context_.clock->monotonic_ms()), milliseconds(0), feed_wait_max);
}

Result<void> StreamWorker::seal(segment::SegmentBuilder& builder) {
  segment::SegmentHeader header = builder.header();
  if (!journal_) return fail(Errc::unreachable, "journal is gone");
  header.organiser = journal_->organiser;
  header.event = journal_->event;
  header.box = context_.box.box;
  auto const file =
      segment::seal_segment(header, builder.plain(), context_.box.signer, context_.box.centre_certificate);
  if (!file) return file.error();
  if (auto const added = spool_.add(header, *file); !added) return added.error();
  log_info(fmt::format("sealed {} ({} bytes)", segment::segment_name({header.stream, header.first, header.last}),
                       file->size()));
  builder.start_next();
  follow_error_.clear();
  astray_ = false;
  upload_wake_.notify();
  return {};
}

}  // namespace proktor::sync
