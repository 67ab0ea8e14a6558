#pragma once
// proktor-sync as a whole: finds the journals of proktord and the streams of the spool, runs one worker for
// each, tells proktord the state. Holds the spool's lock while it lives: two agents on one spool could seal
// one range twice. I/O thread only.

#include "sync/agent/context.hpp"
#include "sync/agent/stream_worker.hpp"

#include "base/file.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>

#include <map>
#include <memory>
#include <optional>
#include <vector>

namespace proktor::sync {

class Agent {
 public:
  // Errors: not_enrolled, certificate_invalid, bad_field (centre_url), locked, io_error.
  static Result<std::unique_ptr<Agent>> create(boost::asio::any_io_executor executor, SyncConfig config);
  // With a context whose clock, randomness or links are not the system's; its box must be loaded.
  static Result<std::unique_ptr<Agent>> create(Context context);
  Agent(Agent const&) = delete;
  Agent& operator=(Agent const&) = delete;

  void start();
  // Everything that waits ends; the executor runs out of work when the last step has ended.
  void stop();

 private:
  Agent(Context context, Fd lock);
  boost::asio::awaitable<void> list_journals();
  boost::asio::awaitable<Result<std::vector<JournalInfo>>> fetch_journals();
  void set_journals(std::vector<JournalInfo> const& journals);
  StreamWorker* worker_for(Bytes16 const& stream);

  boost::asio::awaitable<void> watch_centre();
  boost::asio::awaitable<void> report_status();
  std::string status_json() const;

  Context context_;
  Fd lock_;
  std::map<Bytes16, std::shared_ptr<StreamWorker>> workers_{};
  std::map<Bytes16, std::string> broken_spools_{};
  std::unique_ptr<http::Link> feed_;
  std::unique_ptr<http::Link> control_;
  std::unique_ptr<http::Link> centre_{};
  Wake list_wake_;
  Wake status_wake_;
  Wake centre_wake_;
};

}  // namespace proktor::sync
