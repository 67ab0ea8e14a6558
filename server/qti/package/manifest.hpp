#pragma once
// imsmanifest.xml: which files of a content package are tests, items, stimuli, and what each needs.
// Content Packaging 1.1 to 1.2 with the resource types of QTI 2.0 to 3.0 and APIP. Any thread. Opens no file:
// hrefs stay as authored, percent-encoding included, behind the xml:base of the manifest.

#include "qti/model/finding.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

// processing: a template or fragment of response or outcome processing. qti1: QTI 1.x, which is not read.
enum class ResourceKind { test, item, section, stimulus, processing, media, qti1, other };

struct Resource {
  std::string identifier;
  ResourceKind kind = ResourceKind::other;
  std::string type;  // as authored
  std::string href;  // may be empty
  std::vector<std::string> files;
  std::vector<std::string> dependencies;  // identifiers of other resources
  int line = 0;
};

struct Manifest {
  std::string identifier;
  std::vector<Resource> resources;  // in document order, identifiers unique
};

struct ManifestResult {
  std::optional<Manifest> manifest;
  Findings findings;
};

ManifestResult read_manifest(std::string_view bytes, std::string_view file);

}  // namespace proktor::qti
