#include "provisioning/control/control.hpp"

#include "http/client.hpp"

#include <fmt/format.h>
#include <boost/json.hpp>

#include <chrono>
#include <cstdio>
#include <optional>
#include <utility>

namespace proktor::control {
namespace {

namespace json = boost::json;

// The server reads and checks a whole package, or hashes the passwords of all staff, before it answers.
constexpr std::chrono::minutes answer_deadline{5};
constexpr int status_client_first = 400;
constexpr int status_server_first = 500;

std::optional<Errc> code_named(std::string_view id) {
  for (unsigned i = 0; i < static_cast<unsigned>(Errc::count_); ++i) {
    auto const code = static_cast<Errc>(i);
    if (id_of(code) == id) return code;
  }
  return std::nullopt;
}

// What a message says beyond its code: import answers with describe(), "id: sentence (detail)".
std::string detail_in(std::string message, Errc code) {
  auto const plain = describe(fail(code));
  if (message == sentence_of(code) || message == plain) return {};
  if (!message.starts_with(plain + " (") || !message.ends_with(')')) return message;
  return message.substr(plain.size() + 2, message.size() - plain.size() - 3);
}

// {"error": {"code", "message"}} as an Error; what is not of that form says so.
Error refusal(int status, json::value const* body) {
  auto const* object = body == nullptr ? nullptr : body->if_object();
  auto const* inner = object == nullptr ? nullptr : object->if_contains("error");
  if (inner == nullptr || !inner->is_object()) {
    return fail(Errc::remote_refused, fmt::format("status {}", status));
  }
  auto const id = text_in(inner->get_object(), "code");
  auto detail = text_in(inner->get_object(), "detail");
  auto const code = code_named(id);
  if (!code) {
    auto const said = text_in(inner->get_object(), "message");
    return fail(Errc::remote_refused, fmt::format("status {}, {}: {}", status, id, said));
  }
  if (detail.empty()) detail = detail_in(text_in(inner->get_object(), "message"), *code);
  return fail(*code, std::move(detail));
}

Result<json::object> exchange(std::filesystem::path const& socket, http::ClientRequest request) {
  http::Endpoint endpoint{.host = "control", .unix_path = socket.string()};
  request.read_deadline = answer_deadline;
  auto const answer = http::send_blocking(std::move(endpoint), std::nullopt, std::move(request));
  if (!answer) return fail(answer.error().code, socket.string() + ": " + answer.error().detail);
  boost::system::error_code wrong;
  json::value body = json::parse(answer->body, wrong);
  if (!answer->ok()) return refusal(answer->status, wrong ? nullptr : &body);
  if (wrong || !body.is_object()) return fail(Errc::remote_refused, "the answer is no JSON object");
  return std::move(body.get_object());
}

}  // namespace

Result<json::object> get(std::filesystem::path const& socket, std::string const& target) {
  return exchange(socket, {.method = http::Method::get, .target = target});
}

Result<json::object> post(std::filesystem::path const& socket, std::string const& target,
                          std::string const& content_type, std::string body) {
  return exchange(socket, {.method = http::Method::post,
                           .target = target,
                           .content_type = content_type,
                           .body = std::move(body)});
}

std::string query_escaped(std::string_view text) {
  constexpr std::string_view plain = "-._~:";
  std::string out;
  for (char const c : text) {
    bool const letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (letter || plain.find(c) != std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

std::string text_in(json::object const& object, std::string_view key) {
  auto const* value = object.if_contains(key);
  auto const* text = value == nullptr ? nullptr : value->if_string();
  return text == nullptr ? std::string() : std::string(*text);
}

int report_failure(Error const& error, bool as_json) {
  int const status = http_status_of(error.code);
  bool const ours = error == Errc::io_error || error == Errc::timeout;
  int const exit_code =
      !ours && status >= status_client_first && status < status_server_first ? exit_refused : exit_failed;
  if (as_json) {
    json::value const out{
        {"ok", false},
        {"error",
         {{"code", id_of(error.code)}, {"message", sentence_of(error.code)}, {"detail", error.detail}}}};
    fmt::print("{}\n", json::serialize(out));
    return exit_code;
  }
  // The general sentence speaks of a far server; here it is the one on this computer.
  fmt::print(stderr, "{}\n",
             error == Errc::unreachable
                 ? "proktord tidak menjawab di soket kendali. Jalankan server dahulu, atau periksa --control."
                 : sentence_of(error.code));
  fmt::print(stderr, "  {}{}{}\n", id_of(error.code), error.detail.empty() ? "" : ": ", error.detail);
  return exit_code;
}

}  // namespace proktor::control
