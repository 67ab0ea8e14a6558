#include "provisioning/package/scoring_document.hpp"

#include "qti/model/xml_writer.hpp"
#include "qti/package/layout.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace proktor::package {
namespace {

constexpr int section_files_depth_max = 10;  // the import has refused what is deeper

constexpr std::array<std::string_view, 4> not_scored{"qti-stylesheet", "qti-catalog-info",
                                                     "qti-companion-materials-info", "qti-rubric-block"};

void drop_unscored(qti::XmlNode& node) {
  std::erase_if(node.children, [](auto const& child) {
    return !child.is_text && std::ranges::find(not_scored, child.name) != not_scored.end();
  });
  for (auto& child : node.children) drop_unscored(child);
}

std::string identifier_of(qti::XmlNode const& node) {
  return std::string(node.attribute_or("identifier", ""));
}

// What the reference itself says about a section in a file of its own is the outer word, as in qti::in_place.
void set_attribute(qti::XmlNode& node, std::string_view name, std::string_view value) {
  for (auto& attribute : node.attributes) {
    if (attribute.name != name) continue;
    attribute.value = value;
    return;
  }
  node.attributes.push_back({std::string(name), std::string(value)});
}

void put_in_place(qti::XmlNode& section, qti::XmlNode const& reference) {
  set_attribute(section, "identifier", reference.attribute_or("identifier", ""));
  for (auto const* name : {"required", "fixed"}) {
    auto const value = reference.attribute_or(name, "false");
    if (value == "true" || value == "1") set_attribute(section, name, "true");
  }
  std::vector<qti::XmlNode> children;
  for (auto const& outer : reference.children) {
    if (outer.is_text) continue;
    children.push_back(outer);
    auto const* inner = section.child(outer.name);
    if (outer.name != "qti-item-session-control" || inner == nullptr) continue;
    for (auto const& attribute : inner->attributes) {
      if (!outer.attribute(attribute.name)) set_attribute(children.back(), attribute.name, attribute.value);
    }
  }
  for (auto& inner : section.children) {
    bool const once = inner.name == "qti-time-limits" || inner.name == "qti-item-session-control";
    if (!once || reference.child(inner.name) == nullptr) children.push_back(std::move(inner));
  }
  section.children = std::move(children);
}

}  // namespace

ScoringDocuments::ScoringDocuments(Import const& content)
    : hrefs_(*content.files), inclusions_(*content.files, hrefs_) {}

std::optional<std::string> ScoringDocuments::written(qti::XmlNode const& root) const {
  if (inclusions_.exhausted()) return std::nullopt;
  auto document = qti::write_xml(root);
  if (document.size() > qti::xml_document_max_bytes) return std::nullopt;
  return document;
}

std::optional<std::string> ScoringDocuments::item(std::string const& file) {
  inclusions_.begin();
  auto root = inclusions_.read(file);
  if (!root) return std::nullopt;
  drop_unscored(*root);
  for (auto& child : root->children) {
    if (Inclusions::is_processing(child)) inclusions_.fill(child, file);
  }
  return written(*root);
}

std::optional<std::string> ScoringDocuments::test(ImportedTest const& test, qti::ItemNames const& items) {
  inclusions_.begin();
  auto root = inclusions_.read(test.file);
  if (!root) return std::nullopt;
  drop_unscored(*root);
  fill_test(*root, test.file, items, 0);
  return written(*root);
}

void ScoringDocuments::fill_test(qti::XmlNode& node, std::string const& file, qti::ItemNames const& items,
                                 int depth) {
  std::erase_if(node.children, [&](auto const& child) {
    return child.name == "qti-assessment-item-ref" && !items.contains(identifier_of(child));
  });
  for (auto& child : node.children) {
    if (Inclusions::is_processing(child)) {
      inclusions_.fill(child, file);
    } else if (child.name == "qti-assessment-item-ref") {
      auto const path =
          qti::entry_path(qti::EntryKind::scoring_item, items.find(identifier_of(child))->second);
      set_attribute(child, "href", "../" + path.substr(std::string_view("scoring/").size()));
    } else if (child.name == "qti-assessment-section-ref" && depth < section_files_depth_max) {
      auto const path = inclusions_.find(child.attribute_or("href", ""), file);
      auto section = path.empty() ? std::nullopt : inclusions_.read(path);
      if (!section) continue;
      drop_unscored(*section);
      fill_test(*section, path, items, depth + 1);
      put_in_place(*section, child);
      child = std::move(*section);
    } else {
      fill_test(child, file, items, depth);
    }
  }
}

}  // namespace proktor::package
