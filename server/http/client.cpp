#include "http/client.hpp"

#include "http/connection.hpp"
#include "http/response_parser.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include <utility>

namespace proktor::http {
namespace {

namespace asio = boost::asio;

constexpr std::size_t read_room_bytes = 16 * 1024;

std::string request_text(ClientRequest const& request, Endpoint const& endpoint, bool tls) {
  bool const bare_v6 = endpoint.host.find(':') != std::string::npos;
  std::string host = bare_v6 ? '[' + endpoint.host + ']' : endpoint.host;
  bool const usual_port = endpoint.port == 0 || endpoint.port == (tls ? 443 : 80);
  if (!usual_port) host += ':' + std::to_string(endpoint.port);
  std::string out;
  out.reserve(256 + request.target.size());
  out.append(name_of(request.method))
      .append(" ")
      .append(request.target)
      .append(" HTTP/1.1\r\nHost: ")
      .append(host);
  out.append("\r\n");
  if (!request.content_type.empty()) out.append("Content-Type: ").append(request.content_type).append("\r\n");
  bool const has_body = request.method != Method::get && request.method != Method::head;
  if (has_body || !request.body.empty()) {
    out.append("Content-Length: ").append(std::to_string(request.body.size())).append("\r\n");
  }
  for (auto const& [name, value] : request.headers)
    out.append(name).append(": ").append(value).append("\r\n");
  out.append("\r\n");
  return out;
}

}  // namespace

struct Client::Impl {
  Impl(asio::any_io_executor used_executor, Endpoint used_endpoint, std::optional<TlsContext> used_tls,
       ClientLimits used_limits)
      : executor(std::move(used_executor)),
        endpoint(std::move(used_endpoint)),
        tls(std::move(used_tls)),
        limits(used_limits) {}

  asio::any_io_executor const executor;
  Endpoint const endpoint;
  std::optional<TlsContext> const tls;
  ClientLimits const limits;
  std::shared_ptr<Connection> connection;

  void drop() {
    if (auto const old = std::exchange(connection, nullptr)) old->close();
  }

  unsigned closes = 0;  // calls of close(): what its owner closed is not dialled again

  // What one try over one connection came to. `silent`: not one byte of an answer had come.
  struct Try {
    Result<ClientResponse> outcome;
    bool silent = false;
  };
  static asio::awaitable<Result<ClientResponse>> send(std::shared_ptr<Impl> self, ClientRequest request);
  static asio::awaitable<Try> try_once(std::shared_ptr<Impl> self, ClientRequest const& request);
  static asio::awaitable<Result<ClientResponse>> receive(std::shared_ptr<Impl> self,
                                                         ClientRequest const& request, bool& silent);
};

asio::awaitable<Result<ClientResponse>> Client::Impl::receive(std::shared_ptr<Impl> self,
                                                              ClientRequest const& request, bool& silent) {
  auto const connection = self->connection;
  auto const patience = request.read_deadline.value_or(self->limits.read_deadline);
  ResponseParser parser(self->limits.header_bytes_max, request.method == Method::head);
  ClientResponse response;
  std::string buffer;
  bool ended = false;
  bool streaming = false;
  while (!parser.has_head()) {
    auto const more = co_await connection->read(buffer, read_room_bytes, patience);
    if (!more) co_return more.error();
    if (*more == 0) co_return fail(Errc::unreachable, "closed before an answer");
    silent = false;
    if (auto const parsed = parser.parse_head(buffer); !parsed) co_return parsed.error();
  }
  parser.take_head(response);
  if (request.on_head) {
    if (auto const wanted = request.on_head(response); !wanted) co_return wanted.error();
  }
  streaming = request.on_body && response.ok();
  for (;;) {
    std::string piece;
    auto const parsed = parser.parse_body(buffer, ended, piece);
    if (!parsed) co_return parsed.error();
    if (!piece.empty() && streaming) {
      if (auto const taken = request.on_body(piece); !taken) co_return taken.error();
    } else if (!piece.empty()) {
      if (response.body.size() + piece.size() > self->limits.body_bytes_max) co_return fail(Errc::too_large);
      response.body += piece;
    }
    if (*parsed == Progress::complete) break;
    if (ended) co_return fail(Errc::unreachable, "closed in the middle of an answer");
    auto const more = co_await connection->read(buffer, read_room_bytes, patience);
    if (!more) co_return more.error();
    ended = *more == 0;
  }
  if (!parser.keep_alive() || !buffer.empty()) self->drop();
  co_return response;
}

asio::awaitable<Client::Impl::Try> Client::Impl::try_once(std::shared_ptr<Impl> self,
                                                          ClientRequest const& request) {
  bool silent = true;
  auto const connection = self->connection;
  std::string text = request_text(request, self->endpoint, self->tls.has_value());
  text += request.body;
  auto const sent = co_await connection->write(text, self->limits.write_deadline);
  // A server that refuses a body answers and closes before it has read it all: the answer is worth looking
  // for.
  if (!sent && sent.error() == Errc::timeout) co_return Try{sent.error(), false};
  auto outcome = co_await receive(self, request, silent);
  if (!outcome) self->drop();
  if (!outcome && outcome.error() == Errc::timeout) silent = false;
  co_return Try{std::move(outcome), silent};
}

asio::awaitable<Result<ClientResponse>> Client::Impl::send(std::shared_ptr<Impl> self,
                                                           ClientRequest request) {
  if (self->connection && self->connection->stale()) self->drop();
  bool const kept = self->connection != nullptr;
  unsigned const closes = self->closes;
  for (int attempt = 0;; ++attempt) {
    if (!self->connection) {
      auto const fresh = std::make_shared<Connection>(self->executor);
      self->connection = fresh;
      auto const opened = co_await fresh->open(self->endpoint, self->tls, self->limits.connect_deadline);
      if (!opened) {
        self->drop();
        co_return opened.error();
      }
    }
    Try result = co_await try_once(self, request);
    bool const again = !result.outcome && result.silent && kept && attempt == 0 && closes == self->closes;
    if (!again) co_return std::move(result.outcome);
    self->drop();
  }
}

Client::Client(asio::any_io_executor executor, Endpoint endpoint, std::optional<TlsContext> tls,
               ClientLimits limits)
    : impl_(std::make_shared<Impl>(std::move(executor), std::move(endpoint), std::move(tls), limits)) {}

Client::~Client() {
  if (impl_) impl_->drop();
}

Client::Client(Client&&) noexcept = default;
Client& Client::operator=(Client&&) noexcept = default;

asio::awaitable<Result<ClientResponse>> Client::send(ClientRequest request) {
  return Impl::send(impl_, std::move(request));
}

bool Client::connected() const {
  return impl_->connection != nullptr;
}

void Client::close() {
  ++impl_->closes;
  impl_->drop();
}

Result<ClientResponse> send_blocking(Endpoint endpoint, std::optional<TlsContext> tls, ClientRequest request,
                                     ClientLimits limits) {
  asio::io_context context(1);
  Client client(context.get_executor(), std::move(endpoint), std::move(tls), limits);
  Result<ClientResponse> outcome = fail(Errc::internal);
  asio::co_spawn(context, client.send(std::move(request)),
                 [&outcome](std::exception_ptr failure, Result<ClientResponse> result) {
                   if (!failure) outcome = std::move(result);
                 });
  context.run();
  return outcome;
}

}  // namespace proktor::http
