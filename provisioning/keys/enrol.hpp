#pragma once
// `proktor enrol`: makes this computer a box. Its own key and certificate, what it trusts and encrypts to,
// the LAN's TLS certificate (whose authority's key is gone when this returns), the site key. DATA/box appears
// whole or not at all, once. Called from main only.

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace proktor::keys {

struct EnrolOptions {
  std::filesystem::path keys;        // what `proktor keys init` made
  std::filesystem::path data;        // the data directory of proktord
  std::string box{};                 // 1 to 64 of [A-Za-z0-9_-]
  std::string name{};                // for people
  std::vector<std::string> hosts{};  // names and addresses of this server on the LAN
  std::string centre_url{};          // https://…; empty: results leave on a stick only
};

// Writes box.key, box.pem, chain.pem, centre.pem, receipt_roots.pem, tls.key, tls.pem, school_ca.pem,
// site.key and enrolment.json into DATA/box. Errors: already_enrolled, bad_field, certificate_invalid,
// not_found, io_error.
Result<void> enrol(EnrolOptions const& options, std::int64_t now_s);

// Prints what was done; 0 done, 1 not (nothing was written).
int run_enrol(EnrolOptions const& options);

}  // namespace proktor::keys
