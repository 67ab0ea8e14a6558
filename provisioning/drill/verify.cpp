#include "provisioning/drill/verify.hpp"

#include "base/bytes.hpp"
#include "core/chain.hpp"
#include "http/client.hpp"

#include <boost/json/parse.hpp>

#include <fstream>
#include <map>
#include <optional>

namespace proktor::drill {
namespace {

namespace json = boost::json;

constexpr std::size_t examples_max = 20;
constexpr std::size_t events_bytes_max = 256 * 1024 * 1024;

struct Promised {
  Bytes32 parent{};
  std::map<std::uint64_t, Bytes32> heads{};  // by seq
};
using Key = std::pair<core::AttemptId, core::Epoch>;
using Ledger = std::map<Key, Promised>;

std::string text_in(json::object const& object, std::string_view key) {
  auto const* found = object.if_contains(key);
  return found && found->is_string() ? std::string(found->get_string()) : std::string();
}

std::uint64_t number_in(json::object const& object, std::string_view key) {
  auto const* found = object.if_contains(key);
  return found && found->is_int64() ? static_cast<std::uint64_t>(found->get_int64()) : 0;
}

Result<Ledger> read_ledger(std::filesystem::path const& path) {
  std::ifstream file(path);
  if (!file) return fail(Errc::not_found, path.string());
  Ledger ledger;
  std::string line;
  while (std::getline(file, line)) {
    if (file.eof()) break;  // no line feed: the drill was cut off while writing
    boost::system::error_code error;
    json::value const value = json::parse(line, error);
    if (error || !value.is_object()) return fail(Errc::bad_json, "ledger: " + line);
    auto const& object = value.get_object();
    auto const attempt = unhex16(text_in(object, "attempt"));
    if (!attempt) return fail(Errc::bad_json, "ledger: " + line);
    Promised& promised = ledger[{*attempt, {number_in(object, "term"), number_in(object, "n")}}];
    if (auto const parent = unhex32(text_in(object, "parent"))) promised.parent = *parent;
    if (auto const head = unhex32(text_in(object, "head"))) promised.heads[number_in(object, "seq")] = *head;
  }
  return ledger;
}

Result<std::string> events_of(std::filesystem::path const& control, Key const& key) {
  http::Endpoint endpoint;
  endpoint.host = "localhost";
  endpoint.unix_path = control.string();
  http::ClientRequest request;
  request.target = "/v1/events?attempt=" + hex(key.first) + "&term=" + std::to_string(key.second.term) +
                   "&n=" + std::to_string(key.second.n);
  http::ClientLimits limits;
  limits.body_bytes_max = events_bytes_max;
  auto answer = http::send_blocking(endpoint, std::nullopt, std::move(request), limits);
  if (!answer) return answer.error();
  if (answer->status == 404) return std::string();
  if (!answer->ok()) return fail(Errc::remote_refused, "events: " + std::to_string(answer->status));
  return std::move(answer->body);
}

void example(Verdict& verdict, Key const& key, std::uint64_t seq, std::string_view what) {
  if (verdict.examples.size() >= examples_max) return;
  verdict.examples.push_back(hex(key.first) + ' ' + core::text_of(key.second) + " seq " +
                             std::to_string(seq) + ": " + std::string(what));
}

Result<void> compare(Key const& key, Promised const& promised, std::string_view events, Verdict& verdict) {
  Bytes32 head = core::first_head(key.first, key.second, promised.parent);
  std::uint64_t at = 0;
  auto next = promised.heads.begin();
  while (!events.empty() && next != promised.heads.end()) {
    std::size_t const end = std::min(events.find('\n'), events.size());
    boost::system::error_code error;
    json::value const value = json::parse({events.data(), end}, error);
    if (error || !value.is_object()) return fail(Errc::bad_json, "events");
    events.remove_prefix(std::min(end + 1, events.size()));
    if (number_in(value.get_object(), "seq") != at + 1) return fail(Errc::bad_json, "events: order");
    ++at;
    head = core::next_head(head, text_in(value.get_object(), "line"));
    if (next->first != at) continue;
    if (next->second != head) {
      ++verdict.different;
      example(verdict, key, at, "other bytes");
    }
    ++next;
  }
  for (; next != promised.heads.end(); ++next) {
    ++verdict.missing;
    example(verdict, key, next->first, "missing");
  }
  return {};
}

}  // namespace

Result<Verdict> verify_ledger(std::filesystem::path const& ledger_path,
                              std::filesystem::path const& control) {
  auto const ledger = read_ledger(ledger_path);
  if (!ledger) return ledger.error();
  Verdict verdict;
  for (auto const& [key, promised] : *ledger) {
    if (promised.heads.empty()) continue;
    ++verdict.epochs;
    verdict.acknowledged += promised.heads.size();
    auto const events = events_of(control, key);
    if (!events) return events.error();
    if (auto const compared = compare(key, promised, *events, verdict); !compared) return compared.error();
  }
  return verdict;
}

}  // namespace proktor::drill
