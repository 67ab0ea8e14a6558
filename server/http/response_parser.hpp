#pragma once
// Bytes to one response, over Beast's parser: head first, then the body piece by piece. Reads no socket.

#include "http/client.hpp"
#include "http/progress.hpp"

#include <cstddef>
#include <memory>
#include <string>

namespace proktor::http {

class ResponseParser {
 public:
  ResponseParser(std::size_t header_bytes_max, bool to_head_request);
  ~ResponseParser();

  // Takes bytes from the front of `buffer`. Errors: bad_request, headers_too_large.
  Result<void> parse_head(std::string& buffer);
  bool has_head() const;
  void take_head(ClientResponse& response);

  // Appends what is there of the body to `piece`; `complete` at its end. `ended`: the peer sends no more.
  Result<Progress> parse_body(std::string& buffer, bool ended, std::string& piece);
  bool keep_alive() const;

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace proktor::http
