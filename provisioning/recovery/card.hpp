#pragma once
// `proktor recovery-card`: makes the recovery key, locks it with a fresh code, and writes the one page on which that code
// stands. The code is kept nowhere else. Called from main only.

#include "base/clock.hpp"
#include "base/random.hpp"
#include "base/result.hpp"

#include <filesystem>
#include <string>

namespace proktor::recovery {

struct CardOptions {
  std::filesystem::path data;
  std::filesystem::path out{};  // empty: kartu-pemulihan-<box>.html here
  bool replace = false;         // there is a card already, which then opens older media only
};

struct CardText {
  std::string box{};
  std::string name{};
  std::string addresses{};    // under which the pupils' computers know it: the spare gets the same
  std::string code{};         // 30 digits
  std::string fingerprint{};  // of the box's certificate, 8 hex digits in two groups
  std::string date{};
};
std::string card_page(CardText const& text);  // HTML, one A4 page

// As card and restore print it, for people to compare.
std::string short_fingerprint(std::string_view certificate_sha256);

// Writes the page, then recovery.key and recovery.pem into DATA/box. Gives the page's path. Errors: not_enrolled,
// already_enrolled (there is a card), io_error, storage_full.
Result<std::filesystem::path> make_card(CardOptions const& options, Random& random, TimeMs now_ms);

int run_card(CardOptions const& options);

}  // namespace proktor::recovery
