#include "sync/pusat/gateway.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "base/log.hpp"
#include "seal/role.hpp"
#include "seal/trust.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace proktor::pusat {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t chunk_bytes_max = 1024 * 1024;
constexpr std::size_t pem_bytes_max = 64 * 1024;
constexpr std::string_view segments_path = "/v1/segments/";

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

http::Response with_offset(int status, std::uint64_t offset) {
  http::Response response;
  response.status = status;
  response.headers = {{"Upload-Offset", std::to_string(offset)}};
  return response;
}

http::Response refuse(Error const& error, std::string_view what) {
  log_warning(fmt::format("{}: {}", what, describe(error)));
  return http::error_response(error.code);
}

}  // namespace

Result<GatewayKeys> load_gateway_keys(fs::path const& directory) {
  std::string tls_key;
  std::string tls_chain;
  std::string roots;
  segment::SigningKey receipt;
  std::pair<char const*, std::string*> const wanted[] = {{"tls.key", &tls_key},
                                                         {"tls.pem", &tls_chain},
                                                         {"roots.pem", &roots},
                                                         {"receipt.key", &receipt.key},
                                                         {"receipt.pem", &receipt.certificate},
                                                         {"receipt_chain.pem", &receipt.chain}};
  for (auto const& [name, out] : wanted) {
    auto text = read_file(directory / "gateway" / name, pem_bytes_max);
    if (!text) return text.error();
    *out = std::move(*text);
  }
  auto const signer = seal::check_certificate(receipt.certificate, receipt.chain, roots, seal::Role::receipt,
                                              seal::build_time_floor_s);
  if (!signer) return signer.error();
  auto tls = http::make_server_tls(tls_chain, tls_key, roots, seal::build_time_floor_s);
  if (!tls) return tls.error();
  return GatewayKeys{std::move(*tls), std::move(roots), std::move(receipt)};
}

Gateway::Gateway(SegmentStore store, std::string roots, segment::SigningKey receipt, std::shared_ptr<Clock> clock)
    : store_(std::move(store)), roots_(std::move(roots)), receipt_(std::move(receipt)), clock_(std::move(clock)) {}

http::HeadDecision Gateway::inspect(http::RequestHead const& head) {
  http::HeadDecision decision;
  auto const peer = seal::identity_of_peer(head.peer.certificate_der, seal::Role::box);
  if (!peer)
    decision.refuse = http::error_response(Errc::forbidden);
  else if (head.method == http::Method::patch)
    decision.body_bytes_max = chunk_bytes_max;
  return decision;
}

boost::asio::awaitable<http::Response> Gateway::handle(http::Request request) {
  co_return answer(request);
}

http::Response Gateway::answer(http::Request const& request) {
  if (request.path == "/v1/hello") {
    if (request.method != http::Method::get) return http::error_response(Errc::method_not_allowed);
    return http::json_response(fmt::format("{{\"centre\":\"proktor-pusat\",\"now\":{}}}", clock_->wall_ms()));
  }
  std::string_view const path = request.path;
  if (!path.starts_with(segments_path)) return http::error_response(Errc::not_found);
  Upload upload;
  upload.name = path.substr(segments_path.size());
  upload.digest = request.header("Upload-Digest");
  auto const peer = seal::identity_of_peer(request.peer.certificate_der, seal::Role::box);
  auto const digest = unhex32(upload.digest);
  if (!peer || !segment::parse_segment_name(upload.name) || !digest || hex(*digest) != upload.digest)
    return http::error_response(Errc::bad_request);
  upload.sender = peer->id;
  if (request.method == http::Method::head) return tell_offset(upload);
  if (request.method == http::Method::patch) return take_piece(request, upload);
  return http::error_response(Errc::method_not_allowed);
}

http::Response Gateway::tell_offset(Upload const& upload) {
  auto const kept = store_.find(upload);
  if (kept) return with_offset(200, kept->bytes);
  if (!(kept.error() == Errc::not_found)) return refuse(kept.error(), upload.name);
  auto const here = store_.uploaded(upload);
  if (!here) return refuse(here.error(), upload.name);
  return *here == 0 ? http::error_response(Errc::not_found) : with_offset(200, *here);
}

http::Response Gateway::take_piece(http::Request const& request, Upload const& upload) {
  auto const offset = number_of(request.header("Upload-Offset"));
  auto const length = number_of(request.header("Upload-Length"));
  if (!offset || !length || *length == 0 || *length > segment::segment_file_bytes_max || *offset > *length ||
      request.body.size() > *length - *offset)
    return http::error_response(Errc::bad_request);
  if (auto const kept = store_.find(upload); kept) {
    if (*offset != kept->bytes) return with_offset(409, kept->bytes);
    auto const stored = store_.state_of(kept->header);
    return stored ? receipt_for(kept->header, *stored) : refuse(stored.error(), upload.name);
  } else if (!(kept.error() == Errc::not_found)) {
    return refuse(kept.error(), upload.name);
  }
  auto const here = store_.uploaded(upload);
  if (!here) return refuse(here.error(), upload.name);
  if (*here != *offset) return with_offset(409, *here);
  if (auto const added = store_.append(upload, *offset, request.body); !added)
    return refuse(added.error(), upload.name);
  std::uint64_t const now_here = *offset + request.body.size();
  return now_here < *length ? with_offset(204, now_here) : finish(upload);
}

http::Response Gateway::finish(Upload const& upload) {
  auto const file = store_.read_upload(upload);
  if (!file) return refuse(file.error(), upload.name);
  if (hex(sha256(*file)) != upload.digest) {
    // Damaged on the way or by a crash here: the sender starts over.
    store_.drop_upload(upload);
    return with_offset(409, 0);
  }
  auto const segment = segment::read_segment(*file, roots_, seal::build_time_floor_s);
  if (!segment) {
    store_.drop_upload(upload);
    return refuse(segment.error(), upload.name);
  }
  segment::SegmentHeader const& header = segment->header;
  if (segment::segment_name({header.stream, header.first, header.last}) != upload.name) {
    store_.drop_upload(upload);
    return refuse(fail(Errc::segment_invalid, "name and header differ"), upload.name);
  }
  auto const stored = store_.keep(header, upload, *file, clock_->wall_ms());
  if (!stored) {
    if (stored.error() == Errc::segment_invalid) store_.drop_upload(upload);
    return refuse(stored.error(), upload.name);
  }
  log_info(fmt::format("kept {} of box {}, contiguous {}", upload.name, header.box, stored->contiguous));
  return receipt_for(header, *stored);
}

http::Response Gateway::receipt_for(segment::SegmentHeader const& header, Stored const& stored) {
  if (stored.fork) {
    log_error(fmt::format("FORK: box {} stream {} at {}-{}", header.box, hex(header.stream), header.first,
                          header.last));
    return http::error_response(Errc::segment_fork);
  }
  segment::Receipt const receipt{header.organiser, header.event,      header.box,
                              header.stream,    header.first,      header.last,
                              header.hash,      stored.contiguous, clock_->wall_ms()};
  auto der = segment::sign_receipt(receipt, receipt_);
  if (!der) return refuse(der.error(), "receipt");
  http::Response response;
  response.content_type = "application/cms";
  response.body = std::move(*der);
  return response;
}

}  // namespace proktor::pusat
