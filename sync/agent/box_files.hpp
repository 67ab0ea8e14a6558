#pragma once
// What enrolment left in DATA/box, read once: who this box is, its key, what it trusts and encrypts to.

#include "base/result.hpp"
#include "segment/segment.hpp"

#include <filesystem>
#include <string>

namespace proktor::sync {

struct BoxFiles {
  std::string box{};
  segment::SigningKey signer{};
  std::string centre_certificate{};
  std::string roots{};
  std::string centre_url{};  // empty when the enrolment names none
};

// Checks that the certificate is a box's and names the box. Errors: not_enrolled, certificate_invalid,
// io_error.
Result<BoxFiles> load_box_files(std::filesystem::path const& directory);

}  // namespace proktor::sync
