#include "provisioning/import/finding.hpp"

#include "provisioning/import/text_rules.hpp"

#include <fmt/format.h>

#include <utility>

namespace proktor::importing {

std::string_view id_of(FindingCode code) {
  switch (code) {
#define PROKTOR_FINDING(name, sentence) \
  case FindingCode::name:               \
    return #name;
#include "provisioning/import/finding_list.inc"
#undef PROKTOR_FINDING
  }
  return "";
}

std::string_view sentence_of(FindingCode code) {
  switch (code) {
#define PROKTOR_FINDING(name, sentence) \
  case FindingCode::name:               \
    return sentence;
#include "provisioning/import/finding_list.inc"
#undef PROKTOR_FINDING
  }
  return "";
}

void Findings::add(Finding finding) {
  ++count_;
  if (list_.size() >= findings_max) return;
  finding.detail = shown(finding.detail);
  finding.field = shown(finding.field);
  finding.file = shown(finding.file);
  list_.push_back(std::move(finding));
}

std::string line_of(Finding const& finding) {
  std::string out = finding.file;
  if (finding.line > 0) out += fmt::format(":{}", finding.line);
  out += ": ";
  if (!finding.field.empty()) out += finding.field + ": ";
  out += sentence_of(finding.code);
  if (!finding.detail.empty()) out += fmt::format(" ({})", finding.detail);
  return out;
}

}  // namespace proktor::importing
