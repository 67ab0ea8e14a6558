#pragma once
// Bytes to one request at a time, over Beast's parser: strict framing (RFC 9112), header and body limits,
// chunked bodies. Owns the request while it grows. Reads no socket. I/O thread.

#include "http/limits.hpp"
#include "http/message.hpp"
#include "http/progress.hpp"

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace proktor::http {

class RequestParser {
 public:
  explicit RequestParser(std::size_t header_bytes_max);
  ~RequestParser();

  void start();  // the next request

  // Takes bytes from the front of `buffer`, as far as they go. `complete` when the headers (the whole
  // request) are there, `more` when more bytes are needed. Errors: bad_request, headers_too_large; too_large
  // for the body.
  Result<Progress> parse_head(std::string& buffer);
  Result<Progress> parse_body(std::string& buffer);

  // After the headers.
  Result<RequestHead> take_head();
  void limit_body(std::size_t body_bytes_max);
  bool has_body() const;  // a body follows, of known length or chunked
  bool keep_alive() const;
  bool expects_continue() const;
  bool http10() const;

  // After the body.
  std::string take_body();

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace proktor::http
