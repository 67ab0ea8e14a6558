#pragma once
// Reads a QTI content package (2.0 to 3.0) as a whole: manifest, tests, items, stimuli, media, compiles what
// scores and routes, and says what is wrong with each. Any thread. Writes nothing: build.hpp makes the .paket
// from what this returns.

#include "provisioning/package/content.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/model/finding.hpp"
#include "qti/model/test.hpp"
#include "qti/navigation/panel.hpp"
#include "qti/navigation/test_program.hpp"
#include "qti/scoring/item_program.hpp"

#include <boost/json/object.hpp>

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::package {

// Who scores an item: its response processing, a person (or a machine elsewhere), or nobody (surveys, pages
// to read).
enum class Scorer { machine, person, nobody };

std::string_view name(Scorer scorer);  // "machine", "person", "none"

struct ImportedItem {
  std::string file;
  std::string identifier;  // empty when the file could not be read as an item
  std::string title;
  std::vector<std::string>
      interactions;  // element names, in document order, also of those that cannot be played
  qti::Findings findings;
  bool playable = false;
  bool reachable = false;  // some test refers to it
  Scorer scorer = Scorer::nobody;
  std::shared_ptr<qti::ItemProgram const> program;  // when its rules can run
  boost::json::object entry;                        // when playable
  std::vector<std::string> stimuli;                 // identifiers
  std::vector<std::string> assets;                  // paths in a .paket
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
  qti::Test test;                                   // section references replaced by the sections
  std::map<std::string, std::string> items;         // identifier of a reference to the file of its item
  std::shared_ptr<qti::TestProgram const> program;  // when its rules can run
  std::optional<qti::Panel> panel;                  // of a test in stages
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
  std::vector<std::string> item_files;              // in the order of the manifest
  std::map<std::string, ImportedStimulus> stimuli;  // by file
  std::map<std::string, ImportedAsset> assets;      // by path in a .paket: "assets/<sha256>.png"
  qti::Findings findings;                           // of the manifest and the tests

  // Everything found, items in the order of the manifest; stimulus findings count once.
  qti::Findings all_findings() const;
};

// Never fails as a whole: a package that cannot be read at all has a finding that says so.
Import import_content(qti::Files files);

}  // namespace proktor::package
