#pragma once
// The roles of certificates and the object identifiers that mark them. One intermediate CA and one extended
// key usage per role, so that a key made for one purpose proves nothing elsewhere (DESIGN 6). Pure data; any
// thread.

#include <cstdint>
#include <string_view>

namespace proktor::seal {

// box: signs segments, proves itself to the centre. centre: segments are encrypted to it. receipt: signs
// receipts. gateway: the centre's TLS server; signs nothing.
enum class Role : std::uint8_t { box, centre, receipt, gateway };

inline constexpr Role all_roles[] = {Role::box, Role::centre, Role::receipt, Role::gateway};

// The arc 2.25.<UUID as integer> needs no registration (ITU-T X.667). UUID
// 53636b75-6552-4fa3-9f6a-74fb4b75827c. Under it: .1 box, .2 centre, .3 receipt, .4 gateway. Numbers are
// never reused; package, roster, closure and code come after.
#define PROKTOR_EKU_ARC "2.25.110842140558023064278326170612762247804"
inline constexpr std::string_view eku_arc = PROKTOR_EKU_ARC;

std::string_view name_of(Role role);     // "box", "centre", …
std::string_view eku_oid_of(Role role);  // dotted; static lifetime, ends with NUL

// Nothing before this moment can be "now" for this build: 2026-11-01 00:00 UTC. Verifiers judge validity at a
// floor at or above it, never by the computer's clock (DESIGN 8).
inline constexpr std::int64_t build_time_floor_s = 1'793'491'200;

}  // namespace proktor::seal
