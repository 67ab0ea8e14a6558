#pragma once
// The centre's gateway: takes segments over mutual TLS, checks signature, identity and chain, keeps them
// durably and answers with signed receipts. Holds no key that opens a segment. An http::Application; I/O
// thread only.

#include "base/clock.hpp"
#include "http/server.hpp"
#include "http/tls.hpp"
#include "segment/segment.hpp"
#include "sync/pusat/segment_store.hpp"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

namespace proktor::pusat {

// What `proktor keys init` left in DIR/gateway.
struct GatewayKeys {
  http::TlsContext tls;
  std::string roots{};
  segment::SigningKey receipt{};
};
Result<GatewayKeys> load_gateway_keys(std::filesystem::path const& directory);

class Gateway final : public http::Application {
 public:
  Gateway(SegmentStore store, std::string roots, segment::SigningKey receipt,
          std::shared_ptr<Clock> clock = std::make_shared<SystemClock>());

  http::HeadDecision inspect(http::RequestHead const& head) override;
  boost::asio::awaitable<http::Response> handle(http::Request request) override;

 private:
  http::Response answer(http::Request const& request);
  http::Response tell_offset(Upload const& upload);
  http::Response take_piece(http::Request const& request, Upload const& upload);
  http::Response finish(Upload const& upload);
  http::Response receipt_for(segment::SegmentHeader const& header, Stored const& stored);

  SegmentStore store_;
  std::string roots_;
  segment::SigningKey receipt_;
  std::shared_ptr<Clock> clock_;
};

}  // namespace proktor::pusat
