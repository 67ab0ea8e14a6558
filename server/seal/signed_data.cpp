#include "seal/signed_data.hpp"

#include "seal/der.hpp"
#include "seal/openssl.hpp"
#include "seal/trust_internal.hpp"

namespace proktor::seal {
namespace {

constexpr int certificates_carried = 2;  // leaf and intermediate
constexpr std::string_view sha256_algorithm_plain("\x30\x0b\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01", 13);
constexpr std::string_view sha256_algorithm_null(
    "\x30\x0d\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01\x05\x00", 15);
constexpr std::string_view version_1("\x01", 1);

std::string der_of(CMS_ContentInfo* cms) {
  unsigned char* der = nullptr;
  int const length = i2d_CMS_ContentInfo(cms, &der);
  if (length <= 0) return {};
  std::string bytes(reinterpret_cast<char const*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  return bytes;
}

// The fields that no signature covers and OpenSSL does not judge.
bool has_expected_form(std::string_view der) {
  auto found = fields_of_content_info(der);
  if (!found) return false;
  DerCursor& fields = *found;
  auto const version = fields.next(0x02);
  auto const digests = fields.next(0x31);
  auto const content = fields.next(0x30);
  auto const certificates = fields.next(0xA0);
  auto const signers = fields.next(0x31);
  if (!version || !digests || !content || !certificates || !signers || !fields.at_end()) return false;
  DerCursor in_signers(signers->body);
  auto const signer = in_signers.next(0x30);
  if (!signer || !in_signers.at_end()) return false;
  DerCursor in_signer(signer->body);
  auto const signer_version = in_signer.next(0x02);
  auto const issuer = in_signer.next(0x30);
  auto const signer_digest = in_signer.next(0x30);
  if (!signer_version || !issuer || !signer_digest) return false;
  auto const is_sha256 = [](std::string_view bytes) {
    return bytes == sha256_algorithm_plain || bytes == sha256_algorithm_null;
  };
  return version->body == version_1 && signer_version->body == version_1 && is_sha256(digests->body) &&
         is_sha256(signer_digest->whole);
}

bool is_allowed_signer(CMS_SignerInfo* signer) {
  X509_ALGOR* digest = nullptr;
  X509_ALGOR* signature = nullptr;
  CMS_SignerInfo_get0_algs(signer, nullptr, nullptr, &digest, &signature);
  ASN1_OBJECT const* object = nullptr;
  int parameter = 0;
  X509_ALGOR_get0(&object, &parameter, nullptr, signature);
  return OBJ_obj2nid(object) == NID_ecdsa_with_SHA256 && parameter == V_ASN1_UNDEF &&
         CMS_signed_get_attr_by_NID(signer, NID_pkcs9_contentType, -1) >= 0 &&
         CMS_signed_get_attr_by_NID(signer, NID_pkcs9_messageDigest, -1) >= 0 &&
         CMS_unsigned_get_attr_count(signer) <= 0;
}

std::string der_of(X509_NAME const* name) {
  unsigned char const* der = nullptr;
  std::size_t length = 0;
  if (X509_NAME_get0_der(name, &der, &length) != 1) return {};
  return std::string(reinterpret_cast<char const*>(der), length);
}

// OpenSSL finds the signer by name without regard to letter case; here the name must be the certificate's own
// bytes.
bool names_exactly(CMS_SignerInfo* signer, X509* leaf) {
  ASN1_OCTET_STRING* key_id = nullptr;
  X509_NAME* issuer = nullptr;
  ASN1_INTEGER* serial = nullptr;
  return CMS_SignerInfo_get0_signer_id(signer, &key_id, &issuer, &serial) == 1 && issuer != nullptr &&
         der_of(issuer) == der_of(X509_get_issuer_name(leaf)) &&
         ASN1_INTEGER_cmp(serial, X509_get0_serialNumber(leaf)) == 0;
}

// With too little memory OpenSSL may give something else than what was asked for, and no error.
bool holds(std::string_view der, std::string_view content) {
  auto const* at = reinterpret_cast<unsigned char const*>(der.data());
  Cms const cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
  return cms && has_expected_form(der) && content_of(cms.get()) == content &&
         CMS_verify(cms.get(), nullptr, nullptr, nullptr, nullptr, CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) == 1;
}

}  // namespace

Result<std::string> sign(std::string_view content, std::string_view key_pem, std::string_view certificate_pem,
                         std::string_view chain_pem) {
  if (content.size() > signed_bytes_max) return fail(Errc::too_large, "content to sign");
  auto const key = parse_key(key_pem);
  if (!key) return key.error();
  auto const certificate = parse_certificate(certificate_pem);
  if (!certificate) return certificate.error();
  auto const intermediate = parse_certificates(chain_pem);
  if (!intermediate) return intermediate.error();
  constexpr unsigned flags = CMS_BINARY | CMS_NOSMIMECAP | CMS_PARTIAL;
  Bio const input = read_bio(content);
  Cms const cms(CMS_sign(nullptr, nullptr, intermediate->get(), nullptr, flags));
  bool const made =
      cms && CMS_add1_signer(cms.get(), certificate->get(), key->get(), EVP_sha256(), flags) != nullptr &&
      CMS_set_detached(cms.get(), 0) == 1 && CMS_final(cms.get(), input.get(), nullptr, flags) == 1;
  if (!made) return openssl_error(Errc::signature_invalid, "signing");
  std::string der = der_of(cms.get());
  if (!holds(der, content)) return openssl_error(Errc::signature_invalid, "signing");
  return der;
}

Result<Verified> verify(std::string_view der, std::string_view roots_pem, Role role,
                        std::int64_t time_floor_s) {
  if (der.size() > signed_bytes_max) return fail(Errc::too_large, "signed file");
  if (!has_expected_form(der)) return fail(Errc::signature_invalid, "form");
  auto const* at = reinterpret_cast<unsigned char const*>(der.data());
  Cms const cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
  if (!cms || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_pkcs7_signed || der_of(cms.get()) != der)
    return openssl_error(Errc::signature_invalid, "encoding");
  ASN1_OCTET_STRING** const content = CMS_get0_content(cms.get());
  STACK_OF(CMS_SignerInfo)* const signers = CMS_get0_SignerInfos(cms.get());
  if (OBJ_obj2nid(CMS_get0_eContentType(cms.get())) != NID_pkcs7_data || content == nullptr ||
      *content == nullptr || sk_CMS_SignerInfo_num(signers) != 1 ||
      !is_allowed_signer(sk_CMS_SignerInfo_value(signers, 0)))
    return openssl_error(Errc::signature_invalid, "not allowed");
  CertificateStack const carried(CMS_get1_certs(cms.get()));
  if (!carried || sk_X509_num(carried.get()) != certificates_carried)
    return openssl_error(Errc::signature_invalid, "certificates");

  // The chain is judged apart, by role and at the time floor; here only the signature over the content.
  Bio const out = write_bio();
  if (CMS_verify(cms.get(), nullptr, nullptr, nullptr, out.get(), CMS_BINARY | CMS_NO_SIGNER_CERT_VERIFY) !=
          1 ||
      bytes_of_bio(out.get()) != content_of(cms.get()))
    return openssl_error(Errc::signature_invalid, "signature");
  X509* leaf = nullptr;
  CMS_SignerInfo_get0_algs(sk_CMS_SignerInfo_value(signers, 0), nullptr, &leaf, nullptr, nullptr);
  if (leaf == nullptr || !names_exactly(sk_CMS_SignerInfo_value(signers, 0), leaf))
    return fail(Errc::signature_invalid, "signer");
  if ((X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE) == 0)
    return fail(Errc::certificate_invalid, "this certificate does not sign");
  auto identity = check_chain(leaf, carried.get(), roots_pem, role, time_floor_s);
  if (!identity) return identity.error();
  return Verified{std::string(content_of(cms.get())), std::move(*identity)};
}

}  // namespace proktor::seal
