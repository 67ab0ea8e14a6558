#include "provisioning/package/scoring_document.hpp"

#include "qti/model/qti2.hpp"
#include "qti/model/xml_writer.hpp"
#include "qti/package/layout.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace proktor::package {
namespace {

constexpr int files_depth_max = 10;  // files that name each other; the import has refused what is deeper
constexpr std::size_t bytes_read_max = 2 * qti::xml_document_max_bytes;  // of one document and all it names

constexpr std::array<std::string_view, 4> not_scored{"qti-stylesheet", "qti-catalog-info",
                                                     "qti-companion-materials-info", "qti-rubric-block"};
constexpr std::array<std::string_view, 3> processing_names{
    "qti-response-processing", "qti-template-processing", "qti-outcome-processing"};

template <std::size_t N>
bool is_one_of(std::array<std::string_view, N> const& names, qti::XmlNode const& node) {
  return !node.is_text && std::ranges::find(names, node.name) != names.end();
}

bool is_include(qti::XmlNode const& node) {
  return !node.is_text && node.space == qti::XmlSpace::other && node.name == "include";
}

void drop_unscored(qti::XmlNode& node) {
  std::erase_if(node.children, [](auto const& child) { return is_one_of(not_scored, child); });
  for (auto& child : node.children) drop_unscored(child);
}

void set_attribute(qti::XmlNode& node, std::string_view name, std::string value) {
  for (auto& attribute : node.attributes) {
    if (attribute.name == name) attribute.value = std::move(value);
  }
}

}  // namespace

ScoringDocuments::ScoringDocuments(Import const& content) : content_(content), hrefs_(*content.files) {}

std::optional<qti::XmlNode> ScoringDocuments::read(std::string const& file) {
  auto const found = content_.files->find(file);
  if (found == content_.files->end()) return std::nullopt;
  bytes_read_ += found->second.size();
  if (bytes_read_ > bytes_read_max) return std::nullopt;
  return qti::read_qti(found->second, file).root;
}

std::optional<std::string> ScoringDocuments::written(qti::XmlNode const& root) const {
  if (bytes_read_ > bytes_read_max) return std::nullopt;
  auto document = qti::write_xml(root);
  if (document.size() > qti::xml_document_max_bytes) return std::nullopt;
  return document;
}

std::string ScoringDocuments::find(std::string_view href, std::string const& from) const {
  if (href.empty()) return {};
  qti::Findings said_at_import;
  return hrefs_.find(href, from, 0, said_at_import);
}

std::optional<std::string> ScoringDocuments::item(std::string const& file) {
  bytes_read_ = 0;
  auto root = read(file);
  if (!root) return std::nullopt;
  drop_unscored(*root);
  for (auto& child : root->children) {
    if (is_one_of(processing_names, child)) fill_processing(child, file);
  }
  return written(*root);
}

// A template in a file of the package takes the place of its name; a standard one keeps its URI.
void ScoringDocuments::fill_processing(qti::XmlNode& processing, std::string const& file) {
  auto path = find(processing.attribute_or("template-location", ""), file);
  if (path.empty()) path = find(processing.attribute_or("template", ""), file);
  auto whole = path.empty() ? std::nullopt : read(path);
  if (!whole || whole->name != processing.name) return fill_includes(processing, file, 0);
  std::erase_if(processing.attributes, [](auto const& attribute) {
    return attribute.name == "template" || attribute.name == "template-location";
  });
  processing.children = std::move(whole->children);
  fill_includes(processing, path, 0);
}

void ScoringDocuments::fill_includes(qti::XmlNode& node, std::string const& file, int depth) {
  for (auto& child : node.children) {
    if (!is_include(child)) {
      fill_includes(child, file, depth);
      continue;
    }
    auto const path = depth < files_depth_max ? find(child.attribute_or("href", ""), file) : std::string();
    auto included = path.empty() ? std::nullopt : read(path);
    if (!included) continue;
    fill_includes(*included, path, depth + 1);
    child = std::move(*included);
  }
}

std::optional<std::string> ScoringDocuments::test(
    ImportedTest const& test, std::map<std::string, std::string, std::less<>> const& items) {
  bytes_read_ = 0;
  auto root = read(test.file);
  if (!root) return std::nullopt;
  drop_unscored(*root);
  fill_test(*root, test.file, items, 0);
  return written(*root);
}

void ScoringDocuments::fill_test(qti::XmlNode& node, std::string const& file,
                                 std::map<std::string, std::string, std::less<>> const& items, int depth) {
  std::erase_if(node.children, [&](auto const& child) {
    return child.name == "qti-assessment-item-ref" &&
           !items.contains(std::string(child.attribute_or("identifier", "")));
  });
  for (auto& child : node.children) {
    if (is_one_of(processing_names, child)) {
      fill_processing(child, file);
    } else if (child.name == "qti-assessment-item-ref") {
      auto const& item = items.find(std::string(child.attribute_or("identifier", "")))->second;
      auto const path = qti::entry_path(qti::EntryKind::scoring_item, item);
      set_attribute(child, "href", "../" + path.substr(std::string_view("scoring/").size()));
    } else if (child.name == "qti-assessment-section-ref" && depth < files_depth_max) {
      auto const path = find(child.attribute_or("href", ""), file);
      auto section = path.empty() ? std::nullopt : read(path);
      if (!section) continue;
      drop_unscored(*section);
      fill_test(*section, path, items, depth + 1);
      child = std::move(*section);
    } else {
      fill_test(child, file, items, depth);
    }
  }
}

}  // namespace proktor::package
