#pragma once
// Brings one segment to the centre and a receipt back: docs/protocol.md, "Upload". Resumes at the byte the
// centre names; a cut connection costs at most one chunk. Owns its connection. I/O thread only.

#include "http/client.hpp"
#include "sync/agent/context.hpp"
#include "segment/segment.hpp"

#include <boost/asio/awaitable.hpp>

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace proktor::sync {

enum class SendState : std::uint8_t {
  done,     // `receipt` is signed by the centre and speaks of this segment
  later,    // no connection, centre busy or its answer no receipt: try again after a pause
  refused,  // the centre does not take this segment: a person must look
};

struct SendOutcome {
  SendState state = SendState::later;
  std::string receipt{};  // DER
  std::string error{};
  std::optional<std::chrono::milliseconds> retry_after{};
};

class Uploader {
 public:
  explicit Uploader(Context& context);
  void close();

  // `file` must verify with the box's own roots. Sets the context's last contact.
  boost::asio::awaitable<SendOutcome> send(std::string file);

 private:
  struct Step;
  boost::asio::awaitable<Step> ask_offset(std::string const& name, std::string const& digest);
  boost::asio::awaitable<Step> push_chunk(std::string const& name, std::string const& digest,
                                          std::string const& file, std::size_t offset);
  SendOutcome check_receipt(std::string const& receipt, segment::SegmentHeader const& header) const;

  Context& context_;
  std::unique_ptr<http::Link> client_;
  std::size_t chunk_bytes_;
};

}  // namespace proktor::sync
