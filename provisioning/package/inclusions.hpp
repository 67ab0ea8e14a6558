#pragma once
// Puts processing that stands in other files of a package into its place: xi:include, fragments, templates in
// files. One thread, one document at a time. Says nothing about what is missing: compiling the item or test
// does.

#include "provisioning/package/content.hpp"
#include "qti/model/xml.hpp"

#include <optional>
#include <string>
#include <string_view>

namespace proktor::package {

class Inclusions {
 public:
  // Both outlive this.
  Inclusions(qti::Files const& files, HrefFinder const& hrefs) : files_(files), hrefs_(hrefs) {}

  // Before each document: what it may read is limited.
  void begin() { bytes_read_ = 0; }
  // More was named than may be read; what was filled is not whole.
  bool exhausted() const;

  // The tree of a QTI file; nullopt: there is none, it is no XML, or the limit is reached.
  std::optional<qti::XmlNode> read(std::string const& file);
  // The file that an href in `from` names, or empty.
  std::string find(std::string_view href, std::string const& from) const;
  // processing: qti-response-processing, qti-template-processing or qti-outcome-processing of `file`.
  void fill(qti::XmlNode& processing, std::string const& file);

  static bool is_processing(qti::XmlNode const& node);

 private:
  void fill_includes(qti::XmlNode& node, std::string const& file, int depth);

  qti::Files const& files_;
  HrefFinder const& hrefs_;
  std::size_t bytes_read_ = 0;
};

}  // namespace proktor::package
