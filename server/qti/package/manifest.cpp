#include "qti/package/manifest.hpp"

#include "qti/model/reader.hpp"

#include <array>
#include <set>
#include <utility>

namespace proktor::qti {
namespace {

struct TypeName {
  std::string_view prefix;
  ResourceKind kind;
};

// "imsqti_item_xmlv2p1", "imsqti_apipitem_xmlv2p1", "imsqti_item_xmlv3p0" ...
constexpr std::array type_names{TypeName{"imsqti_test_xmlv", ResourceKind::test},
                                TypeName{"imsqti_apiptest_xmlv", ResourceKind::test},
                                TypeName{"imsqti_assessment_xmlv", ResourceKind::test},
                                TypeName{"imsqti_item_xmlv", ResourceKind::item},
                                TypeName{"imsqti_apipitem_xmlv", ResourceKind::item},
                                TypeName{"imsqti_section_xmlv", ResourceKind::section},
                                TypeName{"imsqti_apipsection_xmlv", ResourceKind::section},
                                TypeName{"imsqti_stimulus_xmlv", ResourceKind::stimulus},
                                TypeName{"imsqti_rptemplate_xmlv", ResourceKind::processing},
                                TypeName{"imsqti_fragment_xmlv", ResourceKind::processing},
                                TypeName{"imsqti_xmlv1", ResourceKind::qti1},
                                TypeName{"webcontent", ResourceKind::media},
                                TypeName{"associatedcontent/", ResourceKind::media},
                                TypeName{"css", ResourceKind::media}};

ResourceKind kind_of(std::string_view type) {
  for (auto const& known : type_names) {
    if (type.starts_with(known.prefix)) return known.kind;
  }
  return ResourceKind::other;
}

// xml:base of the resource inside that of the list (Content Packaging 1.2, "xml:base").
std::string based(std::string const& base, std::string_view href) {
  if (href.empty() || base.empty() || href.starts_with('/') || href.find(':') != std::string_view::npos) {
    return std::string(href);
  }
  return base + (base.ends_with('/') ? "" : "/") + std::string(href);
}

std::string base_of(XmlNode const& node, std::string const& outer) {
  auto const inner = trim(node.attribute_or("xml:base", ""));
  return inner.empty() ? outer : based(outer, inner);
}

Resource read_resource(Reader& reader, XmlNode const& node, std::string const& list_base) {
  Resource resource;
  auto const base = base_of(node, list_base);
  resource.identifier = reader.identifier(node, "identifier");
  resource.type = node.attribute_or("type", "");
  resource.kind = kind_of(resource.type);
  resource.href = based(base, trim(node.attribute_or("href", "")));
  resource.line = node.line;
  for (auto const& child : node.children) {
    if (child.name == "file") {
      auto href = based(base, trim(child.attribute_or("href", "")));
      if (!href.empty()) resource.files.push_back(std::move(href));
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
  auto const root_base = base_of(root, {});
  auto const base = resources == nullptr ? root_base : base_of(*resources, root_base);
  for (auto const& child : root.children) {
    if (child.name == "manifest") {
      reader.warning_once("nested-manifest", child.line, "a manifest inside the manifest is not read");
    }
  }
  for (auto const& node : resources == nullptr ? none : resources->children) {
    if (node.is_text || node.name != "resource") continue;
    auto resource = read_resource(reader, node, base);
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
