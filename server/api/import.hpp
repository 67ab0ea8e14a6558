#pragma once
// Turns the IMPORT of docs/api.md into journal entries, checked as a whole against a scratch state before anything is
// written. I/O thread, but for the slow hashes.

#include "api/context.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace proktor::api {

struct FirstPassword {
  StaffAccount account;
  std::string password;
};

struct ImportPlan {
  std::string event;
  Bytes16 stream{};
  bool repeated = false;  // this very packet is here already: only first passwords that nobody used are drawn anew
  core::NewEntries entries;
  std::string cards_csv;  // username and password of every card, to be sealed to the box
  std::vector<FirstPassword> staff;  // accounts that are new on this box
  std::map<std::string, std::shared_ptr<qti::Package const>, std::less<>> packages;
};

// Errors: event_invalid (the detail names the part), already_imported (from another packet), package_invalid,
// not_enrolled.
Result<ImportPlan> plan_import(Context& context, std::string_view body);

// Fills the accounts' hashes. Slow: pool only.
void hash_first_passwords(ImportPlan& plan);

}  // namespace proktor::api
