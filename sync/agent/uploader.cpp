#include "sync/agent/uploader.hpp"

#include "base/crypto.hpp"
#include "seal/role.hpp"

#include <algorithm>
#include <charconv>
#include <utility>

namespace proktor::sync {
namespace {

namespace asio = boost::asio;

constexpr std::int64_t retry_after_s_max = 3'600;
constexpr int stalls_max = 4;  // answers of one send() that bring the offset no further
constexpr int status_ok = 200;
constexpr int status_no_content = 204;
constexpr int status_not_found = 404;
constexpr int status_timeout = 408;
constexpr int status_conflict = 409;
constexpr int status_too_many = 429;

std::optional<std::uint64_t> number_of(std::string_view text) {
  std::uint64_t value = 0;
  auto const [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (text.empty() || error != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

bool is_busy(int status) {
  return status >= 500 || status == status_timeout || status == status_too_many;
}

SendOutcome outcome_of(http::ClientResponse const& response) {
  SendOutcome outcome;
  outcome.state = is_busy(response.status) ? SendState::later : SendState::refused;
  outcome.error = "centre: status " + std::to_string(response.status);
  if (auto const seconds = number_of(response.header("Retry-After")))
    outcome.retry_after =
        std::chrono::seconds(std::min(static_cast<std::int64_t>(*seconds & 0xFFFFFFU), retry_after_s_max));
  return outcome;
}

}  // namespace

// Either where to go on, or the end of this try.
struct Uploader::Step {
  std::optional<std::uint64_t> offset{};
  std::optional<std::string> receipt{};
  SendOutcome end{};
  bool cut = false;  // the connection failed under way
};

Uploader::Uploader(Context& context)
    : context_(context),
      client_(connect(context, Peer::centre)),
      chunk_bytes_(context.config.chunk_bytes_first) {}

void Uploader::close() {
  client_->close();
}

asio::awaitable<Uploader::Step> Uploader::ask_offset(std::string const& name, std::string const& digest) {
  http::ClientRequest request;
  request.method = http::Method::head;
  request.target = "/v1/segments/" + name;
  request.headers = {{"Upload-Digest", digest}};
  auto const response = co_await client_->send(std::move(request));
  Step step;
  if (!response) {
    step.end.error = describe(response.error());
    step.cut = true;
    co_return step;
  }
  context_.last_contact_ms = context_.clock->wall_ms();
  if (response->status == status_not_found)
    step.offset = 0;
  else if (response->status == status_ok)
    step.offset = number_of(response->header("Upload-Offset"));
  if (!step.offset) step.end = outcome_of(*response);
  co_return step;
}

asio::awaitable<Uploader::Step> Uploader::push_chunk(std::string const& name, std::string const& digest,
                                                     std::string const& file, std::size_t offset) {
  http::ClientRequest request;
  request.method = http::Method::patch;
  request.target = "/v1/segments/" + name;
  request.headers = {{"Upload-Offset", std::to_string(offset)},
                     {"Upload-Length", std::to_string(file.size())},
                     {"Upload-Digest", digest}};
  request.content_type = "application/octet-stream";
  request.body = file.substr(offset, chunk_bytes_);
  auto response = co_await client_->send(std::move(request));
  Step step;
  if (!response) {
    step.end.error = describe(response.error());
    step.cut = true;
    co_return step;
  }
  context_.last_contact_ms = context_.clock->wall_ms();
  if (response->status == status_ok)
    step.receipt = std::move(response->body);
  else if (response->status == status_no_content || response->status == status_conflict)
    step.offset = number_of(response->header("Upload-Offset"));
  if (!step.receipt && !step.offset) step.end = outcome_of(*response);
  co_return step;
}

SendOutcome Uploader::check_receipt(std::string const& receipt, segment::SegmentHeader const& header) const {
  SendOutcome outcome;
  auto const read = segment::read_receipt(receipt, context_.box.roots, seal::build_time_floor_s);
  if (!read)
    outcome.error = "receipt: " + describe(read.error());
  else if (!segment::receipt_matches(*read, header))
    outcome.error = "receipt speaks of another segment";
  else
    outcome = SendOutcome{SendState::done, receipt, {}, {}};
  return outcome;
}

asio::awaitable<SendOutcome> Uploader::send(std::string file) {
  auto const segment = segment::read_segment(file, context_.box.roots, seal::build_time_floor_s);
  if (!segment) co_return SendOutcome{SendState::refused, {}, "spool: " + describe(segment.error()), {}};
  std::string const name =
      segment::segment_name({segment->header.stream, segment->header.first, segment->header.last});
  std::string const digest = hex(sha256(file));
  Step step = co_await ask_offset(name, digest);
  for (int stalls = 0; step.offset && stalls < stalls_max;) {
    // A centre that has more than there is holds something else under this name.
    if (*step.offset > file.size())
      co_return SendOutcome{SendState::refused, {}, "centre: offset beyond the end", {}};
    auto const offset = static_cast<std::size_t>(*step.offset);
    step = co_await push_chunk(name, digest, file, offset);
    if (step.offset && *step.offset > offset)
      chunk_bytes_ = std::min(chunk_bytes_ * 2, context_.config.chunk_bytes_max);
    else
      ++stalls;
    if (step.cut) chunk_bytes_ = std::max(chunk_bytes_ / 2, context_.config.chunk_bytes_first);
  }
  if (step.receipt) co_return check_receipt(*step.receipt, segment->header);
  if (step.offset) step.end.error = "centre: no progress";
  co_return step.end;
}

}  // namespace proktor::sync
