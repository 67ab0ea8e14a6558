#pragma once
// Staff accounts: made from box.db's `staff` entries. Passwords are scrypt hashes with a salt each; they are checked on
// the pool, never here. I/O thread.

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"
#include "core/entry.hpp"
#include "core/throttle.hpp"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

namespace proktor::api {

constexpr std::size_t password_length_min = 8;
constexpr std::size_t password_bytes_max = 128;

struct StaffAccount {
  std::string username, role, name, salt, hash, made_by;
  bool must_change = true;
  bool disabled = false;
  std::uint64_t rev = 0;
};

class Staff {
 public:
  Result<void> apply(std::string_view bytes);  // one `staff` entry. Errors: journal_corrupt
  StaffAccount const* find(std::string_view username) const;
  std::map<std::string, StaffAccount, std::less<>> const& all() const { return accounts_; }

 private:
  std::map<std::string, StaffAccount, std::less<>> accounts_;
};

// One that reads well over a phone: 10 characters with capital, small letter and digit, no look-alikes.
std::string draw_password(Random& random);

// hex(scrypt(password, salt)). Slow on purpose: pool only.
std::string hash_password(std::string_view password, std::string_view salt);

// Errors: password_weak.
Result<void> check_new_password(std::string_view password);

core::NewEntry staff_entry(StaffAccount const& account);

}  // namespace proktor::api
