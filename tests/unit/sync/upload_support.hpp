#pragma once
// A box's side of an upload for the tests: the real uploader on a thread of its own, and single requests by
// hand.

#include "world.hpp"

#include "base/crypto.hpp"
#include "base/random.hpp"
#include "seal/openssl.hpp"
#include "seal/role.hpp"
#include "sync/agent/uploader.hpp"
#include "tests/support/result_text.hpp"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/use_future.hpp>
#include <catch2/catch.hpp>

#include <filesystem>
#include <memory>
#include <string>
#include <utility>

namespace proktor::sync::testing {

inline http::TlsContext client_tls(BoxFiles const& box) {
  return *http::make_client_tls(box.roots, box.signer.certificate + box.signer.chain, box.signer.key,
                                seal::build_time_floor_s);
}

// As a TLS peer shows it.
inline std::string der_of(std::string const& pem) {
  auto const certificate = seal::parse_certificate(pem);
  unsigned char* der = nullptr;
  int const length = i2d_X509(certificate->get(), &der);
  std::string bytes(reinterpret_cast<char const*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return bytes;
}

inline http::Endpoint at_port(std::uint16_t port) {
  http::Endpoint endpoint;
  endpoint.host = "localhost";
  endpoint.port = port;
  return endpoint;
}

// A box's uploader on a thread of its own.
class Sender {
 public:
  Sender(BoxFiles const& box, std::uint16_t port) {
    loop_.run([&] {
      context_ = std::make_unique<Context>();
      context_->executor = loop_.executor();
      context_->box = box;
      context_->centre = Centre{at_port(port), client_tls(box)};
      context_->config.chunk_bytes_first = 1024;
      context_->config.chunk_bytes_max = 8192;
      uploader_ = std::make_unique<Uploader>(*context_);
    });
  }
  ~Sender() {
    loop_.run([this] { uploader_.reset(); });
  }
  SendOutcome send(std::string const& file) {
    auto work = [this, file]() -> boost::asio::awaitable<SendOutcome> {
      co_return co_await uploader_->send(file);
    };
    return boost::asio::co_spawn(loop_.executor(), std::move(work), boost::asio::use_future).get();
  }

 private:
  Loop loop_;
  std::unique_ptr<Context> context_;
  std::unique_ptr<Uploader> uploader_;
};

inline http::ClientResponse ask(BoxFiles const& box, std::uint16_t port, http::Method method,
                                std::string const& target, http::Fields headers = {}, std::string body = {}) {
  http::ClientRequest request;
  request.method = method;
  request.target = target;
  request.headers = std::move(headers);
  request.body = std::move(body);
  request.content_type = "application/octet-stream";
  auto response = http::send_blocking(at_port(port), client_tls(box), std::move(request));
  REQUIRE(response);
  return *response;
}

inline http::ClientResponse patch(BoxFiles const& box, std::uint16_t port, std::string const& name,
                                  std::string const& file, std::size_t offset, std::size_t count) {
  return ask(box, port, http::Method::patch, "/v1/segments/" + name,
             {{"Upload-Offset", std::to_string(offset)},
              {"Upload-Length", std::to_string(file.size())},
              {"Upload-Digest", hex(sha256(file))}},
             file.substr(offset, count));
}

inline std::string name_of(TestJournal const& journal, std::uint64_t first, std::uint64_t last) {
  return segment::segment_name({journal.stream(), first, last});
}

inline std::size_t files_in(std::filesystem::path const& directory) {
  if (!std::filesystem::exists(directory)) return 0;
  std::size_t count = 0;
  for (auto const& entry : std::filesystem::recursive_directory_iterator(directory))
    count += entry.is_regular_file() ? 1U : 0U;
  return count;
}

// One entry of about `bytes` that does not compress.
inline void add_noise(TestJournal& journal, SplitMix64& random, std::size_t bytes) {
  std::string raw(bytes, '\0');
  for (char& c : raw) c = static_cast<char>(random.below(256));
  journal.add("evidence", "x 0.1 1", "{\"line\":\"" + base64url(bytes_of(raw)) + "\"}");
}

}  // namespace proktor::sync::testing
