#include "api/staff.hpp"

#include "base/crypto.hpp"
#include "core/json_fields.hpp"

#include <algorithm>
#include <array>

namespace proktor::api {
namespace {

constexpr std::string_view small = "abcdefghjkmnpqrstuvwxyz";
constexpr std::string_view capital = "ABCDEFGHJKLMNPQRSTUVWXYZ";
constexpr std::string_view digit = "23456789";
// The first that a guesser tries; compared without case.
constexpr std::array<std::string_view, 10> denied{"password1", "proktor1", "proktor123",  "admin123",  "anbk2026",
                                                  "anbk1234",  "sekolah1", "sekolah123", "indonesia1", "qwerty123"};

bool has(std::string_view text, char from, char to) {
  return std::ranges::any_of(text, [&](char c) { return c >= from && c <= to; });
}

}  // namespace

Result<void> Staff::apply(std::string_view bytes) {
  core::JsonFields f(bytes);
  StaffAccount account;
  account.username = f.text("username");
  account.role = f.text("role");
  account.name = f.text("name");
  account.salt = f.text("salt");
  account.hash = f.text("hash");
  account.must_change = f.boolean("must_change");
  account.disabled = f.boolean("disabled");
  account.rev = f.natural("rev");
  account.made_by = f.text("made_by");
  if (!f.ok()) return f.error(Errc::journal_corrupt);
  accounts_[account.username] = std::move(account);
  return {};
}

StaffAccount const* Staff::find(std::string_view username) const {
  auto const found = accounts_.find(username);
  return found == accounts_.end() ? nullptr : &found->second;
}

std::string draw_password(Random& random) {
  std::string password;
  for (std::string_view const set : {capital, small, small, digit, small, small, digit, small, small, digit}) {
    password.push_back(set[random.below(set.size())]);
  }
  return password;
}

std::string hash_password(std::string_view password, std::string_view salt) { return hex(scrypt(password, salt)); }

Result<void> check_new_password(std::string_view password) {
  bool const mixed = has(password, 'A', 'Z') && has(password, 'a', 'z') && has(password, '0', '9');
  if (password.size() < password_length_min || password.size() > password_bytes_max || !mixed) {
    return fail(Errc::password_weak);
  }
  std::string lower(password);
  std::ranges::transform(lower, lower.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  if (std::ranges::find(denied, lower) != denied.end()) return fail(Errc::password_weak);
  return {};
}

core::NewEntry staff_entry(StaffAccount const& account) {
  boost::json::object const bytes{
      {"username", account.username}, {"role", account.role}, {"name", account.name}, {"salt", account.salt},
      {"hash", account.hash}, {"must_change", account.must_change}, {"disabled", account.disabled},
      {"rev", account.rev}, {"made_by", account.made_by}};
  return {"staff", account.username, boost::json::serialize(bytes)};
}

}  // namespace proktor::api
