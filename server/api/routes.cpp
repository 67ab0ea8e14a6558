#include "api/routes.hpp"

#include "api/attempt.hpp"
#include "api/proctor.hpp"
#include "api/pupil.hpp"

#include <array>

namespace proktor::api {
namespace {

using http::Method;

constexpr std::array table{
    Route{Method::get, "/api/info", Who::anyone, get_info},
    Route{Method::post, "/api/pupil/login", Who::anyone, pupil_login},
    Route{Method::post, "/api/pupil/login/wait", Who::anyone, pupil_login_wait},
    Route{Method::get, "/api/pupil/state", Who::pupil, pupil_state},
    Route{Method::post, "/api/pupil/token", Who::pupil, pupil_token},
    Route{Method::post, "/api/pupil/logout", Who::pupil, pupil_logout},
    Route{Method::post, "/api/pupil/resume", Who::anyone, pupil_resume},
    Route{Method::get, "/api/attempt/assets", Who::pupil, attempt_assets},
    Route{Method::post, "/api/attempt/prepare", Who::pupil, attempt_prepare},
    Route{Method::post, "/api/attempt/start", Who::pupil, attempt_start},
    Route{Method::post, "/api/attempt/events", Who::pupil, attempt_events, "application/x-ndjson"},
    Route{Method::post, "/api/attempt/heartbeat", Who::pupil, attempt_heartbeat},
    Route{Method::post, "/api/attempt/stage", Who::pupil, attempt_stage},
    Route{Method::post, "/api/attempt/finish", Who::pupil, attempt_finish},
    Route{Method::get, "/api/asset/:sha256", Who::pupil, get_asset},
    Route{Method::post, "/api/staff/login", Who::anyone, staff_login},
    Route{Method::post, "/api/staff/password", Who::staff, staff_password},
    Route{Method::post, "/api/staff/logout", Who::staff, staff_logout},
    Route{Method::get, "/api/staff/me", Who::staff, staff_me},
    Route{Method::get, "/api/proctor/overview", Who::staff, proctor_overview},
    Route{Method::get, "/api/proctor/roster", Who::staff, proctor_roster},
    Route{Method::post, "/api/proctor/sitting/open", Who::proctor, sitting_open},
    Route{Method::post, "/api/proctor/sitting/close", Who::proctor, sitting_close},
    Route{Method::post, "/api/proctor/attendance", Who::proctor_or_invigilator, sitting_attendance},
    Route{Method::post, "/api/proctor/token", Who::proctor, sitting_token},
    Route{Method::post, "/api/proctor/gate", Who::proctor, sitting_gate},
    Route{Method::post, "/api/proctor/approve", Who::proctor_or_invigilator, proctor_approve},
    Route{Method::post, "/api/proctor/refuse", Who::proctor_or_invigilator, proctor_refuse},
    Route{Method::post, "/api/proctor/reset", Who::proctor, proctor_reset},
    Route{Method::get, "/api/proctor/participant", Who::staff, proctor_participant},
    Route{Method::get, "/api/proctor/board", Who::staff, proctor_board},
    Route{Method::get, "/api/proctor/board/stream", Who::staff, proctor_board_stream},
    Route{Method::get, "/api/proctor/sync", Who::staff, proctor_sync},
};

// Whether `path` is the pattern's; `argument` gets what stands for its `:name`.
bool matches(std::string_view pattern, std::string_view path, std::string_view& argument) {
  auto const colon = pattern.find(':');
  if (colon == std::string_view::npos) return pattern == path;
  if (!path.starts_with(pattern.substr(0, colon))) return false;
  argument = path.substr(colon);
  return !argument.empty() && argument.find('/') == std::string_view::npos;
}

}  // namespace

std::span<Route const> routes() { return table; }

RouteMatch find_route(std::span<Route const> all, http::Method method, std::string_view path) {
  RouteMatch match;
  for (auto const& route : all) {
    std::string_view argument;
    if (!matches(route.path, path, argument)) continue;
    match.path_known = true;
    if (route.method == method) return {&route, argument, true};
  }
  return match;
}

}  // namespace proktor::api
