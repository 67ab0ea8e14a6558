#pragma once
// The scoring entries of a .paket: an item or a test as one QTI 3.0 document, with what stands in other files
// (fragments, xi:include, templates in files, sections) put in its place (docs/delivery-view.md, "Scoring
// entries"). One thread. Judges nothing: the import has read the same files, and the package's reader
// compiles what is written.

#include "provisioning/package/import.hpp"
#include "qti/model/xml.hpp"

#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace proktor::package {

class ScoringDocuments {
 public:
  explicit ScoringDocuments(Import const& content);

  // The document of an item file; nullopt when it is no XML, or too large with all its fragments.
  std::optional<std::string> item(std::string const& file);

  // The document of a test; references to items that are not in `items` (reference to item identifier) are
  // left out.
  std::optional<std::string> test(ImportedTest const& test,
                                  std::map<std::string, std::string, std::less<>> const& items);

 private:
  std::optional<qti::XmlNode> read(std::string const& file);
  std::optional<std::string> written(qti::XmlNode const& root) const;
  // The file that an href in `from` names, or empty.
  std::string find(std::string_view href, std::string const& from) const;
  void fill_processing(qti::XmlNode& processing, std::string const& file);
  void fill_includes(qti::XmlNode& node, std::string const& file, int depth);
  void fill_test(qti::XmlNode& node, std::string const& file,
                 std::map<std::string, std::string, std::less<>> const& items, int depth);

  Import const& content_;
  HrefFinder hrefs_;
  std::size_t bytes_read_ = 0;  // for the document being made
};

}  // namespace proktor::package
