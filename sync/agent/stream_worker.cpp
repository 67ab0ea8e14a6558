#include "sync/agent/stream_worker.hpp"

#include "base/deliberate_fault.hpp"
#include "base/log.hpp"

#include <fmt/format.h>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include <utility>

namespace proktor::sync {
namespace {

namespace asio = boost::asio;
using std::chrono::milliseconds;

constexpr milliseconds idle_wait{3'600'000};
constexpr milliseconds receipt_refused_wait{60'000};

}  // namespace

StreamWorker::StreamWorker(Context& context, Spool spool)
    : context_(context),
      spool_(std::move(spool)),
      feed_(connect(context, Peer::feed)),
      control_(connect(context, Peer::control)),
      follow_wake_(context.executor),
      upload_wake_(context.executor),
      deliver_wake_(context.executor) {
  if (context_.centre) uploader_.emplace(context_);
}

void StreamWorker::start(std::shared_ptr<StreamWorker> self) {
  auto const& executor = self->context_.executor;
  auto follow = [self]() -> asio::awaitable<void> { co_await self->follow(); };
  auto upload = [self]() -> asio::awaitable<void> { co_await self->upload(); };
  auto deliver = [self]() -> asio::awaitable<void> { co_await self->deliver(); };
  asio::co_spawn(executor, std::move(follow), asio::detached);
  asio::co_spawn(executor, std::move(upload), asio::detached);
  asio::co_spawn(executor, std::move(deliver), asio::detached);
}

void StreamWorker::stop() {
  follow_wake_.notify();
  upload_wake_.notify();
  deliver_wake_.notify();
  feed_->close();
  control_->close();
  if (uploader_) uploader_->close();
}

void StreamWorker::set_journal(std::optional<JournalInfo> info) {
  bool const appeared = info && !journal_;
  if (!info) {
    astray_ = false;
    follow_error_.clear();
  }
  // Compared with the listing before: the feed may have run ahead of this one.
  if (info && info->last_lsn < sealed_before_) {
    astray_ = true;
    follow_error_ = fmt::format("journal ends at {}, {} was sealed", info->last_lsn, sealed_before_);
  }
  sealed_before_ = spool_.last();
  journal_ = std::move(info);
  if (appeared) follow_wake_.notify();
}

asio::awaitable<void> StreamWorker::upload() {
  Backoff backoff(context_.config.backoff_first, context_.config.backoff_max);
  while (uploader_ && !context_.stopping) {
    auto const segment = spool_.next_to_send();
    if (!segment) {
      co_await upload_wake_.wait(idle_wait);
      continue;
    }
    SendOutcome outcome;
    auto file = spool_.read(*segment);
    if (file)
      outcome = co_await uploader_->send(std::move(*file));
    else
      outcome.error = describe(file.error());
    if (context_.stopping) co_return;
    if (outcome.state == SendState::done || has_fault(DurabilityFault::prune_without_receipt)) {
      if (auto const stored = spool_.add_receipt(*segment, outcome.receipt); !stored) {
        outcome = {SendState::later, {}, describe(stored.error()), {}};
      } else {
        backoff.reset();
        refused_ = false;
        upload_error_.clear();
        context_.centre_error.clear();
        deliver_wake_.notify();
        continue;
      }
    }
    refused_ = outcome.state == SendState::refused;
    (refused_ ? upload_error_ : context_.centre_error) = outcome.error;
    log_warning(fmt::format("segment {}: {}", segment::segment_name({spool_.stream(), segment->first, segment->last}),
                            outcome.error));
    milliseconds pause = refused_ ? context_.config.refused_retry : backoff.next(*context_.random);
    if (outcome.retry_after && *outcome.retry_after > pause) pause = *outcome.retry_after;
    // New segments must not cut the pause short: the next try sends this one again.
    DurationMs const until = context_.clock->monotonic_ms() + pause.count();
    while (!context_.stopping && context_.clock->monotonic_ms() < until)
      co_await upload_wake_.wait(milliseconds(until - context_.clock->monotonic_ms()));
  }
}

asio::awaitable<void> StreamWorker::deliver() {
  while (!context_.stopping) {
    auto const segment = spool_.next_to_deliver();
    if (!segment) {
      co_await deliver_wake_.wait(idle_wait);
      continue;
    }
    auto const delivered = co_await deliver_one(*segment);
    if (delivered || context_.stopping) continue;
    bool const refused = delivered.error() == Errc::remote_refused;
    if (refused) log_warning("receipt not taken by proktord: " + describe(delivered.error()));
    co_await deliver_wake_.wait(refused ? receipt_refused_wait : context_.config.local_retry);
  }
}

asio::awaitable<Result<void>> StreamWorker::deliver_one(SpooledSegment segment) {
  auto receipt = spool_.read_receipt_file(segment);
  if (!receipt) co_return receipt.error();
  http::ClientRequest request;
  request.method = http::Method::post;
  request.target = "/v1/receipts";
  request.content_type = "application/cms";
  request.body = std::move(*receipt);
  auto const response = co_await control_->send(std::move(request));
  if (!response) co_return response.error();
  if (response->status >= 500)
    co_return fail(Errc::unreachable, "proktord: " + std::to_string(response->status));
  if (!response->ok()) co_return fail(Errc::remote_refused, "proktord: " + std::to_string(response->status));
  co_return spool_.mark_delivered(segment);
}

}  // namespace proktor::sync
