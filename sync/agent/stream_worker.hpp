#pragma once
// One stream, from proktord's feed to the centre's receipt: follow() seals segments into the spool, upload()
// sends them, deliver() hands receipts to proktord. The three wait for each other only through the spool, so
// an absent centre never stops sealing and an absent proktord never stops sending. Owns its connections. I/O
// thread only.

#include "http/client.hpp"
#include "sync/agent/context.hpp"
#include "segment/builder.hpp"
#include "sync/agent/spool.hpp"
#include "sync/agent/uploader.hpp"
#include "sync/agent/wake.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace proktor::sync {

// What /v1/journals says of a stream.
struct JournalInfo {
  std::string journal{};
  Bytes16 stream{};
  std::string organiser{};
  std::string event{};
  std::uint64_t last_lsn = 0;
};

class StreamWorker {
 public:
  StreamWorker(Context& context, Spool spool);

  // Starts the three coroutines; each holds `self` until it ends.
  static void start(std::shared_ptr<StreamWorker> self);
  void stop();

  // The journal is there (again), or not any more.
  void set_journal(std::optional<JournalInfo> info);

  Spool const& spool() const { return spool_; }
  // The centre refused a segment, or the log does not go on from what was sealed: a person must look.
  bool refused() const { return refused_ || astray_; }
  // The latest trouble, empty when none.
  std::string const& error() const { return follow_error_.empty() ? upload_error_ : follow_error_; }

 private:
  boost::asio::awaitable<void> follow();
  boost::asio::awaitable<Result<void>> follow_journal();
  boost::asio::awaitable<Result<void>> read_feed(segment::SegmentBuilder& builder, std::chrono::milliseconds wait);
  Result<void> take(segment::SegmentBuilder& builder, std::string_view piece);
  Result<void> take_line(segment::SegmentBuilder& builder, std::string_view line);
  Result<void> seal(segment::SegmentBuilder& builder);
  std::chrono::milliseconds until_due(segment::SegmentBuilder const& builder) const;

  boost::asio::awaitable<void> upload();
  boost::asio::awaitable<void> deliver();
  boost::asio::awaitable<Result<void>> deliver_one(SpooledSegment segment);

  Context& context_;
  Spool spool_;
  std::optional<JournalInfo> journal_{};
  std::unique_ptr<http::Link> feed_;
  std::unique_ptr<http::Link> control_;
  std::optional<Uploader> uploader_{};
  Wake follow_wake_;
  Wake upload_wake_;
  Wake deliver_wake_;
  std::string partial_line_{};
  DurationMs due_ms_ = 0;  // monotonic moment at which what waits is sealed; meaningful while something waits
  bool refused_ = false;
  bool astray_ = false;
  std::uint64_t sealed_before_ = 0;  // spool's end at the listing before
  std::string follow_error_{};
  std::string upload_error_{};
};

}  // namespace proktor::sync
