#pragma once
// One box's folder on a medium, opened with the recovery code. For restore's files only.

#include "medium/entries.hpp"

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace proktor::recovery {

struct MediumBox {
  std::unique_ptr<medium::DirectFiles> files{};
  std::string top{};  // proktor-cadangan/<box>
  medium::Reading reading{};
  std::map<std::string, std::string> box_files{};
  std::string certificate_sha256{};
};

// Errors: as restore().
Result<MediumBox> open_box(std::filesystem::path const& medium, std::string const& box, std::string const& code);

}  // namespace proktor::recovery
