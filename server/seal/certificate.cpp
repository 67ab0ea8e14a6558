#include "seal/certificate.hpp"

#include "base/random.hpp"
#include "seal/openssl.hpp"
#include "seal/recovery_key.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>
#include <openssl/pem.h>

#include <algorithm>
#include <array>

#include <arpa/inet.h>

namespace proktor::seal {
namespace {

constexpr std::size_t id_length_max = 64;  // ub-common-name
constexpr std::size_t name_length_max = 253;
constexpr std::size_t names_max = 32;

struct Extension {
  int nid;
  std::string value;  // OpenSSL's configuration syntax; built from checked names only
};

struct Plan {
  std::string common_name;
  std::string unit;
  std::int64_t end_s;
  std::vector<Extension> extensions;
};

bool is_address(std::string const& name) {
  std::array<unsigned char, 16> raw{};
  return ::inet_pton(AF_INET, name.c_str(), raw.data()) == 1 ||
         ::inet_pton(AF_INET6, name.c_str(), raw.data()) == 1;
}

bool add_extension(X509* certificate, X509* issuer, Extension const& extension) {
  X509V3_CTX context;
  X509V3_set_ctx_nodb(&context);
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  X509_EXTENSION* const made = X509V3_EXT_conf_nid(nullptr, &context, extension.nid, extension.value.c_str());
  if (made == nullptr) return false;
  bool const added = X509_add_ext(certificate, made, -1) == 1;
  X509_EXTENSION_free(made);
  return added;
}

bool set_random_serial(X509* certificate) {
  std::array<std::uint8_t, 16> raw{};
  SystemRandom().fill(raw);
  raw[0] = static_cast<std::uint8_t>((raw[0] & 0x7FU) | 0x40U);  // positive, full length
  BIGNUM* const number = BN_bin2bn(raw.data(), static_cast<int>(raw.size()), nullptr);
  bool const set =
      number != nullptr && BN_to_ASN1_INTEGER(number, X509_get_serialNumber(certificate)) != nullptr;
  BN_free(number);
  return set;
}

bool set_subject(X509* certificate, Plan const& plan) {
  X509_NAME* const name = X509_get_subject_name(certificate);
  auto const add = [name](char const* field, std::string const& value) {
    return X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                      reinterpret_cast<unsigned char const*>(value.data()),
                                      static_cast<int>(value.size()), -1, 0) == 1;
  };
  return add("O", "Proktor") && (plan.unit.empty() || add("OU", plan.unit)) && add("CN", plan.common_name);
}

// Makes a key and a certificate over it. Without an issuer the certificate signs itself.
Result<Issued> issue(Plan const& plan, X509* issuer, EVP_PKEY* issuer_key) {
  Key const key(EVP_EC_gen("P-256"));
  Certificate const certificate(X509_new());
  if (!key || !certificate) return openssl_error(Errc::certificate_invalid, "new key");
  X509* const signer = issuer != nullptr ? issuer : certificate.get();
  bool made = X509_set_version(certificate.get(), X509_VERSION_3) == 1 &&
              set_random_serial(certificate.get()) &&
              ASN1_TIME_set(X509_getm_notBefore(certificate.get()), not_before_s) != nullptr &&
              ASN1_TIME_set(X509_getm_notAfter(certificate.get()), plan.end_s) != nullptr &&
              X509_set_pubkey(certificate.get(), key.get()) == 1 && set_subject(certificate.get(), plan) &&
              X509_set_issuer_name(certificate.get(), X509_get_subject_name(signer)) == 1;
  made = made && add_extension(certificate.get(), signer, {NID_subject_key_identifier, "hash"}) &&
         add_extension(certificate.get(), signer, {NID_authority_key_identifier, "keyid:always"});
  for (Extension const& extension : plan.extensions)
    made = made && add_extension(certificate.get(), signer, extension);
  made =
      made && X509_sign(certificate.get(), issuer_key != nullptr ? issuer_key : key.get(), EVP_sha256()) > 0;
  Issued issued;
  if (made) issued = {pem_of(key.get()), pem_of(certificate.get())};
  if (issued.key_pem.empty() || issued.certificate_pem.empty())
    return openssl_error(Errc::certificate_invalid, plan.common_name);
  return issued;
}

Result<Issued> issue_under(Plan const& plan, Issued const& issuer) {
  auto const certificate = parse_certificate(issuer.certificate_pem);
  if (!certificate) return certificate.error();
  auto const key = parse_key(issuer.key_pem);
  if (!key) return key.error();
  return issue(plan, certificate->get(), key->get());
}

std::int64_t end_after(std::int64_t now_s, std::int64_t life_s) {
  return std::max(now_s, build_time_floor_s) + life_s;
}

// The role's mark, and beside it only what TLS asks of the two roles that speak it.
std::string extended_usage_of(Role role) {
  std::string usage = "critical," + std::string(eku_oid_of(role));
  if (role == Role::box) usage += ",clientAuth";
  if (role == Role::gateway) usage += ",serverAuth";
  return usage;
}

Result<std::string> alternative_names(std::vector<std::string> const& names) {
  if (names.empty() || names.size() > names_max)
    return fail(Errc::bad_field, "1 to 32 names or addresses are needed");
  std::string list;
  for (std::string const& name : names) {
    if (!is_certificate_name(name)) return fail(Errc::bad_field, "not a name or an address: " + name);
    list += (list.empty() ? "" : ",") + std::string(is_address(name) ? "IP:" : "DNS:") + name;
  }
  return list;
}

std::string name_constraints(std::vector<std::string> const& names) {
  std::string list = "critical";
  // A kind of name without a permitted subtree would be free: these two are there always and name nobody
  // else.
  std::vector<std::string> permitted = {"localhost", "127.0.0.1", "::1"};
  permitted.insert(permitted.end(), names.begin(), names.end());
  for (std::string const& name : permitted) {
    if (!is_address(name))
      list += ",permitted;DNS:" + name;
    else if (name.find(':') == std::string::npos)
      list += ",permitted;IP:" + name + "/255.255.255.255";
    else
      list += ",permitted;IP:" + name + "/ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff";
  }
  return list;
}

}  // namespace

