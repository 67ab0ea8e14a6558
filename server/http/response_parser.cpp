#include "http/response_parser.hpp"

#include <boost/asio/buffer.hpp>
#include <boost/beast/core/buffers_range.hpp>
#include <boost/beast/http/error.hpp>
#include <boost/beast/http/parser.hpp>

#include <utility>

namespace proktor::http {
namespace {

namespace beast_http = boost::beast::http;

// A body that only collects what has come: string_body would reserve whatever length the peer claims.
struct PieceBody {
  using value_type = std::string;

  class reader {
   public:
    template <bool IsRequest, class Fields>
    reader(beast_http::header<IsRequest, Fields>&, value_type& body) : body_(body) {}

    void init(boost::optional<std::uint64_t> const&, boost::beast::error_code& error) { error = {}; }

    template <class Buffers>
    std::size_t put(Buffers const& buffers, boost::beast::error_code& error) {
      error = {};
      std::size_t taken = 0;
      for (auto const buffer : boost::beast::buffers_range_ref(buffers)) {
        body_.append(static_cast<char const*>(buffer.data()), buffer.size());
        taken += buffer.size();
      }
      return taken;
    }

    void finish(boost::beast::error_code& error) { error = {}; }

   private:
    value_type& body_;
  };
};

}  // namespace

struct ResponseParser::Impl {
  beast_http::response_parser<PieceBody> parser;

  Result<void> put(std::string& buffer) {
    std::size_t taken = 0;
    while (taken < buffer.size() && !parser.is_done() && (parser.eager() || !parser.is_header_done())) {
      boost::beast::error_code error;
      std::size_t const n =
          parser.put(boost::asio::buffer(buffer.data() + taken, buffer.size() - taken), error);
      taken += n;
      if (error == beast_http::error::need_more) break;
      if (error == beast_http::error::header_limit) return fail(Errc::headers_too_large);
      if (error) return fail(Errc::bad_request, "answer: " + error.message());
      if (n == 0) break;
    }
    buffer.erase(0, taken);
    return {};
  }
};

ResponseParser::ResponseParser(std::size_t header_bytes_max, bool to_head_request)
    : impl_(std::make_unique<Impl>()) {
  impl_->parser.header_limit(static_cast<std::uint32_t>(header_bytes_max));
  impl_->parser.body_limit(boost::none);
  impl_->parser.skip(to_head_request);
  impl_->parser.eager(false);
}

ResponseParser::~ResponseParser() = default;

Result<void> ResponseParser::parse_head(std::string& buffer) {
  return impl_->put(buffer);
}

bool ResponseParser::has_head() const {
  return impl_->parser.is_header_done();
}

void ResponseParser::take_head(ClientResponse& response) {
  auto const& message = impl_->parser.get();
  response.status = static_cast<int>(message.result_int());
  for (auto const& field : message) {
    response.headers.emplace_back(std::string(field.name_string()), std::string(field.value()));
  }
  impl_->parser.eager(true);
}

Result<Progress> ResponseParser::parse_body(std::string& buffer, bool ended, std::string& piece) {
  if (auto const parsed = impl_->put(buffer); !parsed) return parsed.error();
  if (ended && !impl_->parser.is_done() && impl_->parser.need_eof()) {
    boost::beast::error_code error;
    impl_->parser.put_eof(error);
    if (error) return fail(Errc::unreachable, error.message());
  }
  piece += std::exchange(impl_->parser.get().body(), {});
  return impl_->parser.is_done() ? Progress::complete : Progress::more;
}

bool ResponseParser::keep_alive() const {
  return impl_->parser.keep_alive();
}

}  // namespace proktor::http
