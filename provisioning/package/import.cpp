#include "provisioning/package/import.hpp"

#include "base/crypto.hpp"
#include "provisioning/package/importer.hpp"
#include "qti/package/media.hpp"
#include "qti/delivery/delivery_entry.hpp"
#include "qti/package/manifest.hpp"
#include "qti/model/stimulus.hpp"

#include <algorithm>

namespace proktor::package {
namespace {

constexpr std::string_view manifest_name = "imsmanifest.xml";

// Interactions of an item whatever can be played, for the counts.
void collect_interactions(qti::XmlNode const& node, std::vector<std::string>& names) {
  if (node.is_text) return;
  if (node.name.ends_with("-interaction")) names.push_back(node.name);
  for (auto const& child : node.children) collect_interactions(child, names);
}

void append(qti::Findings& to, qti::Findings const& from) {
  to.insert(to.end(), from.begin(), from.end());
}

}  // namespace

qti::Findings Import::all_findings() const {
  qti::Findings all = findings;
  for (auto const& [file, item] : items) append(all, item.findings);
  for (auto const& [file, stimulus] : stimuli) append(all, stimulus.findings);
  return all;
}

Import import_content(qti::Files files) {
  return Importer(std::move(files)).run();
}

Importer::Importer(qti::Files files)
    : import_{std::make_shared<qti::Files const>(std::move(files)), {}, {}, {}, {}, {}, {}},
      hrefs_(*import_.files) {}

void Importer::say(qti::Severity severity, std::string code, std::string message, std::string file,
                   int line) {
  import_.findings.push_back({severity, std::move(code), std::move(message), std::move(file), line});
}

// At the root; or, repaired with a warning, in the only folder or under a name of the wrong case.
std::string Importer::find_manifest() {
  std::vector<std::string> found;
  for (auto const& [path, content] : *import_.files) {
    auto name = path.substr(path.rfind('/') + 1);
    std::ranges::transform(name, name.begin(),
                           [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    if (name == manifest_name) found.push_back(path);
  }
  if (std::ranges::find(found, manifest_name) != found.end()) return std::string(manifest_name);
  if (found.size() != 1) {
    say(qti::Severity::error, "no-manifest", "the package has no imsmanifest.xml at its root", "", 0);
    return {};
  }
  say(qti::Severity::warning, "manifest-place", "the manifest is read from " + found.front(), found.front(),
      0);
  return found.front();
}

Import Importer::run() {
  auto const manifest_path = find_manifest();
  if (manifest_path.empty()) return std::move(import_);
  auto manifest = qti::read_manifest(import_.files->at(manifest_path), manifest_path);
  append(import_.findings, manifest.findings);
  if (!manifest.manifest) return std::move(import_);
  import_.identifier = manifest.manifest->identifier;
  std::vector<std::string> items;
  std::vector<std::string> tests;
  for (auto const& resource : manifest.manifest->resources) {
    bool const item = resource.kind == qti::ResourceKind::item;
    if (!item && resource.kind != qti::ResourceKind::test) continue;
    auto path = hrefs_.find(resource.href, manifest_path, resource.line, import_.findings);
    if (!path.empty()) (item ? items : tests).push_back(std::move(path));
  }
  read_items(items);
  for (auto const& path : tests) read_test(path);
  if (tests.empty()) say(qti::Severity::error, "no-test", "the manifest lists no test", manifest_path, 0);
  check_identifiers();
  return std::move(import_);
}

void Importer::read_items(std::vector<std::string> const& paths) {
  for (auto const& path : paths) read_item(path);
}

void Importer::read_item(std::string const& path) {
  if (import_.items.contains(path)) return;
  auto result = qti::read_item(import_.files->at(path), path);
  ImportedItem imported;
  imported.file = path;
  imported.findings = std::move(result.findings);
  if (result.item) {
    auto& item = *result.item;
    imported.identifier = item.identifier;
    imported.title = item.title;
    collect_interactions(item.root, imported.interactions);
    for (auto& ref : item.stimuli) {
      auto const found = hrefs_.find(ref.href, path, ref.line, imported.findings);
      auto const* stimulus_found = found.empty() ? nullptr : stimulus(found);
      if (stimulus_found == nullptr) continue;
      if (qti::has_errors(stimulus_found->findings)) {
        imported.findings.push_back({qti::Severity::error, "stimulus-not-playable",
                                     "the stimulus " + found + " cannot be shown", path, ref.line});
      }
      ref.identifier = stimulus_found->identifier;
      imported.stimuli.push_back(stimulus_found->identifier);
    }
    qti::AssetPaths assets;
    for (auto const& use : item.assets) {
      auto target = asset(use, path, imported.findings);
      if (target.empty()) continue;
      imported.assets.push_back(target);
      assets.emplace(use.href, std::move(target));
    }
    imported.playable = !qti::has_errors(imported.findings);
    if (imported.playable) imported.entry = qti::item_entry(item, assets);
  }
  import_.items.emplace(path, std::move(imported));
}

ImportedStimulus const* Importer::stimulus(std::string const& path) {
  auto const known = import_.stimuli.find(path);
  if (known != import_.stimuli.end()) return &known->second;
  auto result = qti::read_stimulus(import_.files->at(path), path);
  ImportedStimulus imported;
  imported.file = path;
  imported.findings = std::move(result.findings);
  if (result.stimulus) {
    imported.identifier = result.stimulus->identifier;
    qti::AssetPaths assets;
    for (auto const& use : result.stimulus->assets) {
      auto target = asset(use, path, imported.findings);
      if (target.empty()) continue;
      imported.assets.push_back(target);
      assets.emplace(use.href, std::move(target));
    }
    imported.entry = qti::stimulus_entry(*result.stimulus, assets);
  }
  return &import_.stimuli.emplace(path, std::move(imported)).first->second;
}

std::string Importer::asset(qti::AssetUse const& use, std::string const& file, qti::Findings& findings) {
  auto const path = hrefs_.find(use.href, file, use.line, findings);
  if (path.empty()) return {};
  auto const& bytes = import_.files->at(path);
  auto const media = qti::media_type_of(bytes);
  auto const refuse = [&](std::string code, std::string message) {
    findings.push_back({qti::Severity::error, std::move(code), std::move(message), file, use.line});
    return std::string();
  };
  if (media.type.empty()) return refuse("unknown-media", path + " is no image that browsers show");
  if (media.extension == "svg") {
    auto const danger = qti::svg_danger(bytes, path);
    if (!danger.empty()) return refuse("unsafe-svg", path + " is not shown: " + danger);
  }
  auto digest = hex(sha256(bytes));
  std::string target = "assets/" + digest + "." + std::string(media.extension);
  import_.assets.try_emplace(
      target, ImportedAsset{{std::move(digest), std::string(media.type), bytes.size()}, &bytes});
  return target;
}

}  // namespace proktor::package
