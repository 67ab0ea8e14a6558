#pragma once
// Where a content package comes from: a directory or a zip, as paths and bytes within limits, and how its
// hrefs find them. Any thread; reading a directory follows no link.

#include "base/result.hpp"
#include "qti/model/finding.hpp"
#include "qti/package/zip_file.hpp"

#include <filesystem>
#include <string>
#include <string_view>

namespace proktor::package {

// All files below a directory, or in a zip. Hidden files and "__MACOSX" are left out.
// Errors: not_found, io_error, too_large, package_invalid (a link, a name that is not allowed, a hostile
// zip).
Result<qti::Files> read_content(std::filesystem::path const& source);

// Finds the file an href means, as seen from the file it stands in.
class HrefFinder {
 public:
  explicit HrefFinder(qti::Files const& files);

  // The path in Files, or empty. Says what was repaired (href-encoding: info; href-case, href-backslash:
  // warnings) and what is wrong (missing-file, href-outside, external-reference: errors) in `findings`, at
  // `line` of `from`.
  std::string find(std::string_view href, std::string_view from, int line, qti::Findings& findings) const;

 private:
  qti::Files const& files_;
  std::map<std::string, std::string, std::less<>>
      by_folded_;  // lower case, decoded; empty when two would match
};

// The path of an href joined to the folder of `from`, "." and ".." resolved; empty when it leaves the
// package.
std::string join_href(std::string_view from, std::string_view href);

}  // namespace proktor::package
