#pragma once
// Makes keys (P-256) and certificates: the root, one intermediate per role, leaves, and a school's own TLS
// authority whose key never leaves make_school_tls. Text in, text out (PEM); writes no files. Any thread. All
// certificates run from 2000-01-01, so that a box with a dead clock still works (security review A4).

#include "base/result.hpp"
#include "seal/role.hpp"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::seal {

inline constexpr std::int64_t not_before_s = 946'684'800;           // 2000-01-01 00:00 UTC
inline constexpr std::int64_t leaf_life_s = 3'652LL * 86'400;       // ten years
inline constexpr std::int64_t authority_life_s = 7'305LL * 86'400;  // twenty years

struct Issued {
  std::string key_pem;          // PKCS #8, not encrypted
  std::string certificate_pem;  // one certificate
};

// `now_s` is only used to set the end: max(now, build_time_floor_s) + life. Errors: certificate_invalid.
Result<Issued> make_root(std::string_view name, std::int64_t now_s);
Result<Issued> make_intermediate(Issued const& root, Role role, std::int64_t now_s);

// `id` becomes the common name: 1 to 64 of [A-Za-z0-9_-]. `names` are DNS names and IP addresses (gateway
// only). Errors: certificate_invalid, bad_field (id or a name is not well formed).
Result<Issued> make_leaf(Issued const& intermediate, Role role, std::string_view id,
                         std::vector<std::string> const& names, std::int64_t now_s);

// The LAN's trust: a new authority signs one server certificate for `names` and is forgotten. Its critical
// name constraints admit these names alone. Errors: as make_leaf.
struct SchoolTls {
  std::string authority_pem;  // for the pupils' PCs
  Issued server;
};
Result<SchoolTls> make_school_tls(std::string_view id, std::vector<std::string> const& names,
                                  std::int64_t now_s);

bool is_certificate_id(std::string_view id);      // 1 to 64 of [A-Za-z0-9_-]
bool is_certificate_name(std::string_view name);  // a DNS name or an IP address

}  // namespace proktor::seal
