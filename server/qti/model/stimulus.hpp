#pragma once
// A shared stimulus: the text or picture that several items ask about.
// Any thread. Does not write the delivery view (delivery_entry.hpp).

#include "qti/model/finding.hpp"
#include "qti/model/item.hpp"
#include "qti/model/xml.hpp"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

struct Stimulus {
  std::string identifier;
  std::string title;
  std::string lang;
  std::string file;
  std::vector<Catalog> catalogs;  // that hold a card the page can show
  std::vector<AssetUse> assets;
  XmlNode root;
};

struct StimulusResult {
  std::optional<Stimulus> stimulus;
  Findings findings;
};

StimulusResult read_stimulus(std::string_view bytes, std::string_view file);

}  // namespace proktor::qti
