#pragma once
// A whole test authority in memory: root, intermediates, one leaf per role. Made once per program; reading
// only.

#include "seal/certificate.hpp"
#include "seal/role.hpp"

#include <map>
#include <string>

namespace proktor::seal::testing {

inline constexpr std::int64_t now_s = 1'795'400'000;

struct Member {
  Issued leaf;
  std::string chain;
};

struct Authority {
  Issued root;
  std::map<Role, Issued> intermediates;
  std::map<Role, Member> members;
  Member other_box;

  Authority() : root(*make_root("Akar uji", now_s)) {
    for (Role const role : all_roles) {
      Issued const intermediate = *make_intermediate(root, role, now_s);
      std::vector<std::string> const names =
          role == Role::gateway ? std::vector<std::string>{"localhost"} : std::vector<std::string>{};
      members[role] = {*make_leaf(intermediate, role, "UJI-" + std::string(name_of(role)), names, now_s),
                       intermediate.certificate_pem};
      intermediates[role] = intermediate;
    }
    other_box = {*make_leaf(intermediates[Role::box], Role::box, "KOTAK-LAIN", {}, now_s),
                 intermediates[Role::box].certificate_pem};
  }
};

inline Authority const& authority() {
  static Authority const made;
  return made;
}

}  // namespace proktor::seal::testing
