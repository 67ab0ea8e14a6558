#include "authority.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "provisioning/keys/enrol.hpp"
#include "provisioning/keys/keys.hpp"

#include <openssl/rand.h>

#include <stdexcept>

namespace proktor::sim {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t made_at_s = 1'795'400'000;
constexpr std::size_t pem_bytes_max = 1U << 20U;

SplitMix64& openssl_random() {
  static SplitMix64 random(0);
  return random;
}

int give_bytes(unsigned char* out, int count) {
  openssl_random().fill({out, static_cast<std::size_t>(count)});
  return 1;
}

int is_ready() { return 1; }

template <class T>
T need(Result<T> result) {
  if (!result) throw std::runtime_error(describe(result.error()));
  return std::move(*result);
}

// The bytes inside the first PEM block.
std::string der_of(std::string_view pem) {
  auto const begin = pem.find('\n') + 1;
  std::string text;
  for (char const c : pem.substr(begin, pem.find("-----END") - begin)) {
    if (c == '+') text.push_back('-');
    else if (c == '/') text.push_back('_');
    else if (c != '\n' && c != '=') text.push_back(c);
  }
  auto der = unbase64url(text);
  if (!der) throw std::runtime_error("PEM");
  return *der;
}

}  // namespace

void seed_openssl(std::uint64_t seed) {
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // The old way in; a provider for this would be hundreds of lines.
  static RAND_METHOD const method{nullptr, give_bytes, nullptr, nullptr, give_bytes, is_ready};
  RAND_set_rand_method(&method);
#pragma GCC diagnostic pop
  openssl_random() = SplitMix64(seed);
}

Authority Authority::make(fs::path const& directory) {
  fs::remove_all(directory);
  fs::create_directories(directory);
  seed_openssl(1);
  Authority out;
  out.keys = directory / "keys";
  out.data = directory / "kotak";
  if (auto done = keys::make_keys({out.keys, {}}, made_at_s); !done) throw std::runtime_error(describe(done.error()));
  keys::EnrolOptions const options{out.keys, directory / "kotak", "KOTAK-1", "Kotak", {}, "https://localhost:1"};
  if (auto done = keys::enrol(options, made_at_s); !done) throw std::runtime_error(describe(done.error()));
  out.box = need(sync::load_box_files(directory / "kotak" / "box"));
  auto const text = [&out](char const* name) { return need(read_file(out.keys / "gateway" / name, pem_bytes_max)); };
  out.receipt = {text("receipt.key"), text("receipt.pem"), text("receipt_chain.pem")};
  out.roots = text("roots.pem");
  out.box_certificate_der = der_of(out.box.signer.certificate);
  return out;
}

}  // namespace proktor::sim