Result<Issued> make_recovery_key(std::string_view box, std::int64_t now_s) {
  if (!is_certificate_id(box)) return fail(Errc::bad_field, "not an id: " + std::string(box));
  Plan const plan{std::string(box),
                  "recovery",
                  end_after(now_s, authority_life_s),
                  {{NID_basic_constraints, "critical,CA:FALSE"}, {NID_key_usage, "critical,keyAgreement"}}};
  return issue(plan, nullptr, nullptr);
}

bool is_certificate_id(std::string_view id) {
  return !id.empty() && id.size() <= id_length_max && std::all_of(id.begin(), id.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

bool is_certificate_name(std::string_view name) {
  if (is_address(std::string(name))) return true;
  if (name.empty() || name.size() > name_length_max || name.front() == '.' || name.back() == '.')
    return false;
  if (name.find("..") != std::string_view::npos || name.front() == '-') return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.';
  });
}

Result<Issued> make_root(std::string_view name, std::int64_t now_s) {
  Plan const plan{std::string(name),
                  "root",
                  end_after(now_s, authority_life_s),
                  {{NID_basic_constraints, "critical,CA:TRUE,pathlen:1"},
                   {NID_key_usage, "critical,keyCertSign,cRLSign"}}};
  return issue(plan, nullptr, nullptr);
}

Result<Issued> make_intermediate(Issued const& root, Role role, std::int64_t now_s) {
  Plan const plan{"Proktor CA " + std::string(name_of(role)),
                  std::string(name_of(role)),
                  end_after(now_s, authority_life_s),
                  {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                   {NID_key_usage, "critical,keyCertSign,cRLSign"},
                   {NID_ext_key_usage, extended_usage_of(role)}}};
  return issue_under(plan, root);
}

Result<Issued> make_leaf(Issued const& intermediate, Role role, std::string_view id,
                         std::vector<std::string> const& names, std::int64_t now_s) {
  if (!is_certificate_id(id)) return fail(Errc::bad_field, "not an id: " + std::string(id));
  Plan plan{std::string(id),
            std::string(name_of(role)),
            end_after(now_s, leaf_life_s),
            {{NID_basic_constraints, "critical,CA:FALSE"},
             {NID_key_usage, role == Role::centre ? "critical,keyAgreement" : "critical,digitalSignature"},
             {NID_ext_key_usage, extended_usage_of(role)}}};
  if (role == Role::gateway) {
    auto list = alternative_names(names);
    if (!list) return list.error();
    plan.extensions.push_back({NID_subject_alt_name, *list});
  }
  return issue_under(plan, intermediate);
}

Result<SchoolTls> make_school_tls(std::string_view id, std::vector<std::string> const& names,
                                  std::int64_t now_s) {
  if (!is_certificate_id(id)) return fail(Errc::bad_field, "not an id: " + std::string(id));
  auto const list = alternative_names(names);
  if (!list) return list.error();
  std::int64_t const end_s = end_after(now_s, leaf_life_s);
  Plan const authority_plan{"Sekolah " + std::string(id.substr(0, id_length_max - 8)),
                            "LAN",
                            end_s,
                            {{NID_basic_constraints, "critical,CA:TRUE,pathlen:0"},
                             {NID_key_usage, "critical,keyCertSign"},
                             {NID_name_constraints, name_constraints(names)}}};
  auto authority = issue(authority_plan, nullptr, nullptr);
  if (!authority) return authority.error();
  Plan const server_plan{std::string(id),
                         "LAN",
                         end_s,
                         {{NID_basic_constraints, "critical,CA:FALSE"},
                          {NID_key_usage, "critical,digitalSignature"},
                          {NID_ext_key_usage, "serverAuth"},
                          {NID_subject_alt_name, *list}}};
  auto server = issue_under(server_plan, *authority);
  std::fill(authority->key_pem.begin(), authority->key_pem.end(), '\0');
  if (!server) return server.error();
  return SchoolTls{std::move(authority->certificate_pem), std::move(*server)};
}

}  // namespace proktor::seal
