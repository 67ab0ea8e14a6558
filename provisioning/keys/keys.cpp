#include "provisioning/keys/keys.hpp"

#include "base/clock.hpp"
#include "provisioning/keys/staged_directory.hpp"
#include "seal/certificate.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

namespace proktor::keys {
namespace {

namespace fs = std::filesystem;

struct File {
  std::string name;
  std::string content;
};

void add_pair(std::vector<File>& files, std::string const& stem, seal::Issued const& issued) {
  files.push_back({stem + ".key", issued.key_pem});
  files.push_back({stem + ".pem", issued.certificate_pem});
}

Result<std::vector<File>> make_files(std::vector<std::string> const& hosts, std::int64_t now_s) {
  std::vector<File> files;
  auto const root = seal::make_root("Proktor uji akar", now_s);
  if (!root) return root.error();
  add_pair(files, "authority/root", *root);
  for (seal::Role const role : seal::all_roles) {
    std::string const name(seal::name_of(role));
    auto const intermediate = seal::make_intermediate(*root, role, now_s);
    if (!intermediate) return intermediate.error();
    add_pair(files, "authority/" + name, *intermediate);
    if (role == seal::Role::box) continue;  // a box's own key is made where it is enrolled
    auto leaf = seal::make_leaf(*intermediate, role, "pusat-" + name,
                                role == seal::Role::gateway ? hosts : std::vector<std::string>{}, now_s);
    if (!leaf) return leaf.error();
    std::string const& chain = intermediate->certificate_pem;
    if (role == seal::Role::centre) {
      add_pair(files, "centre/centre", *leaf);
      files.push_back({"centre/centre_chain.pem", chain});
    } else if (role == seal::Role::receipt) {
      add_pair(files, "gateway/receipt", *leaf);
      files.push_back({"gateway/receipt_chain.pem", chain});
    } else {
      leaf->certificate_pem += chain;  // a TLS server shows its chain
      add_pair(files, "gateway/tls", *leaf);
    }
  }
  files.push_back({"gateway/roots.pem", root->certificate_pem});
  files.push_back({"centre/roots.pem", root->certificate_pem});
  return files;
}

}  // namespace

std::vector<std::string> with_local_names(std::vector<std::string> hosts) {
  hosts.insert(hosts.end(), {"localhost", "127.0.0.1", "::1"});
  std::vector<std::string> unique;
  for (std::string& host : hosts)
    if (std::find(unique.begin(), unique.end(), host) == unique.end()) unique.push_back(std::move(host));
  return unique;
}

Result<void> make_keys(KeysOptions const& options, std::int64_t now_s) {
  std::error_code failure;
  if (fs::exists(options.directory, failure)) {
    if (!fs::is_empty(options.directory, failure) || failure)
      return fail(Errc::already_imported, options.directory.string());
    fs::remove(options.directory, failure);
  }
  auto const files = make_files(with_local_names(options.hosts), now_s);
  if (!files) return files.error();
  auto staged = StagedDirectory::begin(options.directory);
  if (!staged) return staged.error();
  for (File const& file : *files)
    if (auto const added = staged->add(file.name, file.content); !added) return added.error();
  return staged->commit();
}

int run_keys(KeysOptions const& options) {
  auto const made = make_keys(options, SystemClock().wall_ms() / 1000);
  if (!made) {
    fmt::print(stderr, "Kunci tidak dibuat. {}\n", describe(made.error()));
    return 1;
  }
  fmt::print("Kunci uji dibuat di {}\n", options.directory.string());
  fmt::print("  authority  akar dan penerbit per peran (simpan di luar server)\n");
  fmt::print("  gateway    untuk proktor-pusat serve; tidak dapat membuka segmen\n");
  fmt::print("  centre     untuk proktor-pusat open; satu-satunya kunci pembuka segmen\n");
  return 0;
}

}  // namespace proktor::keys
