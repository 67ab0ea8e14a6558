#pragma once
// Reads a QTI 3 content package as a whole: manifest, tests, items, stimuli, media, and what is wrong with
// each. Any thread. Writes nothing: build.hpp makes the .paket from what this returns.

#include "provisioning/package/content.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/model/finding.hpp"
#include "qti/model/test.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

namespace proktor::package {

struct ImportedItem {
  std::string file;
  std::string identifier;  // empty when the file could not be read as an item
  std::string title;
  std::vector<std::string>
      interactions;  // element names, in document order, also of those that cannot be played
  qti::Findings findings;
  bool playable = false;
  bool reachable = false;            // some test refers to it
  boost::json::object entry;         // when playable
  std::vector<std::string> stimuli;  // identifiers
  std::vector<std::string> assets;   // paths in a .paket
};

struct ImportedStimulus {
  std::string file;
  std::string identifier;
  qti::Findings findings;
  boost::json::object entry;
  std::vector<std::string> assets;  // paths in a .paket
};

struct ImportedTest {
  std::string file;
  qti::Test test;                            // section references replaced by the sections
  std::map<std::string, std::string> items;  // identifier of a reference to the file of its item
};

struct ImportedAsset {
  qti::DeliveryAsset asset;
  std::string const* bytes = nullptr;  // inside Import::files
};

struct Import {
  std::shared_ptr<qti::Files const> files;
  std::string identifier;  // of the manifest
  std::vector<ImportedTest> tests;
  std::map<std::string, ImportedItem> items;        // by file
  std::map<std::string, ImportedStimulus> stimuli;  // by file
  std::map<std::string, ImportedAsset> assets;      // by path in a .paket: "assets/<sha256>.png"
  qti::Findings findings;                           // of the manifest and the tests

  // Everything found, in order of file; stimulus findings count once.
  qti::Findings all_findings() const;
};

// Never fails as a whole: a package that cannot be read at all has a finding that says so.
Import import_content(qti::Files files);

}  // namespace proktor::package
