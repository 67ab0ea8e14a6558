#include "provisioning/package/importer.hpp"

#include <algorithm>
#include <utility>

namespace proktor::package {
namespace {

constexpr int section_files_depth_max = 10;     // a section file that refers to itself ends here
constexpr std::size_t section_files_max = 500;  // read in one import, however they refer to each other

}  // namespace

void Importer::read_test(std::string const& path) {
  auto result = qti::read_test(import_.files->at(path), path);
  import_.findings.insert(import_.findings.end(), result.findings.begin(), result.findings.end());
  if (!result.test) return;
  ImportedTest imported{path, std::move(*result.test), {}, {}, {}};
  for (auto& part : imported.test.parts) {
    if (!resolve_sections(part.sections, path, 0)) return;
    resolve_items(part.sections, path, imported);
  }
  if (imported.items.empty()) {
    say(qti::Severity::error, "no-items", "the test " + imported.test.identifier + " has no items", path, 0);
  }
  compile_test(imported);
  import_.tests.push_back(std::move(imported));
}

// A box delivers a test part by part and scores at the end of each: what chooses inside a part cannot be kept
// there.
void Importer::compile_test(ImportedTest& test) {
  auto const program_of = [this](qti::ItemRef const& ref) {
    auto const found = import_.items.find(ref.href);
    return found == import_.items.end() ? nullptr : found->second.program;
  };
  auto compiled = qti::TestProgram::compile(test.test, program_of, file_source_);
  import_.findings.insert(import_.findings.end(), compiled.findings.begin(), compiled.findings.end());
  test.program = std::move(compiled.program);
  if (test.program == nullptr) return;
  for (auto const& part : test.program->parts()) {
    if (!part.routes_inside) continue;
    say(qti::Severity::error, "routing-inside-part",
        "the linear part " + part.identifier +
            " has rules for its sections or items; a box chooses between parts only",
        test.file, part.part->line);
    return;
  }
  if (!test.program->is_routed()) return;
  test.panel = qti::check_panel(*test.program);
  for (auto const& finding : test.panel->findings) {
    import_.findings.push_back(finding);
    if (finding.file.empty()) import_.findings.back().file = test.file;
    // A panel that nobody proved could leave a pupil without a next stage.
    if (finding.code == "panel-not-checked") import_.findings.back().severity = qti::Severity::error;
  }
}

// Puts the sections of other files in place of the references to them. References to items inside such a file
// are rewritten to be relative to the root, since the test is read as one from then on.
bool Importer::resolve_sections(std::vector<qti::SectionChild>& children, std::string const& file,
                                int depth) {
  if (depth > section_files_depth_max) {
    say(qti::Severity::error, "sections-too-deep", "section files refer to each other too deeply", file, 0);
    return false;
  }
  for (auto& child : children) {
    if (auto* item = std::get_if<qti::ItemRef>(&child)) {
      auto found = hrefs_.find(item->href, file, item->line, import_.findings);
      item->href = std::move(found);
      continue;
    }
    if (auto* section = std::get_if<qti::Section>(&child)) {
      if (!resolve_sections(section->children, file, depth)) return false;
      continue;
    }
    auto const ref = std::get<qti::SectionRef>(child);
    auto const path = hrefs_.find(ref.href, file, ref.line, import_.findings);
    if (path.empty()) return false;
    if (++section_files_ > section_files_max) {
      say(qti::Severity::error, "sections-too-many", "more section files are referred to than can be read",
          file, ref.line);
      return false;
    }
    auto result = qti::read_section(import_.files->at(path), path);
    import_.findings.insert(import_.findings.end(), result.findings.begin(), result.findings.end());
    if (!result.section || !resolve_sections(result.section->children, path, depth + 1)) return false;
    child = qti::in_place(std::move(*result.section), ref);
  }
  return true;
}

void Importer::resolve_items(std::vector<qti::SectionChild> const& children, std::string const& file,
                             ImportedTest& test) {
  for (auto const& child : children) {
    if (auto const* section = std::get_if<qti::Section>(&child)) resolve_items(section->children, file, test);
    auto const* ref = std::get_if<qti::ItemRef>(&child);
    if (ref == nullptr || ref->href.empty()) continue;
    if (!import_.items.contains(ref->href)) {
      say(qti::Severity::warning, "not-in-manifest", ref->href + " is not listed as an item", file,
          ref->line);
      read_item(ref->href);
    }
    import_.items.at(ref->href).reachable = true;
    if (!test.items.emplace(ref->identifier, ref->href).second) {
      say(qti::Severity::error, "duplicate-identifier", "two items are called " + ref->identifier, file,
          ref->line);
    }
  }
}

// One name for one thing in the whole package; what no test reaches is said.
void Importer::check_identifiers() {
  std::map<std::string, std::string> items;
  for (auto& [file, item] : import_.items) {
    if (!item.reachable && !import_.tests.empty()) {
      item.findings.push_back(
          {qti::Severity::warning, "unreachable-item", "no test refers to this item", file, 0});
    }
    if (item.identifier.empty()) continue;
    auto const [at, added] = items.emplace(item.identifier, file);
    if (added) continue;
    item.playable = false;
    item.findings.push_back({qti::Severity::error, "duplicate-identifier",
                             "the item in " + at->second + " is also called " + item.identifier, file, 0});
  }
  std::map<std::string, std::string> stimuli;
  for (auto& [file, stimulus] : import_.stimuli) {
    auto const [at, added] = stimuli.emplace(stimulus.identifier, file);
    if (added) continue;
    say(qti::Severity::error, "duplicate-identifier",
        "the stimulus in " + at->second + " is also called " + stimulus.identifier, file, 0);
  }
  std::set<std::string> tests;
  for (auto const& test : import_.tests) {
    if (tests.insert(test.test.identifier).second) continue;
    say(qti::Severity::error, "duplicate-identifier", "two tests are called " + test.test.identifier,
        test.file, 0);
  }
}

}  // namespace proktor::package
