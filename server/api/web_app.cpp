#include "api/web_app.hpp"

#include "api/not_serving.hpp"
#include "api/replies.hpp"

namespace proktor::api {
namespace {

namespace asio = boost::asio;

constexpr std::size_t verified_max = 8'192;

bool is_write(http::Method method) { return method != http::Method::get && method != http::Method::head; }

// Comes in anew: not while power is going.
bool is_arrival(std::string_view path) {
  return path == "/api/pupil/login" || path == "/api/pupil/login/wait" || path == "/api/pupil/token";
}

// "Host: name:port" without its port.
std::string_view host_name(std::string_view host) {
  if (host.starts_with('[')) return host.substr(0, host.find(']') + 1);
  return host.substr(0, host.find(':'));
}

bool same_origin(http::RequestHead const& head) {
  auto const origin = head.header("Origin");
  std::string const own = (head.tls ? "https://" : "http://") + std::string(head.header("Host"));
  return origin == own;
}

// On plain HTTP a staff password or cookie must not travel (DESIGN 12).
bool is_for_staff(std::string_view path) {
  return path == "/proktor" || path.starts_with("/api/staff/") || path.starts_with("/api/proctor/");
}

bool same_media_type(std::string_view sent, std::string_view wanted) {
  return sent.substr(0, sent.find(';')) == wanted;
}

bool role_may(Who who, std::string_view role) {
  switch (who) {
    case Who::proctor: return role == "proktor";
    case Who::proctor_or_invigilator: return role == "proktor" || role == "pengawas";
    default: return true;
  }
}

}  // namespace

bool WebApp::known_host(http::RequestHead const& head) const {
  return context_.settings.hosts.contains(host_name(head.header("Host")));
}

std::size_t WebApp::body_limit(Route const& route, bool session) const {
  if (!session) return http::body_bytes_before_login_max;
  return route.who == Who::pupil ? context_.settings.body_pupil_bytes_max : context_.settings.body_staff_bytes_max;
}

http::HeadDecision WebApp::inspect(http::RequestHead const& head) {
  http::HeadDecision decision;
  if (!known_host(head)) {
    decision.refuse = http::error_response(Errc::host_refused);
    return decision;
  }
  if (!head.tls && !head.peer.loopback && is_for_staff(head.path)) {
    decision.refuse = http::error_response(Errc::staff_needs_tls);
    return decision;
  }
  TimeMs const now = context_.clock.wall_ms();
  bool const pupil = pupil_of(head).has_value();
  bool const staff = context_.statements.read_staff(cookie_of(head, staff_cookie), now).has_value();
  decision.live_session = pupil || staff;
  if (!is_write(head.method)) return decision;
  auto const match = find_route(routes(), head.method, head.path);
  if (match.route == nullptr) return decision;
  if (!same_origin(head)) {
    decision.refuse = http::error_response(Errc::origin_refused);
  } else if (!same_media_type(head.header("Content-Type"), match.route->content_type)) {
    decision.refuse = http::error_response(Errc::media_type);
  } else if (context_.draining) {
    decision.refuse = context_.parked ? refuse(NotServing::parked) : http::error_response(Errc::stopping);
  } else if (context_.parked && is_arrival(head.path)) {
    decision.refuse = refuse(NotServing::parked);
  }
  decision.body_bytes_max = body_limit(*match.route, decision.live_session);
  return decision;
}

std::optional<PupilSession> WebApp::pupil_of(http::RequestHead const& head) {
  auto const text = cookie_of(head, pupil_cookie);
  if (text.empty()) return std::nullopt;
  TimeMs const now_ms = pupil_expiry_now_ms(context_);
  auto const known = verified_.find(text);
  if (known != verified_.end()) {
    if (known->second.exp_ms <= now_ms) return std::nullopt;
    return known->second;
  }
  auto session = context_.statements.read_pupil(text, now_ms);
  if (!session) return std::nullopt;
  if (verified_.size() >= verified_max) verified_.clear();
  verified_.emplace(text, *session);
  return session;
}

std::optional<Error> WebApp::identify(Call& call, Who who) {
  TimeMs const now = context_.clock.wall_ms();
  if (who == Who::anyone) return std::nullopt;
  if (who == Who::pupil) {
    call.caller.pupil = pupil_of(call.request);
    if (!call.caller.pupil) return fail(Errc::not_logged_in);
    call.caller.exam = context_.exams.find(call.caller.pupil->event);
    bool const known = call.caller.exam != nullptr &&
                       call.caller.exam->state.participant(call.caller.pupil->session.participant) != nullptr;
    if (!known) return fail(Errc::not_logged_in);
    return std::nullopt;
  }
  call.caller.staff = context_.statements.read_staff(cookie_of(call.request, staff_cookie), now);
  auto const* account = call.caller.staff ? context_.staff.find(call.caller.staff->user) : nullptr;
  if (account == nullptr || account->disabled || account->rev != call.caller.staff->rev) {
    return fail(Errc::not_logged_in);
  }
  bool const own_account = call.request.path.starts_with("/api/staff/");
  if (account->must_change && !own_account) return fail(Errc::password_change_required);
  if (!role_may(who, account->role)) return fail(Errc::forbidden);
  return std::nullopt;
}

asio::awaitable<http::Response> WebApp::handle(http::Request request) {
  auto const match = find_route(routes(), request.method, request.path);
  if (match.route != nullptr) {
    Call call{context_, request, {}, match.argument};
    if (auto const error = identify(call, match.route->who)) co_return refuse(*error);
    co_return co_await match.route->handler(call);
  }
  if (match.path_known) co_return refuse(fail(Errc::method_not_allowed));
  if (request.path == "/" && !is_write(request.method)) {
    http::Response response;
    response.status = 303;
    response.headers.emplace_back("Location", "/tes");
    co_return response;
  }
  if (auto page = pages_.find(request)) co_return std::move(*page);
  co_return refuse(fail(Errc::not_found));
}

}  // namespace proktor::api
