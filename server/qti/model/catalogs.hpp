#pragma once
// Reads the catalogs of an item or stimulus. Any thread.

#include "qti/model/catalog.hpp"
#include "qti/model/item.hpp"
#include "qti/model/reader.hpp"

namespace proktor::qti {

// root: of the item or stimulus. item: whose it is; nullptr for a stimulus. Appends the files of kept cards
// to assets. Errors: bad-identifier, duplicate-identifier. Warning catalog-card: a card that cannot be shown
// is left out.
std::vector<Catalog> read_catalogs(Reader& reader, XmlNode const& root, Item const* item,
                                   std::vector<AssetUse>& assets);

}  // namespace proktor::qti
