#pragma once
// The applications behind the two Unix sockets: control (health, numbers, import, receipts) and feed (entries for
// followers). No cookies and no TLS: the file permissions of the sockets guard them. I/O thread.

#include "api/context.hpp"
#include "http/server.hpp"

namespace proktor::api {

// What only app can do for the control socket.
class ControlHost {
 public:
  virtual ~ControlHost() = default;
  // True when I/O loop and writer have both answered lately.
  virtual bool healthy() = 0;
  // A new kegiatan from an import: makes its journal with `entries` and takes it in. Errors: already_imported,
  // event_invalid, and those of the writer; nothing remains after a failure but an empty directory.
  virtual boost::asio::awaitable<Result<Exam*>> add_exam(std::string event, Bytes16 stream,
                                                         core::NewEntries entries) = 0;
  virtual http::ServerStats web_stats() = 0;
};

class ControlApp final : public http::Application {
 public:
  ControlApp(Context& context, ControlHost& host) : context_(context), host_(host) {}
  http::HeadDecision inspect(http::RequestHead const& head) override;
  boost::asio::awaitable<http::Response> handle(http::Request request) override;

 private:
  http::Response health();
  http::Response metrics();
  http::Response status();
  http::Response token(http::Request const& request);
  http::Response attempts();
  boost::asio::awaitable<http::Response> events(http::Request const& request);
  boost::asio::awaitable<http::Response> take_package(http::Request const& request);
  boost::asio::awaitable<http::Response> import(http::Request const& request);
  boost::asio::awaitable<http::Response> take_receipt(http::Request const& request);
  http::Response take_sync_status(http::Request const& request);

  Context& context_;
  ControlHost& host_;
};

class FeedApp final : public http::Application {
 public:
  explicit FeedApp(Context& context) : context_(context) {}
  http::HeadDecision inspect(http::RequestHead const& head) override;
  boost::asio::awaitable<http::Response> handle(http::Request request) override;

 private:
  http::Response journals();
  boost::asio::awaitable<http::Response> feed(http::Request const& request);

  Context& context_;
};

// The name of a journal on the feed: the kegiatan's id.
Exam* find_journal(Context& context, std::string_view name);

}  // namespace proktor::api
