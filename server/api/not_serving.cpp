#include "api/not_serving.hpp"

#include <boost/json.hpp>

namespace proktor::api {
namespace {

constexpr int status_unavailable = 503;

std::string_view sentence_of(NotServing why) {
  return why == NotServing::parked
             ? "Listrik server sedang mati. Jawabanmu aman. Tunggu di tempat; waktumu tidak berkurang."
             : "Server sedang diperiksa dan belum menyimpan. Jawaban aman di komputer ini. Tunggu di tempat.";
}

}  // namespace

std::string_view id_of(NotServing why) { return why == NotServing::parked ? "parked" : "safe_mode"; }

http::Response refuse(NotServing why) {
  boost::json::value const body{{"error", {{"code", id_of(why)}, {"message", sentence_of(why)}}}};
  auto response = http::json_response(boost::json::serialize(body), status_unavailable);
  response.headers.emplace_back("Retry-After", std::to_string(http::retry_after_seconds_default));
  return response;
}

}  // namespace proktor::api
