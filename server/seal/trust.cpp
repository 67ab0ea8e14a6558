#include "seal/trust.hpp"

#include "base/bytes.hpp"
#include "base/crypto.hpp"
#include "seal/certificate.hpp"
#include "seal/trust_internal.hpp"

#include <openssl/bn.h>
#include <openssl/ec.h>

#include <array>
#include <optional>

namespace proktor::seal {
namespace {

constexpr int chain_length = 3;  // leaf, intermediate of the role, root

std::string dotted(ASN1_OBJECT const* object) {
  std::array<char, 128> text{};
  int const length = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
  return length > 0 && length < static_cast<int>(text.size()) ? std::string(text.data()) : std::string();
}

// TLS usages stand beside the mark of the two roles that speak TLS, and nowhere else.
bool is_tls_usage_of(Role role, int nid) {
  return (role == Role::box && nid == NID_client_auth) || (role == Role::gateway && nid == NID_server_auth);
}

bool has_exactly_role(X509* certificate, Role role) {
  ExtendedUsage const usage(
      static_cast<EXTENDED_KEY_USAGE*>(X509_get_ext_d2i(certificate, NID_ext_key_usage, nullptr, nullptr)));
  if (!usage) return false;
  bool marked = false;
  for (int i = 0; i < sk_ASN1_OBJECT_num(usage.get()); ++i) {
    ASN1_OBJECT const* const object = sk_ASN1_OBJECT_value(usage.get(), i);
    if (dotted(object) == eku_oid_of(role))
      marked = true;
    else if (!is_tls_usage_of(role, OBJ_obj2nid(object)))
      return false;
  }
  return marked;
}

bool is_p256_sha256(X509* certificate) {
  EVP_PKEY* const key = X509_get0_pubkey(certificate);
  std::array<char, 32> group{};
  std::size_t length = 0;
  return key != nullptr && EVP_PKEY_is_a(key, "EC") == 1 &&
         EVP_PKEY_get_group_name(key, group.data(), group.size(), &length) == 1 &&
         std::string_view(group.data(), length) == SN_X9_62_prime256v1 &&
         X509_get_signature_nid(certificate) == NID_ecdsa_with_SHA256;
}

bool is_leaf_for(X509* certificate, Role role) {
  std::uint32_t const usage = X509_get_key_usage(certificate);
  std::uint32_t const wanted = role == Role::centre ? KU_KEY_AGREEMENT : KU_DIGITAL_SIGNATURE;
  return X509_check_ca(certificate) == 0 && usage == wanted && has_exactly_role(certificate, role);
}

Result<Identity> identity_of(X509* certificate) {
  X509_NAME* const subject = X509_get_subject_name(certificate);
  int const at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0 || X509_NAME_get_index_by_NID(subject, NID_commonName, at) >= 0)
    return fail(Errc::certificate_invalid, "common name");
  ASN1_STRING const* const name = X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at));
  std::string id(reinterpret_cast<char const*>(ASN1_STRING_get0_data(name)),
                 static_cast<std::size_t>(ASN1_STRING_length(name)));
  if (!is_certificate_id(id)) return fail(Errc::certificate_invalid, "common name");
  ASN1_INTEGER const* const serial = X509_get0_serialNumber(certificate);
  std::string const serial_bytes(reinterpret_cast<char const*>(ASN1_STRING_get0_data(serial)),
                                 static_cast<std::size_t>(ASN1_STRING_length(serial)));
  unsigned char* der = nullptr;
  int const length = i2d_X509(certificate, &der);
  if (length <= 0) return openssl_error(Errc::certificate_invalid, "encoding");
  std::string const bytes(reinterpret_cast<char const*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return Identity{std::move(id), hex(bytes_of(serial_bytes)), hex(sha256(bytes))};
}

}  // namespace

Result<Identity> check_chain(X509* leaf, STACK_OF(X509) * untrusted, std::string_view roots_pem, Role role,
                             std::int64_t time_floor_s) {
  auto const roots = parse_certificates(roots_pem);
  if (!roots) return roots.error();
  Store const store(X509_STORE_new());
  StoreContext const context(X509_STORE_CTX_new());
  if (!store || !context) return openssl_error(Errc::certificate_invalid, "chain");
  for (int i = 0; i < sk_X509_num(roots->get()); ++i)
    X509_STORE_add_cert(store.get(), sk_X509_value(roots->get(), i));
  if (X509_STORE_CTX_init(context.get(), store.get(), leaf, untrusted) != 1)
    return openssl_error(Errc::certificate_invalid, "chain");
  X509_VERIFY_PARAM* const rules = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_flags(rules, X509_V_FLAG_X509_STRICT);
  X509_VERIFY_PARAM_set_time(rules, time_floor_s);
  X509_VERIFY_PARAM_set_purpose(rules, X509_PURPOSE_ANY);  // usages are judged below, by the role expected
  if (X509_verify_cert(context.get()) != 1) {
    int const reason = X509_STORE_CTX_get_error(context.get());
    return openssl_error(Errc::certificate_invalid, X509_verify_cert_error_string(reason));
  }
  STACK_OF(X509)* const chain = X509_STORE_CTX_get0_chain(context.get());
  if (sk_X509_num(chain) != chain_length) return fail(Errc::certificate_invalid, "chain length");
  for (int i = 0; i < chain_length; ++i)
    if (!is_p256_sha256(sk_X509_value(chain, i))) return fail(Errc::certificate_invalid, "algorithm");
  if (!has_exactly_role(sk_X509_value(chain, 1), role) || !is_leaf_for(leaf, role))
    return fail(Errc::certificate_invalid, "not for the role " + std::string(name_of(role)));
  return identity_of(leaf);
}

Result<Identity> check_certificate(std::string_view certificate_pem, std::string_view chain_pem,
                                   std::string_view roots_pem, Role role, std::int64_t time_floor_s) {
  auto const leaf = parse_certificate(certificate_pem);
  if (!leaf) return leaf.error();
  auto const chain = parse_certificates(chain_pem);
  if (!chain) return chain.error();
  return check_chain(leaf->get(), chain->get(), roots_pem, role, time_floor_s);
}

Result<Identity> identity_of_peer(std::string_view certificate_der, Role role) {
  auto const* at = reinterpret_cast<unsigned char const*>(certificate_der.data());
  Certificate const leaf(d2i_X509(nullptr, &at, static_cast<long>(certificate_der.size())));
  if (!leaf) return openssl_error(Errc::certificate_invalid, "peer certificate");
  if (!is_leaf_for(leaf.get(), role))
    return fail(Errc::certificate_invalid, "not for the role " + std::string(name_of(role)));
  return identity_of(leaf.get());
}

}  // namespace proktor::seal
