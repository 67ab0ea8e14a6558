#include "sync/agent/context.hpp"

namespace proktor::sync {
namespace {

http::Endpoint unix_endpoint(std::filesystem::path const& path) {
  http::Endpoint endpoint;
  endpoint.host = "localhost";
  endpoint.unix_path = path.string();
  return endpoint;
}

}  // namespace

std::unique_ptr<http::Link> connect(Context const& context, Peer peer) {
  if (context.link) return context.link(peer);
  auto const& executor = context.executor;
  if (peer == Peer::centre) return std::make_unique<http::Client>(executor, context.centre->endpoint, context.centre->tls);
  auto const& socket = peer == Peer::feed ? context.config.feed_socket : context.config.control_socket;
  return std::make_unique<http::Client>(executor, unix_endpoint(socket));
}

}  // namespace proktor::sync
