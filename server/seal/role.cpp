#include "seal/role.hpp"

namespace proktor::seal {

std::string_view name_of(Role role) {
  switch (role) {
    case Role::box:
      return "box";
    case Role::centre:
      return "centre";
    case Role::receipt:
      return "receipt";
    case Role::gateway:
      return "gateway";
  }
  return "";
}

std::string_view eku_oid_of(Role role) {
  switch (role) {
    case Role::box:
      return PROKTOR_EKU_ARC ".1";
    case Role::centre:
      return PROKTOR_EKU_ARC ".2";
    case Role::receipt:
      return PROKTOR_EKU_ARC ".3";
    case Role::gateway:
      return PROKTOR_EKU_ARC ".4";
  }
  return "";
}

}  // namespace proktor::seal
