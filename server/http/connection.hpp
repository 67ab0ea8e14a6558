#pragma once
// One outgoing connection: name, socket, handshake, and reads and writes that wait, each with a deadline.
// Owns the descriptor and its Stream. Knows no HTTP. Private to the client; runs on the executor's thread.

#include "base/file.hpp"
#include "http/client.hpp"
#include "http/stream.hpp"

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::http {

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Patience = std::chrono::milliseconds;

  explicit Connection(boost::asio::any_io_executor executor);

  // Errors: unreachable, timeout, certificate_invalid.
  boost::asio::awaitable<Result<void>> open(Endpoint endpoint, std::optional<TlsContext> tls,
                                            Patience patience);
  // At most `room` more bytes at the end of `buffer`; 0 when the peer has ended its side. Errors:
  // unreachable, timeout.
  boost::asio::awaitable<Result<std::size_t>> read(std::string& buffer, std::size_t room, Patience patience);
  boost::asio::awaitable<Result<void>> write(std::string_view bytes,
                                             Patience patience);  // patience: per step

  // True when the peer has sent something or left since the last answer: the connection cannot be used again.
  bool stale();
  void close();

 private:
  boost::asio::awaitable<Result<void>> connect_to(struct sockaddr_storage address, unsigned size);
  boost::asio::awaitable<Result<void>> connect_tcp(Endpoint endpoint);
  boost::asio::awaitable<Result<void>> connect_unix(std::string path);
  boost::asio::awaitable<Result<void>> wait_for(IoState state);
  void arm(Patience patience);
  void disarm();

  boost::asio::any_io_executor const executor_;
  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer timer_;
  std::unique_ptr<Stream> stream_;
  unsigned armed_ = 0;  // which deadline is current
  bool expired_ = false;
  bool closed_ = false;
};

}  // namespace proktor::http
