#include "seal/envelope.hpp"

#include "seal/der.hpp"
#include "seal/openssl.hpp"

#include <openssl/ec.h>

namespace proktor::seal {
namespace {

// 2.16.840.1.101.3.4.1.46 and .45; 1.3.132.1.11.1
constexpr std::string_view oid_aes256_gcm("\x60\x86\x48\x01\x65\x03\x04\x01\x2e", 9);
constexpr std::string_view oid_aes256_wrap("\x60\x86\x48\x01\x65\x03\x04\x01\x2d", 9);
constexpr std::string_view oid_ecdh_sha256("\x2b\x81\x04\x01\x0b\x01", 6);
constexpr std::size_t nonce_bytes = 12;
constexpr std::size_t tag_bytes = 16;
constexpr std::string_view tag_length("\x10", 1);

// AES-256-GCM { nonce 12, tag length 16 }.
bool is_allowed_cipher(std::string_view algorithm) {
  DerCursor fields(algorithm);
  auto const oid = fields.next(0x06);
  auto const parameters = fields.next(0x30);
  if (!oid || !parameters || !fields.at_end()) return false;
  DerCursor in_parameters(parameters->body);
  auto const nonce = in_parameters.next(0x04);
  auto const length = in_parameters.next(0x02);
  return oid->body == oid_aes256_gcm && nonce && nonce->body.size() == nonce_bytes && length &&
         length->body == tag_length && in_parameters.at_end();
}

// A key agreement recipient: ECDH with SHA-256, key wrapped by AES-256.
bool is_allowed_recipient(std::string_view agreement) {
  DerCursor fields(agreement);
  auto const version = fields.next(0x02);
  auto const originator = fields.next(0xA0);
  fields.next(0xA1);  // user keying material, optional
  auto const algorithm = fields.next(0x30);
  if (!version || !originator || !algorithm) return false;
  DerCursor in_algorithm(algorithm->body);
  auto const derivation = in_algorithm.next(0x06);
  auto const wrap = in_algorithm.next(0x30);
  if (!derivation || !wrap) return false;
  DerCursor in_wrap(wrap->body);
  auto const wrap_oid = in_wrap.next(0x06);
  return derivation->body == oid_ecdh_sha256 && wrap_oid && wrap_oid->body == oid_aes256_wrap;
}

bool are_allowed_recipients(std::string_view recipients) {
  DerCursor in_set(recipients);
  std::size_t count = 0;
  while (!in_set.at_end()) {
    auto const agreement = in_set.next(0xA1);
    if (!agreement || !is_allowed_recipient(agreement->body) || ++count > recipients_max) return false;
  }
  return count > 0;
}

bool has_allowed_form(std::string_view der) {
  auto found = fields_of_content_info(der);
  if (!found) return false;
  DerCursor& fields = *found;
  auto const version = fields.next(0x02);
  auto const recipients = fields.next(0x31);
  auto const content = fields.next(0x30);
  auto const tag = fields.next(0x04);
  if (!version || !recipients || !content || !tag || !fields.at_end()) return false;
  DerCursor in_content(content->body);
  auto const content_type = in_content.next(0x06);
  auto const cipher = in_content.next(0x30);
  return content_type && cipher && tag->body.size() == tag_bytes && is_allowed_cipher(cipher->body) &&
         are_allowed_recipients(recipients->body);
}

}  // namespace

Result<std::string> encrypt(std::string_view content, std::span<std::string const> recipients_pem) {
  if (content.size() > envelope_bytes_max) return fail(Errc::too_large, "content to encrypt");
  if (recipients_pem.empty() || recipients_pem.size() > recipients_max)
    return fail(Errc::certificate_invalid, "recipients");
  constexpr unsigned flags = CMS_BINARY | CMS_PARTIAL;
  Bio const input = read_bio(content);
  Cms const cms(CMS_encrypt(nullptr, nullptr, EVP_aes_256_gcm(), flags));
  if (!cms) return openssl_error(Errc::certificate_invalid, "envelope");
  for (auto const& pem : recipients_pem) {
    auto const recipient = parse_certificate(pem);
    if (!recipient) return recipient.error();
    CMS_RecipientInfo* const added =
        CMS_add1_recipient_cert(cms.get(), recipient->get(), flags | CMS_KEY_PARAM);
    EVP_PKEY_CTX* const agreement = added != nullptr ? CMS_RecipientInfo_get0_pkey_ctx(added) : nullptr;
    // OpenSSL's own default for the derivation is SHA-1.
    if (agreement == nullptr || EVP_PKEY_CTX_set_ecdh_kdf_md(agreement, EVP_sha256()) <= 0)
      return openssl_error(Errc::certificate_invalid, "recipient");
  }
  // Without set_detached(0) OpenSSL would leave the content out.
  bool const made = CMS_set_detached(cms.get(), 0) == 1 &&
                    CMS_final(cms.get(), input.get(), nullptr, flags) == 1;
  if (!made || content_of(cms.get()).size() != content.size())
    return openssl_error(Errc::certificate_invalid, "envelope");
  unsigned char* der = nullptr;
  int const length = i2d_CMS_ContentInfo(cms.get(), &der);
  if (length <= 0) return openssl_error(Errc::certificate_invalid, "envelope");
  std::string bytes(reinterpret_cast<char const*>(der), static_cast<std::size_t>(length));
  OPENSSL_free(der);
  if (!has_allowed_form(bytes)) return openssl_error(Errc::certificate_invalid, "envelope");
  return bytes;
}

Result<std::string> encrypt(std::string_view content, std::string_view recipient_pem) {
  std::string const only(recipient_pem);
  return encrypt(content, std::span<std::string const>(&only, 1));
}

Result<std::string> decrypt(std::string_view der, std::string_view key_pem,
                            std::string_view certificate_pem) {
  if (der.size() > envelope_bytes_max) return fail(Errc::too_large, "envelope");
  if (!has_allowed_form(der)) return fail(Errc::decrypt_failed, "form or algorithm");
  auto const key = parse_key(key_pem);
  if (!key) return key.error();
  auto const certificate = parse_certificate(certificate_pem);
  if (!certificate) return certificate.error();
  auto const* at = reinterpret_cast<unsigned char const*>(der.data());
  Cms const cms(d2i_CMS_ContentInfo(nullptr, &at, static_cast<long>(der.size())));
  if (!cms || OBJ_obj2nid(CMS_get0_type(cms.get())) != NID_id_smime_ct_authEnvelopedData)
    return openssl_error(Errc::decrypt_failed, "encoding");
  Bio const out = write_bio();
  if (CMS_decrypt(cms.get(), key->get(), certificate->get(), nullptr, out.get(), CMS_BINARY) != 1)
    return openssl_error(Errc::decrypt_failed, "not for this key, or damaged");
  auto content = bytes_of_bio(out.get());
  if (content.size() != content_of(cms.get()).size()) return openssl_error(Errc::decrypt_failed, "too little memory");
  return content;
}

}  // namespace proktor::seal
