#pragma once
// `proktor verify`: every journal of a data directory checked from end to end, with the signatures of the
// receipts that the centre gave. Reads only; takes the data lock, so a running proktord refuses it. Called
// from main only.

#include <filesystem>

namespace proktor::verify {

struct VerifyOptions {
  std::filesystem::path data;
  std::filesystem::path medium{};  // the second medium's folder, to be compared; empty: not
  bool json = false;
};

// Prints what does not hold; 0 all holds, 1 something does not or could not be read.
int run_verify(VerifyOptions const& options);

}  // namespace proktor::verify
