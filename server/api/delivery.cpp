#include "api/delivery.hpp"

#include "api/attempt.hpp"
#include "api/replies.hpp"
#include "core/attempt.hpp"
#include "core/needs.hpp"
#include "core/route.hpp"

#include <algorithm>
#include <functional>
#include <utility>

namespace proktor::api {

namespace asio = boost::asio;
namespace json = boost::json;

namespace {

constexpr std::string_view private_forever = "private, max-age=31536000, immutable";

// Every string that is the path of an asset counts: showing one too many is less harm than one too few.
void collect_assets(json::value const& value, qti::DeliveryEntries const& entries, AssetSet& out) {
  if (auto const* text = value.if_string()) {
    auto const found = entries.assets.find(std::string_view(*text));
    if (found != entries.assets.end()) out.insert(found->second.sha256);
  } else if (auto const* list = value.if_array()) {
    for (auto const& part : *list) collect_assets(part, entries, out);
  } else if (auto const* object = value.if_object()) {
    for (auto const& [name, part] : *object) collect_assets(part, entries, out);
  }
}

void collect_of_children(json::array const& children, qti::DeliveryEntries const& entries, AssetSet& out) {
  for (auto const& value : children) {
    auto const& child = value.as_object();
    if (auto const* inner = child.if_contains("children")) {
      collect_of_children(inner->as_array(), entries, out);
      continue;
    }
    auto const item = entries.items.find(std::string_view(child.at("item").as_string()));
    if (item == entries.items.end()) continue;
    collect_assets(item->second, entries, out);
    for (auto const& name : item->second.at("stimuli").as_array()) {
      auto const stimulus = entries.stimuli.find(std::string_view(name.as_string()));
      if (stimulus != entries.stimuli.end()) collect_assets(stimulus->second, entries, out);
    }
  }
}

AssetSet const& assets_of_part(Exam& exam, qti::Package const& package, std::string const& test,
                               std::string const& part) {
  auto const [found, made] = exam.part_assets.try_emplace(package.sha256 + " " + test + " " + part);
  if (!made) return found->second;
  auto const entry = package.entries.tests.find(test);
  if (entry == package.entries.tests.end()) return found->second;
  for (auto const& value : entry->second.at("parts").as_array()) {
    auto const& one = value.as_object();
    if (one.at("part").as_string() != part) continue;
    collect_of_children(one.at("children").as_array(), package.entries, found->second);
  }
  return found->second;
}

// What of the test's assets may be shown now: all, or those of the stages that are there so far.
AssetSet open_assets(Call const& call, qti::Package const& package, core::Test const& test) {
  if (!core::in_stages(package, test.qti_test)) return package.test(test.qti_test)->assets;
  auto& exam = *call.caller.exam;
  auto const& session = call.caller.pupil->session;
  auto const* attempt = exam.state.attempt_of(*exam.state.participant(session.participant), session.sitting, test.id);
  AssetSet out;
  if (attempt == nullptr || attempt->stages.empty()) {
    auto const first = core::first_part(package, test.qti_test, 0);
    return first ? assets_of_part(exam, package, test.qti_test, first->part) : out;
  }
  for (auto const& stage : attempt->stages) out.merge(AssetSet(assets_of_part(exam, package, test.qti_test, stage.what.part)));
  return out;
}

}  // namespace

std::shared_ptr<qti::Package const> package_of(Exam const& exam, core::Test const& test) {
  auto const found = exam.packages.find(test.package);
  return found == exam.packages.end() ? nullptr : found->second;
}

std::shared_ptr<qti::Package const> package_of(Call const& call, std::string_view test, Errc& why) {
  auto const& exam = *call.caller.exam;
  auto const& session = call.caller.pupil->session;
  auto const* who = exam.state.participant(session.participant);
  auto const* sitting = exam.state.sitting(session.sitting);
  why = Errc::not_found;
  if (who == nullptr || sitting == nullptr) return nullptr;
  why = Errc::token_required;
  if (!who->token_accepted.contains(sitting->id)) return nullptr;
  why = Errc::test_locked;
  for (std::size_t i = 0; i < sitting->tests.size(); ++i) {
    if (sitting->tests[i].test != test) continue;
    auto const where = core::test_state(exam.state, *who, *sitting, i, call.context.exams.now(exam));
    if (where != core::TestState::ready && where != core::TestState::running) return nullptr;
    return package_of(exam, *exam.state.test(test));
  }
  return nullptr;
}

asio::awaitable<Result<std::string>> deliver(Call& call, std::shared_ptr<qti::Package const> package,
                                             core::Attempt const& attempt) {
  auto const& state = call.caller.exam->state;
  auto const& test = *state.test(attempt.test);
  qti::TestHeader header{test.title, state.info().mark, test.instrument, static_cast<std::uint64_t>(test.duration_ms),
                         core::supports_of(state.participant(attempt.participant)->needs)};
  std::vector<std::string> refs;
  std::size_t first = 1;
  if (!attempt.stages.empty()) {
    refs = attempt.stages.back().what.items;
    first = attempt.stages.back().first;
  }
  std::function<Result<std::string>()> work = [package, header, id = test.qti_test, seed = attempt.seed, refs,
                                               first]() -> Result<std::string> {
    auto view = refs.empty() ? qti::instantiate(package->entries, id, header, seed)
                             : qti::instantiate_part(package->entries, id, header, seed, refs, first);
    if (!view) return fail(Errc::package_invalid, view.error().detail);
    return std::move(view->test);
  };
  co_return co_await run_on_pool<Result<std::string>>(call.context.pool, call.context.executor, std::move(work));
}

asio::awaitable<http::Response> attempt_assets(Call& call) {
  auto const& session = call.caller.pupil->session;
  if (auto live = core::check_session(call.caller.exam->state, session); !live) co_return refuse(live.error());
  Errc why{};
  auto const package = package_of(call, call.request.query_value("test"), why);
  if (!package) co_return refuse(fail(why));
  json::array assets;
  auto const& test = *call.caller.exam->state.test(call.request.query_value("test"));
  for (auto const& sha256 : open_assets(call, *package, test)) {
    auto const& asset = package->assets.find(sha256)->second;
    assets.push_back(json::object{{"path", "/api/asset/" + sha256}, {"type", asset.type},
                                  {"bytes", asset.bytes->size()}});
  }
  co_return ok({{"assets", std::move(assets)}});
}

asio::awaitable<http::Response> get_asset(Call& call) {
  auto const& session = call.caller.pupil->session;
  auto const& exam = *call.caller.exam;
  auto const* sitting = exam.state.sitting(session.sitting);
  if (auto live = core::check_session(exam.state, session); !live) co_return refuse(live.error());
  for (auto const& test : sitting == nullptr ? std::vector<core::SittingTest>{} : sitting->tests) {
    Errc why{};
    auto const package = package_of(call, test.test, why);
    if (!package || !open_assets(call, *package, *exam.state.test(test.test)).contains(call.argument)) continue;
    auto const found = package->assets.find(call.argument);
    http::Response response;
    response.content_type = found->second.type;
    response.headers.emplace_back("Cache-Control", private_forever);
    if (found->second.type == "image/svg+xml") {
      response.headers.emplace_back("Content-Security-Policy", "sandbox; default-src 'none'");
    }
    response.body = found->second.bytes;
    co_return response;
  }
  co_return refuse(fail(Errc::not_found));
}

}  // namespace proktor::api
