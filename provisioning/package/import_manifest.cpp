#include "provisioning/package/importer.hpp"
#include "qti/model/qti2.hpp"

#include <algorithm>

namespace proktor::package {
namespace {

constexpr std::string_view manifest_name = "imsmanifest.xml";

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return text;
}

}  // namespace

// At the root; or, repaired with a warning, in the only folder or under a name of the wrong case. Empty:
// none.
std::string Importer::find_manifest() {
  std::vector<std::string> found;
  for (auto const& [path, content] : *import_.files) {
    if (lower(path.substr(path.rfind('/') + 1)) == manifest_name) found.push_back(path);
  }
  if (std::ranges::find(found, manifest_name) != found.end()) return std::string(manifest_name);
  if (found.size() != 1) return {};
  say(qti::Severity::warning, "manifest-place", "the manifest is read from " + found.front(), found.front(),
      0);
  return found.front();
}

// Without a manifest: what a file's root says it is.
Importer::Listed Importer::listed_by_roots() {
  Listed listed;
  for (auto const& [path, content] : *import_.files) {
    if (!lower(path).ends_with(".xml")) continue;
    auto const document = qti::read_qti(content, path);
    if (!document.root) {
      say(qti::Severity::warning, "not-xml", document.findings.front().message, path,
          document.findings.front().line);
      continue;
    }
    if (document.root->name == "qti-assessment-test") listed.tests.push_back(path);
    if (document.root->name == "qti-assessment-item") listed.items.push_back(path);
  }
  bool const found = !listed.tests.empty() || !listed.items.empty();
  say(found ? qti::Severity::warning : qti::Severity::error, "no-manifest",
      found ? "the package has no imsmanifest.xml; tests and items are taken for what their roots say"
            : "the package has no imsmanifest.xml, and no test or item",
      "", 0);
  return listed;
}

// A file that is listed but not there is a fault of the package, whether or not an item needs it.
void Importer::check_files(qti::Resource const& resource, std::string const& manifest_path) {
  for (auto const& href : resource.files) {
    if (href == resource.href) continue;
    qti::Findings found;
    if (!hrefs_.find(href, manifest_path, resource.line, found).empty()) continue;
    auto const& reason = found.back();
    say(qti::Severity::warning, "listed-" + reason.code, resource.identifier + ": " + reason.message,
        manifest_path, resource.line);
  }
}

}  // namespace proktor::package
