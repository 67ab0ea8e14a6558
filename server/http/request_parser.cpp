#include "http/request_parser.hpp"

#include "http/target.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/string.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>

#include <limits>
#include <optional>

namespace proktor::http {
namespace {

namespace beast_http = boost::beast::http;

Method method_of(beast_http::verb verb) {
  switch (verb) {
    case beast_http::verb::get:
      return Method::get;
    case beast_http::verb::head:
      return Method::head;
    case beast_http::verb::post:
      return Method::post;
    case beast_http::verb::put:
      return Method::put;
    case beast_http::verb::patch:
      return Method::patch;
    case beast_http::verb::delete_:
      return Method::delete_;
    case beast_http::verb::options:
      return Method::options;
    default:
      return Method::other;
  }
}

}  // namespace

struct RequestParser::Impl {
  explicit Impl(std::size_t limit) : header_bytes_max(limit) {}

  using Parser = beast_http::request_parser<beast_http::string_body>;

  // Bytes taken leave `buffer`.
  Result<Progress> put(std::string& buffer, bool (*is_complete)(Parser const&)) {
    std::size_t taken = 0;
    bool complete = is_complete(*parser);
    while (!complete && taken < buffer.size()) {
      boost::beast::error_code error;
      std::size_t const n =
          parser->put(boost::asio::buffer(buffer.data() + taken, buffer.size() - taken), error);
      taken += n;
      if (error == beast_http::error::need_more) break;
      if (error == beast_http::error::header_limit) return fail(Errc::headers_too_large);
      if (error == beast_http::error::body_limit) return fail(Errc::too_large);
      if (error) return fail(Errc::bad_request, error.message());
      complete = is_complete(*parser);
      if (n == 0) break;
    }
    buffer.erase(0, taken);
    return complete ? Progress::complete : Progress::more;
  }

  std::size_t const header_bytes_max;
  std::optional<Parser> parser;
};

RequestParser::RequestParser(std::size_t header_bytes_max) : impl_(std::make_unique<Impl>(header_bytes_max)) {
  start();
}

RequestParser::~RequestParser() = default;

void RequestParser::start() {
  impl_->parser.emplace();
  impl_->parser->header_limit(static_cast<std::uint32_t>(impl_->header_bytes_max));
  impl_->parser->body_limit(boost::none);  // set by limit_body once it is known who asks
}

Result<Progress> RequestParser::parse_head(std::string& buffer) {
  impl_->parser->eager(false);
  return impl_->put(buffer, [](Impl::Parser const& parser) { return parser.is_header_done(); });
}

Result<Progress> RequestParser::parse_body(std::string& buffer) {
  impl_->parser->eager(true);
  return impl_->put(buffer, [](Impl::Parser const& parser) { return parser.is_done(); });
}

Result<RequestHead> RequestParser::take_head() {
  auto const& message = impl_->parser->get();
  RequestHead head;
  head.method = method_of(message.method());
  for (auto const& field : message) {
    head.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  auto const target = message.target();
  if (auto parsed = parse_target({target.data(), target.size()}, head); !parsed) return parsed.error();
  if (message.count(beast_http::field::host) > 1 || (message.version() == 11 && !head.has_header("host"))) {
    return fail(Errc::bad_request, "host");
  }
  // A transfer coding that is not understood, or one in HTTP/1.0, leaves the end of the body in doubt.
  if (head.has_header("transfer-encoding") && (!impl_->parser->chunked() || message.version() < 11)) {
    return fail(Errc::bad_request, "transfer-encoding");
  }
  head.content_length = impl_->parser->content_length().value_or(0);
  return head;
}

void RequestParser::limit_body(std::size_t body_bytes_max) {
  impl_->parser->body_limit(body_bytes_max);
}

bool RequestParser::has_body() const {
  return !impl_->parser->is_done();
}

bool RequestParser::keep_alive() const {
  return impl_->parser->keep_alive();
}

bool RequestParser::expects_continue() const {
  return boost::beast::iequals(impl_->parser->get()[beast_http::field::expect], "100-continue");
}

bool RequestParser::http10() const {
  return impl_->parser->get().version() < 11;
}

std::string RequestParser::take_body() {
  return std::move(impl_->parser->get().body());
}

}  // namespace proktor::http
