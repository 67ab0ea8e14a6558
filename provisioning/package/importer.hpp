#pragma once
// The steps of import_content, one method each. Holds the import being made; one thread, one call of run().

#include "provisioning/package/import.hpp"
#include "qti/model/item.hpp"
#include "qti/package/manifest.hpp"

#include <set>
#include <string>
#include <string_view>

namespace proktor::package {

class Importer {
 public:
  explicit Importer(qti::Files files);
  Import run();

 private:
  // What the package is made of, by its manifest or by the roots of its files.
  struct Listed {
    std::string manifest;  // empty: there is none
    std::vector<std::string> items;
    std::vector<std::string> tests;
  };

  std::string find_manifest();
  Listed listed_by(std::string const& manifest_path);
  Listed listed_by_roots();
  void check_files(qti::Resource const& resource, std::string const& manifest_path);
  void read_items(std::vector<std::string> const& paths);
  void read_item(std::string const& path);
  void compile_item(qti::Item const& item, ImportedItem& imported);
  void read_test(std::string const& path);
  void compile_test(ImportedTest& test);
  bool resolve_sections(std::vector<qti::SectionChild>& children, std::string const& file, int depth);
  void resolve_items(std::vector<qti::SectionChild> const& children, std::string const& file,
                     ImportedTest& test);
  ImportedStimulus const* stimulus(std::string const& path);
  // The path of an asset inside a .paket; empty, with a finding, when it cannot be served.
  std::string asset(qti::AssetUse const& use, std::string const& file, qti::Findings& findings);
  void check_identifiers();
  void say(qti::Severity severity, std::string code, std::string message, std::string file, int line);

  Import import_;
  HrefFinder hrefs_;
  qti::FileSource file_source_;  // as items and tests name files; wrong names are repaired
  std::size_t section_files_ = 0;
};

}  // namespace proktor::package
