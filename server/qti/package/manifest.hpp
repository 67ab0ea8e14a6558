#pragma once
// imsmanifest.xml: which files of a content package are tests, items, stimuli, and what each needs.
// Any thread. Opens no file: hrefs stay as authored, percent-encoding included.

#include "qti/model/finding.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

enum class ResourceKind { test, item, section, stimulus, media, other };

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
