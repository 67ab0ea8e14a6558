#pragma once
// A lock that the kernel gives up when its holder dies: flock on a small file.

#include "base/file.hpp"
#include "base/result.hpp"

#include <filesystem>

namespace proktor::sync {

// Held while the Fd lives. Errors: locked (another process holds it), io_error.
Result<Fd> lock_file(std::filesystem::path const& path);

}  // namespace proktor::sync
