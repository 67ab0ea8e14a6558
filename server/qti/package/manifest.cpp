#include "qti/package/manifest.hpp"

#include "qti/model/reader.hpp"

#include <array>
#include <set>

namespace proktor::qti {
namespace {

struct TypeName {
  std::string_view prefix;
  ResourceKind kind;
};

constexpr std::array type_names{TypeName{"imsqti_test_xmlv", ResourceKind::test},
                                TypeName{"imsqti_item_xmlv", ResourceKind::item},
                                TypeName{"imsqti_section_xmlv", ResourceKind::section},
                                TypeName{"imsqti_stimulus_xmlv", ResourceKind::stimulus},
                                TypeName{"imsqti_assessment_xmlv", ResourceKind::test},
                                TypeName{"webcontent", ResourceKind::media},
                                TypeName{"associatedcontent/", ResourceKind::media},
                                TypeName{"css", ResourceKind::media}};

ResourceKind kind_of(std::string_view type) {
  for (auto const& known : type_names) {
    if (type.starts_with(known.prefix)) return known.kind;
  }
  return ResourceKind::other;
}

Resource read_resource(Reader& reader, XmlNode const& node) {
  Resource resource;
  resource.identifier = reader.identifier(node, "identifier");
  resource.type = node.attribute_or("type", "");
  resource.kind = kind_of(resource.type);
  resource.href = trim(node.attribute_or("href", ""));
  resource.line = node.line;
  for (auto const& child : node.children) {
    if (child.name == "file") {
      auto const href = trim(child.attribute_or("href", ""));
      if (!href.empty()) resource.files.emplace_back(href);
    }
    if (child.name == "dependency") {
      resource.dependencies.emplace_back(trim(child.attribute_or("identifierref", "")));
    }
  }
  // Some exporters name the file only as the first child.
  if (resource.href.empty() && !resource.files.empty()) resource.href = resource.files.front();
  return resource;
}

void check_dependencies(Reader& reader, Manifest const& manifest, std::set<std::string> const& identifiers) {
  for (auto const& resource : manifest.resources) {
    for (auto const& dependency : resource.dependencies) {
      if (identifiers.contains(dependency)) continue;
      reader.warning(
          "unknown-dependency", resource.line,
          resource.identifier + " depends on " + dependency + ", which the manifest does not list");
    }
  }
}

}  // namespace

ManifestResult read_manifest(std::string_view bytes, std::string_view file) {
  auto document = read_xml(bytes, file);
  Reader reader{std::string(file), std::move(document.findings)};
  if (!document.root) return {std::nullopt, std::move(reader.findings)};
  auto const& root = *document.root;
  if (root.name != "manifest") {
    reader.error("wrong-root", root.line, "the root is " + root.name + ", not a manifest");
    return {std::nullopt, std::move(reader.findings)};
  }
  Manifest manifest;
  manifest.identifier = trim(root.attribute_or("identifier", ""));
  std::set<std::string> identifiers;
  auto const* resources = root.child("resources");
  if (resources == nullptr) reader.error("no-resources", root.line, "the manifest lists no resources");
  static std::vector<XmlNode> const none;
  for (auto const& node : resources == nullptr ? none : resources->children) {
    if (node.is_text || node.name != "resource") continue;
    auto resource = read_resource(reader, node);
    if (!identifiers.insert(resource.identifier).second) {
      reader.error("duplicate-identifier", node.line, "two resources are called " + resource.identifier);
      continue;
    }
    manifest.resources.push_back(std::move(resource));
  }
  check_dependencies(reader, manifest, identifiers);
  return {std::move(manifest), std::move(reader.findings)};
}

}  // namespace proktor::qti
