#include "qti/model/finding.hpp"

namespace proktor::qti {

std::string_view name(Severity severity) {
  switch (severity) {
    case Severity::info:
      return "info";
    case Severity::warning:
      return "warning";
    case Severity::error:
      break;
  }
  return "error";
}

std::string to_text(Finding const& finding) {
  std::string text{name(finding.severity)};
  if (!finding.file.empty()) text.append(" ").append(finding.file);
  if (finding.line > 0) text.append(":").append(std::to_string(finding.line));
  return text.append(" ").append(finding.code).append(": ").append(finding.message);
}

}  // namespace proktor::qti
