#pragma once
// Catalogs: what an author gives beside the text for pupils with needs, card by card (QTI 3 ASI,
// "CatalogInfo"). Immutable after reading; any thread. Only cards that the pupil's page can show are kept.

#include "qti/model/xml.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

struct CatalogCard {
  std::string support;               // "glossary-on-screen"
  std::string lang;                  // empty: that of the text
  XmlNode const* content = nullptr;  // qti-html-content; nullptr: a file
  XmlNode file;                      // as the element that shows it (img, audio or video with src)
};

struct Catalog {
  std::string identifier;
  std::vector<CatalogCard> cards;
};

// Supports whose cards can be shown; braille and tactile, for one, cannot.
bool is_displayable_support(std::string_view support);

}  // namespace proktor::qti
