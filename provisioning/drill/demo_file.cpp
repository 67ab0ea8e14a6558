#include "provisioning/drill/demo_file.hpp"

#include "base/file.hpp"
#include "http/client.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <cstring>
#include <optional>

#include <netdb.h>

namespace proktor::drill {
namespace {

namespace json = boost::json;

constexpr std::size_t file_bytes_max = 8 * 1024 * 1024;

std::string text_in(json::object const& object, std::string_view key) {
  auto const* found = object.if_contains(key);
  return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

Result<json::object> read_object(std::filesystem::path const& path) {
  auto const text = read_file(path, file_bytes_max);
  if (!text) return text.error();
  boost::system::error_code error;
  json::value value = json::parse(*text, error);
  if (error || !value.is_object()) return fail(Errc::bad_json, path.string());
  return std::move(value.get_object());
}

void take_live(json::object const& demo, Scene& scene) {
  if (auto token = text_in(demo, "token"); !token.empty()) scene.token = std::move(token);
  auto const* pids = demo.if_contains("pids");
  auto const* pid = pids && pids->is_object() ? pids->get_object().if_contains("proktord") : nullptr;
  if (pid && pid->is_int64()) scene.server_pid = static_cast<int>(pid->get_int64());
}

// Splits one CSV line; cards hold no line feeds.
std::vector<std::string> cells_of(std::string_view line) {
  std::vector<std::string> cells(1);
  bool quoted = false;
  for (std::size_t i = 0; i < line.size(); ++i) {
    char const c = line[i];
    if (c == '"' && quoted && i + 1 < line.size() && line[i + 1] == '"') {
      cells.back().push_back('"');
      ++i;
    } else if (c == '"') {
      quoted = !quoted;
    } else if (c == ',' && !quoted) {
      cells.emplace_back();
    } else if (c != '\r') {
      cells.back().push_back(c);
    }
  }
  return cells;
}

Result<std::vector<Card>> read_cards(std::filesystem::path const& path) {
  auto const text = read_file(path, file_bytes_max);
  if (!text) return text.error();
  std::vector<Card> cards;
  std::optional<std::pair<std::size_t, std::size_t>> columns;
  std::string_view rest = *text;
  while (!rest.empty()) {
    std::size_t const end = std::min(rest.find('\n'), rest.size());
    auto const cells = cells_of(rest.substr(0, end));
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (!columns) {
      auto const column = [&](std::string_view name) {
        return static_cast<std::size_t>(std::find(cells.begin(), cells.end(), name) - cells.begin());
      };
      columns = {column("username"), column("password")};
      if (std::max(columns->first, columns->second) >= cells.size())
        return fail(Errc::bad_field, "columns of the cards");
      continue;
    }
    if (cells.size() <= std::max(columns->first, columns->second)) continue;
    cards.push_back({cells[columns->first], cells[columns->second]});
  }
  return cards;
}

Result<Target> target_of(std::string const& url, std::string const& server_name,
                         std::filesystem::path const& ca) {
  auto const parsed = http::parse_url(url);
  if (!parsed) return parsed.error();
  Target target;
  auto const& endpoint = parsed->endpoint;
  bool const v6 = endpoint.host.find(':') != std::string::npos;
  target.host = (v6 ? '[' + endpoint.host + ']' : endpoint.host);
  if (endpoint.port != (parsed->tls ? 443 : 80)) target.host += ':' + std::to_string(endpoint.port);
  target.origin = (parsed->tls ? "https://" : "http://") + target.host;
  target.server_name = server_name.empty() ? endpoint.host : server_name;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  if (::getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found) != 0) {
    return fail(Errc::unreachable, endpoint.host);
  }
  std::memcpy(&target.address, found->ai_addr, found->ai_addrlen);
  target.address_bytes = found->ai_addrlen;
  ::freeaddrinfo(found);
  if (!parsed->tls) return target;
  auto const pem = read_file(ca, file_bytes_max);
  if (!pem) return pem.error();
  auto tls = http::make_client_tls(*pem);
  if (!tls) return tls.error();
  target.tls = std::move(*tls);
  return target;
}

std::string token_from_control(DrillOptions const& options) {
  if (options.control.empty() || options.sitting.empty()) return {};
  http::Endpoint endpoint;
  endpoint.host = "localhost";
  endpoint.unix_path = options.control.string();
  http::ClientRequest request;
  request.target = "/v1/token?sitting=" + options.sitting;
  auto const answer = http::send_blocking(endpoint, std::nullopt, std::move(request));
  if (!answer || !answer->ok()) return {};
  boost::system::error_code error;
  json::value const body = json::parse(answer->body, error);
  return error || !body.is_object() ? std::string() : text_in(body.get_object(), "token");
}

}  // namespace

Result<Scene> read_scene(DrillOptions const& options) {
  Scene scene;
  std::string url = options.url;
  std::filesystem::path ca = options.ca;
  scene.control = options.control;
  if (!options.demo.empty()) {
    auto const demo = read_object(options.demo);
    if (!demo) return demo.error();
    if (url.empty()) url = text_in(*demo, "url");
    if (ca.empty()) ca = text_in(*demo, "ca");
    if (scene.control.empty()) scene.control = text_in(*demo, "control");
    if (auto const* cards = demo->if_contains("cards"); cards && cards->is_array()) {
      for (auto const& card : cards->get_array()) {
        if (!card.is_object()) return fail(Errc::bad_json, "cards");
        scene.cards.push_back(
            {text_in(card.get_object(), "username"), text_in(card.get_object(), "password")});
      }
    }
    take_live(*demo, scene);
  }
  if (!options.cards.empty()) {
    auto cards = read_cards(options.cards);
    if (!cards) return cards.error();
    scene.cards = std::move(*cards);
  }
  auto target = target_of(url, options.server_name, ca);
  if (!target) return target.error();
  scene.target = std::move(*target);
  if (!options.token.empty()) scene.token = options.token;
  if (options.demo.empty()) refresh(options, scene);
  return scene;
}

void refresh(DrillOptions const& options, Scene& scene) {
  if (!options.demo.empty()) {
    if (auto const demo = read_object(options.demo)) take_live(*demo, scene);
  } else if (auto token = token_from_control(options); !token.empty()) {
    scene.token = std::move(token);
  }
}

}  // namespace proktor::drill
