#pragma once
// What reading found wrong or worth saying: one coded sentence with file and line.
// Codes are stable strings, compared by scripts; messages are English, for a technician.
// Any thread. Does not decide: an error makes an item, test or package unusable, a warning does not.

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

enum class Severity { info, warning, error };

struct Finding {
  Severity severity = Severity::error;
  std::string code;     // stable, lower case with dashes: "unknown-element"
  std::string message;  // one English sentence, names the thing
  std::string file;     // path inside the package; empty when there is none
  int line = 0;         // from 1; 0: the whole file
};

using Findings = std::vector<Finding>;

// "info", "warning" or "error".
std::string_view name(Severity severity);

// "error item.xml:12 unknown-element: ..." for logs and tables.
std::string to_text(Finding const& finding);

inline bool has_errors(Findings const& findings) {
  return std::any_of(findings.begin(), findings.end(),
                     [](Finding const& finding) { return finding.severity == Severity::error; });
}

}  // namespace proktor::qti
