#include "provisioning/package/import.hpp"

#include "base/crypto.hpp"
#include "provisioning/package/importer.hpp"
#include "qti/delivery/delivery_entry.hpp"
#include "qti/model/stimulus.hpp"
#include "qti/package/manifest.hpp"
#include "qti/package/media.hpp"

#include <algorithm>
#include <array>
#include <utility>

namespace proktor::package {
namespace {

// Interactions of an item whatever can be played, for the counts.
void collect_interactions(qti::XmlNode const& node, std::vector<std::string>& names) {
  if (node.is_text) return;
  if (node.name.ends_with("-interaction")) names.push_back(node.name);
  for (auto const& child : node.children) collect_interactions(child, names);
}

void append(qti::Findings& to, qti::Findings const& from) {
  to.insert(to.end(), from.begin(), from.end());
}

// Reading and compiling see some faults both.
void append_new(qti::Findings& to, qti::Findings const& from) {
  for (auto const& finding : from) {
    bool const known = std::ranges::any_of(to, [&](qti::Finding const& other) {
      return other.code == finding.code && other.line == finding.line && other.file == finding.file;
    });
    if (!known) to.push_back(finding);
  }
}

Scorer scorer_of(qti::Item const& item) {
  auto const external = [](qti::Declaration const& outcome) { return !outcome.external_scored.empty(); };
  if (std::ranges::any_of(item.outcomes, external)) return Scorer::person;
  auto const* processing = item.root.child("qti-response-processing");
  if (processing != nullptr && (!processing->children.empty() || processing->attribute("template"))) {
    return Scorer::machine;
  }
  bool const has_score =
      std::ranges::find(item.outcomes, "SCORE", &qti::Declaration::identifier) != item.outcomes.end();
  return has_score && !item.responses.empty() ? Scorer::person : Scorer::nobody;
}

}  // namespace

std::string_view name(Scorer scorer) {
  if (scorer == Scorer::machine) return "machine";
  return scorer == Scorer::person ? "person" : "none";
}

qti::Findings Import::all_findings() const {
  qti::Findings all = findings;
  for (auto const& file : item_files) append(all, items.at(file).findings);
  for (auto const& [file, stimulus] : stimuli) append(all, stimulus.findings);
  return all;
}

Import import_content(qti::Files files) {
  return Importer(std::move(files)).run();
}

Importer::Importer(qti::Files files)
    : import_{std::make_shared<qti::Files const>(std::move(files)), {}, {}, {}, {}, {}, {}, {}},
      hrefs_(*import_.files),
      file_source_([this](std::string_view path) -> std::optional<std::string> {
        qti::Findings said_by_the_program;
        auto const found = hrefs_.find(path, "", 0, said_by_the_program);
        if (found.empty()) return std::nullopt;
        return import_.files->at(found);
      }) {}

void Importer::say(qti::Severity severity, std::string code, std::string message, std::string file,
                   int line) {
  import_.findings.push_back({severity, std::move(code), std::move(message), std::move(file), line});
}

Importer::Listed Importer::listed_by(std::string const& manifest_path) {
  Listed listed{manifest_path, {}, {}};
  auto manifest = qti::read_manifest(import_.files->at(manifest_path), manifest_path);
  append(import_.findings, manifest.findings);
  if (!manifest.manifest) return listed;
  import_.identifier = manifest.manifest->identifier;
  for (auto const& resource : manifest.manifest->resources) {
    check_files(resource, manifest_path);
    if (resource.kind == qti::ResourceKind::qti1) {
      say(qti::Severity::error, "qti1-not-supported", resource.identifier + " is QTI 1.x, which is not read",
          manifest_path, resource.line);
    }
    bool const item = resource.kind == qti::ResourceKind::item;
    if (!item && resource.kind != qti::ResourceKind::test) continue;
    auto path = hrefs_.find(resource.href, manifest_path, resource.line, import_.findings);
    if (!path.empty()) (item ? listed.items : listed.tests).push_back(std::move(path));
  }
  return listed;
}

Import Importer::run() {
  auto const manifest_path = find_manifest();
  auto const listed = manifest_path.empty() ? listed_by_roots() : listed_by(manifest_path);
  read_items(listed.items);
  for (auto const& path : listed.tests) read_test(path);
  if (listed.tests.empty() && !qti::has_errors(import_.findings)) {
    say(qti::Severity::error, "no-test",
        listed.items.empty()
            ? "the package has no test"
            : "the package has " + std::to_string(listed.items.size()) +
                  " items but no test that says which of them a pupil gets, and in which order",
        manifest_path, 0);
  }
  if (import_.identifier.empty() && !import_.tests.empty()) {
    import_.identifier = import_.tests.front().test.identifier;
  }
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
    append(imported.findings, qti::page_obstacles(item));
    compile_item(item, imported);
    imported.playable = !qti::has_errors(imported.findings);
    if (imported.playable) imported.entry = qti::item_entry(item, assets);
  }
  import_.items.emplace(path, std::move(imported));
  import_.item_files.push_back(path);
}

void Importer::compile_item(qti::Item const& item, ImportedItem& imported) {
  imported.scorer = scorer_of(item);
  auto compiled = qti::ItemProgram::compile(item, file_source_);
  imported.program = std::move(compiled.program);
  for (auto& finding : compiled.findings) {
    // An engine takes it for NULL; in a package it is a key that was forgotten.
    if (finding.code != "no-correct-response") continue;
    finding.severity = qti::Severity::error;
    finding.message.resize(std::min(finding.message.find(';'), finding.message.size()));
  }
  append_new(imported.findings, compiled.findings);
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
  constexpr std::array wanted{std::pair{qti::AssetKind::image, "image"},
                              std::pair{qti::AssetKind::audio, "audio"},
                              std::pair{qti::AssetKind::video, "video"}};
  auto const* kind =
      std::ranges::find(wanted, use.kind, &std::pair<qti::AssetKind, char const*>::first)->second;
  if (!media.type.starts_with(kind)) {
    return refuse("unknown-media", path + " is no " + kind + " that the pupil's page plays or shows");
  }
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
