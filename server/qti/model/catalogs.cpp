#include "qti/model/catalogs.hpp"

#include "qti/delivery/body.hpp"
#include "qti/model/names.hpp"

#include <algorithm>
#include <array>

namespace proktor::qti {
namespace {

constexpr std::array<std::string_view, 13> displayable{"glossary-on-screen",
                                                       "illustrated-glossary",
                                                       "keyword-translation",
                                                       "item-translation",
                                                       "linguistic-guidance",
                                                       "simplified-language-portions",
                                                       "simplified-graphics",
                                                       "encouragement",
                                                       "transcript",
                                                       "long-description",
                                                       "audio-description",
                                                       "sign-language",
                                                       "spoken"};

class CatalogReader {
 public:
  CatalogReader(Reader& reader, Item const* item, std::vector<AssetUse>& assets)
      : reader_(reader), item_(item), assets_(assets) {}

  Catalog read(XmlNode const& node) {
    Catalog catalog;
    catalog.identifier = reader_.identifier(node, "id");
    for (auto const& card : node.children) {
      if (card.is_text || card.name != "qti-card") continue;
      auto const support = trim(card.attribute_or("support", ""));
      if (!is_displayable_support(support)) {
        reader_.info_once("catalog-support", card.line,
                          "cards for " + std::string(support) + " are not shown");
        continue;
      }
      add(card, support, "", catalog);
    }
    return catalog;
  }

 private:
  // A card, or one of its entries (by language).
  void add(XmlNode const& holder, std::string_view support, std::string_view lang, Catalog& catalog) {
    auto const own = trim(holder.attribute_or("xml:lang", lang));
    for (auto const& child : holder.children) {
      if (child.is_text) continue;
      if (child.name == "qti-card-entry") {
        add(child, support, own, catalog);
      } else if (child.name == "qti-html-content") {
        if (is_showable(child)) catalog.cards.push_back({std::string(support), language(own), &child, {}});
      } else if (child.name == "qti-file-href") {
        add_file(child, support, own, catalog);
      }
    }
  }

  static std::string language(std::string_view tag) {
    return is_language_tag(tag) ? std::string(tag) : std::string();
  }

  // A card is left out rather than the item with it.
  bool is_showable(XmlNode const& content) {
    Reader own{reader_.file, {}};
    BodyWalk walk(own, item_);
    for (auto const& child : content.children) walk.visit(child);
    auto const bad = std::ranges::find(own.findings, Severity::error, &Finding::severity);
    if (bad != own.findings.end() || !walk.interactions.empty()) {
      reader_.warning(
          "catalog-card", content.line,
          "a card is left out: " + (bad == own.findings.end() ? "it holds an interaction" : bad->message));
      return false;
    }
    assets_.insert(assets_.end(), walk.assets.begin(), walk.assets.end());
    return true;
  }

  void add_file(XmlNode const& node, std::string_view support, std::string_view lang, Catalog& catalog) {
    auto const href = std::string(trim(node.all_text()));
    auto const kind = asset_kind_of(trim(node.attribute_or("mime-type", "")), href);
    if (href.empty() || !kind) {
      reader_.warning("catalog-card", node.line, "a card is left out: its file cannot be shown");
      return;
    }
    XmlNode file;
    file.name = *kind == AssetKind::image ? "img" : *kind == AssetKind::audio ? "audio" : "video";
    file.line = node.line;
    file.attributes.push_back({"src", href});
    assets_.push_back({href, *kind, node.line});
    catalog.cards.push_back({std::string(support), language(lang), nullptr, std::move(file)});
  }

  Reader& reader_;
  Item const* item_;
  std::vector<AssetUse>& assets_;
};

}  // namespace

bool is_displayable_support(std::string_view support) {
  return std::ranges::find(displayable, support) != displayable.end();
}

std::vector<Catalog> read_catalogs(Reader& reader, XmlNode const& root, Item const* item,
                                   std::vector<AssetUse>& assets) {
  std::vector<Catalog> catalogs;
  auto const* info = root.child("qti-catalog-info");
  if (info == nullptr) return catalogs;
  for (auto const& node : info->children) {
    if (node.is_text || node.name != "qti-catalog") continue;
    auto catalog = CatalogReader(reader, item, assets).read(node);
    if (std::ranges::find(catalogs, catalog.identifier, &Catalog::identifier) != catalogs.end())
      reader.error("duplicate-identifier", node.line, "two catalogs are called " + catalog.identifier);
    else if (!catalog.cards.empty())
      catalogs.push_back(std::move(catalog));
  }
  return catalogs;
}

}  // namespace proktor::qti
