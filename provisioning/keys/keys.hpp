#pragma once
// `proktor keys init`: a test authority on disk. Root and one intermediate per role under authority/; what
// the centre's gateway needs under gateway/ (no key that opens a segment); the key that opens segments under
// centre/. Whole or nothing. Called from main only.

#include "base/result.hpp"

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace proktor::keys {

struct KeysOptions {
  std::filesystem::path directory;   // must not exist, or be empty
  std::vector<std::string> hosts{};  // names and addresses of the centre; localhost, 127.0.0.1, ::1 are added
};

// Errors: already_imported (the directory holds something), bad_field (a name), io_error, storage_full.
Result<void> make_keys(KeysOptions const& options, std::int64_t now_s);

// Prints what was made; 0 done, 1 not (nothing was written).
int run_keys(KeysOptions const& options);

// Adds localhost, 127.0.0.1 and ::1, drops repeats, keeps the order.
std::vector<std::string> with_local_names(std::vector<std::string> hosts);

}  // namespace proktor::keys
