#pragma once
// The applications behind the two Unix sockets: control (health, numbers, import, receipts) and feed (entries for
// followers). No cookies and no TLS: the file permissions of the sockets guard them. I/O thread.

#include "api/context.hpp"
#include "api/import.hpp"
#include "http/server.hpp"

#include <boost/json/array.hpp>

namespace proktor::api {

// A kegiatan that is about to begin.
struct NewExam {
  std::string event;
  Bytes16 stream{};
  core::NewEntries entries{};
  std::string sealed_cards{};  // cards.cms: usernames and passwords, encrypted to the box
};

// What only app can do for the control socket.
class ControlHost {
 public:
  virtual ~ControlHost() = default;
  // True when I/O loop and writer have both answered lately.
  virtual bool healthy() = 0;
  // A new kegiatan from an import: makes its directory, stores the cards, then its journal with `entries` in one
  // transaction, and takes it in. Errors: already_imported, io_error, and those of the writer; what remains after a
  // failure is an empty journal that the next import of the kegiatan takes up.
  virtual boost::asio::awaitable<Result<Exam*>> add_exam(NewExam exam) = 0;
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
  boost::asio::awaitable<Result<Exam*>> carry_out(ImportPlan plan, boost::json::array& passwords);
  boost::asio::awaitable<http::Response> take_receipt(http::Request const& request);
  http::Response take_sync_status(http::Request const& request);

  Context& context_;
  ControlHost& host_;
  bool importing_ = false;  // one at a time
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

}  // namespace proktor::api
