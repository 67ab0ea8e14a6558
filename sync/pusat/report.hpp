#pragma once
// `proktor-pusat report`: what has arrived, per school and participant, worked out anew from the opened
// entries. Reads only. Called from main.

#include "base/result.hpp"

#include <filesystem>
#include <string>

namespace proktor::pusat {

struct ReportOptions {
  std::filesystem::path data;
  bool json = false;
};

// The report as text or JSON. Before anything was opened it is an empty report. Errors: storage_failed,
// schema_newer.
Result<std::string> make_report(ReportOptions const& options);

}  // namespace proktor::pusat
