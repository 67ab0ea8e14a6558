#include "api/proctor.hpp"
#include "api/replies.hpp"
#include "base/crypto.hpp"

namespace proktor::api {
namespace {

namespace asio = boost::asio;
namespace json = boost::json;

constexpr std::string_view seen_label = "proktor-seen-1";
constexpr std::size_t username_bytes_max = 64;
// Hashed when no such account exists, so that a wrong name takes as long as a wrong password.
constexpr std::string_view nobody_salt = "proktor-nobody";

json::object user_json(StaffAccount const& account) {
  return {{"username", account.username}, {"name", account.name}, {"role", account.role}};
}

void remember_browser(Call& call, http::Response& response) {
  auto& context = call.context;
  set_cookie(response, call.request.tls, staff_seen_cookie, context.statements.sign(seen_label, "{}"),
             context.settings.staff_browser_ms);
  DurationMs const now_ms = context.clock.monotonic_ms();
  std::erase_if(context.staff_addresses, [&](auto const& known) { return known.second <= now_ms; });
  context.staff_addresses[call.request.peer.address] = now_ms + context.settings.staff_browser_ms;
}

void set_staff_cookie(Call& call, http::Response& response, StaffAccount const& account) {
  auto const& context = call.context;
  set_cookie(response, call.request.tls, staff_cookie,
             context.statements.staff({account.username, account.role, account.rev}, context.clock.wall_ms()),
             staff_session_life_ms);
}

asio::awaitable<bool> password_fits(Call& call, std::string username, std::string password) {
  auto const* account = call.context.staff.find(username);
  std::string const salt = account == nullptr ? std::string(nobody_salt) : account->salt;
  std::string const expected = account == nullptr || account->disabled ? std::string() : account->hash;
  std::function<bool()> work = [salt, expected, password = std::move(password)] {
    return equal_constant_time(hash_password(password, salt), expected);
  };
  call.context.password_checks += 1;
  bool const fits = co_await run_on_pool<bool>(call.context.pool, call.context.executor, std::move(work));
  call.context.password_checks -= 1;
  co_return fits;
}

// One guarded try of a password: guesses are slowed down, and few slow hashes wait at a time.
asio::awaitable<std::optional<Error>> try_password(Call& call, std::string username, std::string password) {
  auto& context = call.context;
  std::string const bucket = "staff/" + username;
  std::string const& address = call.request.peer.address;
  DurationMs const now_ms = context.clock.monotonic_ms();
  bool const busy = context.password_checks >= context.settings.password_checks_max;
  if (busy || context.guard.wait_ms(bucket, address, true, now_ms) > 0) co_return fail(Errc::login_slow_down);
  bool const fits = co_await password_fits(call, username, std::move(password));
  if (fits) co_return std::nullopt;
  context.guard.failed(bucket, address, address, true, now_ms);
  co_return fail(Errc::staff_login_wrong);
}

}  // namespace

asio::awaitable<http::Response> staff_login(Call& call) {
  auto& context = call.context;
  core::JsonFields f(call.request.body);
  std::string const username = f.text("username");
  std::string const password = f.text("password");
  if (!f.ok()) co_return refuse(f.error(Errc::bad_field));
  if (username.size() > username_bytes_max || password.size() > password_bytes_max) {
    co_return refuse(fail(Errc::staff_login_wrong));
  }
  auto const wrong = co_await try_password(call, username, password);
  if (wrong) co_return refuse(*wrong);
  auto const* account = context.staff.find(username);
  auto response = ok({{"user", user_json(*account)}, {"must_change", account->must_change}});
  set_staff_cookie(call, response, *account);
  remember_browser(call, response);
  co_return response;
}

asio::awaitable<http::Response> staff_password(Call& call) {
  auto& context = call.context;
  core::JsonFields f(call.request.body);
  std::string const old_password = f.text("old");
  std::string const new_password = f.text("new");
  if (!f.ok()) co_return refuse(f.error(Errc::bad_field));
  if (old_password.size() > password_bytes_max) co_return refuse(fail(Errc::staff_login_wrong));
  if (auto good = check_new_password(new_password); !good) co_return refuse(good.error());
  if (old_password == new_password) co_return refuse(fail(Errc::password_weak));
  std::string const username = call.caller.staff->user;
  auto const wrong = co_await try_password(call, username, old_password);
  if (wrong) co_return refuse(*wrong);

  StaffAccount account = *context.staff.find(username);
  account.salt = hex(context.random.bytes16());
  std::function<std::string()> work = [salt = account.salt, new_password] { return hash_password(new_password, salt); };
  account.hash = co_await run_on_pool<std::string>(context.pool, context.executor, std::move(work));
  account.must_change = false;
  account.rev += 1;
  core::NewEntries entries{staff_entry(account)};
  auto const done = co_await commit_box(context, std::move(entries));
  if (!done) co_return refuse(done.error());
  auto response = ok();
  set_staff_cookie(call, response, account);
  co_return response;
}

asio::awaitable<http::Response> staff_logout(Call& call) {
  auto response = ok();
  set_cookie(response, call.request.tls, staff_cookie, "", 0);
  remember_browser(call, response);
  co_return response;
}

asio::awaitable<http::Response> staff_me(Call& call) {
  auto const* account = call.context.staff.find(call.caller.staff->user);
  co_return ok({{"user", user_json(*account)}, {"must_change", account->must_change}});
}

}  // namespace proktor::api
