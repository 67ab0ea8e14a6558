#pragma once
// The scoring entries of a .paket: an item or a test as one QTI 3.0 document, with what stands in other files
// (fragments, xi:include, templates in files, sections) put in its place (docs/delivery-view.md, "Scoring
// entries"). One thread. Judges nothing: the import has read the same files, and the package's reader
// compiles what is written.

#include "provisioning/package/import.hpp"
#include "provisioning/package/inclusions.hpp"
#include "qti/delivery/delivery_entry.hpp"

#include <optional>
#include <string>

namespace proktor::package {

class ScoringDocuments {
 public:
  explicit ScoringDocuments(Import const& content);

  // The document of an item file; nullopt when it is no XML, or too large with all its fragments.
  std::optional<std::string> item(std::string const& file);

  // The document of a test; references to items that are not in `items` are left out.
  std::optional<std::string> test(ImportedTest const& test, qti::ItemNames const& items);

 private:
  std::optional<std::string> written(qti::XmlNode const& root) const;
  void fill_test(qti::XmlNode& node, std::string const& file, qti::ItemNames const& items, int depth);

  HrefFinder hrefs_;
  Inclusions inclusions_;
};

}  // namespace proktor::package
