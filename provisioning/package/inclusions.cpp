#include "provisioning/package/inclusions.hpp"

#include "qti/model/qti2.hpp"
#include "qti/scoring/standard_templates.hpp"

#include <algorithm>
#include <array>
#include <iterator>
#include <utility>
#include <vector>

namespace proktor::package {
namespace {

constexpr int files_depth_max = 10;  // files that name each other
constexpr std::size_t bytes_read_max = 2 * qti::xml_document_max_bytes;

constexpr std::array<std::string_view, 3> processing_names{
    "qti-response-processing", "qti-template-processing", "qti-outcome-processing"};

bool is_include(qti::XmlNode const& node) {
  return !node.is_text && node.space == qti::XmlSpace::other && node.name == "include";
}

}  // namespace

bool Inclusions::is_processing(qti::XmlNode const& node) {
  return !node.is_text && std::ranges::find(processing_names, node.name) != processing_names.end();
}

bool Inclusions::exhausted() const {
  return bytes_read_ > bytes_read_max;
}

std::optional<qti::XmlNode> Inclusions::read(std::string const& file) {
  auto const found = files_.find(file);
  if (found == files_.end()) return std::nullopt;
  bytes_read_ += found->second.size();
  if (exhausted()) return std::nullopt;
  return qti::read_qti(found->second, file).root;
}

std::string Inclusions::find(std::string_view href, std::string const& from) const {
  if (href.empty()) return {};
  qti::Findings said_at_import;
  return hrefs_.find(href, from, 0, said_at_import);
}

// A template in a file takes the place of its name; a standard one keeps its URI.
void Inclusions::fill(qti::XmlNode& processing, std::string const& file) {
  auto const name = processing.attribute_or("template", "");
  std::string path;
  if (!qti::standard_template(name)) {
    path = find(processing.attribute_or("template-location", ""), file);
    if (path.empty()) path = find(name, file);
  }
  auto whole = path.empty() ? std::nullopt : read(path);
  if (!whole || whole->name != processing.name) return fill_includes(processing, file, 0);
  std::erase_if(processing.attributes, [](auto const& attribute) {
    return attribute.name == "template" || attribute.name == "template-location";
  });
  processing.children = std::move(whole->children);
  fill_includes(processing, path, 0);
}

void Inclusions::fill_includes(qti::XmlNode& node, std::string const& file, int depth) {
  std::vector<qti::XmlNode> filled;
  for (auto& child : node.children) {
    if (!is_include(child)) {
      fill_includes(child, file, depth);
      filled.push_back(std::move(child));
      continue;
    }
    auto const path = depth < files_depth_max ? find(child.attribute_or("href", ""), file) : std::string();
    auto included = path.empty() ? std::nullopt : read(path);
    if (!included) {
      filled.push_back(std::move(child));  // compiling says what is wrong with it
      continue;
    }
    fill_includes(*included, path, depth + 1);
    if (is_processing(*included)) {
      std::ranges::move(included->children, std::back_inserter(filled));
    } else {
      filled.push_back(std::move(*included));
    }
  }
  node.children = std::move(filled);
}

}  // namespace proktor::package
