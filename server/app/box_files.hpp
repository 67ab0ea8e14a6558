#pragma once
// What `proktor enrol` left in DATA/box. Read once at start.

#include "base/result.hpp"

#include <filesystem>
#include <string>
#include <vector>

namespace proktor::app {

struct BoxFiles {
  std::string id, name;
  std::vector<std::string> hosts;
  std::string certificate_pem;  // of the box itself: what only it may open is encrypted to this
  std::string tls_key_pem, tls_chain_pem, site_key, receipt_roots_pem;
};

// Reads all that can be read and gives the first error: not_enrolled when there is no enrolment, not_found, io_error (also
// a file that is not what it should be).
Result<void> read_box_files(std::filesystem::path const& data, BoxFiles& files);

}  // namespace proktor::app
