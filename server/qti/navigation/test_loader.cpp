#include "qti/navigation/test_loader.hpp"

#include <map>
#include <utility>

namespace proktor::qti {
namespace {

class Loader {
 public:
  Loader(FileSource const& files, ItemsAre items) : files_(files), items_are_(items) {}

  LoadedTest load(std::string_view path) {
    auto const bytes = files_(path);
    if (!bytes) {
      say("missing-file", "there is no file " + std::string(path), std::string(path), 0);
      return {nullptr, std::move(findings_)};
    }
    auto read = read_test(*bytes, path);
    take(std::move(read.findings));
    if (!read.test) return {nullptr, std::move(findings_)};
    for (auto& part : read.test->parts) {
      if (!resolve(part.sections, read.test->file, 0)) return {nullptr, std::move(findings_)};
    }
    auto compiled = TestProgram::compile(
        std::move(*read.test), [this](ItemRef const& ref) { return item(ref); }, files_);
    take(std::move(compiled.findings));
    if (has_errors(findings_)) compiled.program.reset();
    return {std::move(compiled.program), std::move(findings_)};
  }

 private:
  // Puts the sections of other files in the place of the references to them.
  bool resolve(std::vector<SectionChild>& children, std::string const& file, int depth) {
    for (auto& child : children) {
      if (auto* section = std::get_if<Section>(&child)) {
        if (!resolve(section->children, file, depth)) return false;
      }
      auto const* reference = std::get_if<SectionRef>(&child);
      if (reference == nullptr) continue;
      auto const ref = *reference;
      if (depth >= section_files_depth_max || ++section_files_ > section_files_max) {
        say("sections-too-deep", "section files refer to each other too deeply or too often", file, ref.line);
        return false;
      }
      auto const path = resolve_path(file, ref.href);
      auto const bytes = path ? files_(*path) : std::nullopt;
      if (!bytes) {
        say("missing-file", "there is no file " + ref.href, file, ref.line);
        return false;
      }
      auto read = read_section(*bytes, *path);
      take(std::move(read.findings));
      if (!read.section || !resolve(read.section->children, *path, depth + 1)) return false;
      child = in_place(std::move(*read.section), ref);
    }
    return true;
  }

  std::shared_ptr<ItemProgram const> item(ItemRef const& ref) {
    auto const path = resolve_path(ref.file, ref.href);
    if (path) {
      if (auto const known = items_.find(*path); known != items_.end()) return known->second;
    }
    auto const bytes = path ? files_(*path) : std::nullopt;
    if (!bytes) {
      say("missing-file", "there is no file " + ref.href, ref.file, ref.line, items_are_);
      return {};
    }
    auto compiled = compile_item(*bytes, *path, files_);
    take(std::move(compiled.findings), items_are_);
    return items_.emplace(*path, std::move(compiled.program)).first->second;
  }

  void say(std::string code, std::string message, std::string file, int line,
           ItemsAre items = ItemsAre::required) {
    take({{Severity::error, std::move(code), std::move(message), std::move(file), line}}, items);
  }
  void take(Findings findings, ItemsAre items = ItemsAre::required) {
    for (auto& finding : findings) {
      bool const softened = items == ItemsAre::optional && finding.severity == Severity::error;
      if (softened) finding.severity = Severity::warning;
      findings_.push_back(std::move(finding));
    }
  }

  FileSource const& files_;
  ItemsAre items_are_;
  Findings findings_;
  std::map<std::string, std::shared_ptr<ItemProgram const>, std::less<>> items_;
  std::size_t section_files_ = 0;
};

}  // namespace

LoadedTest load_test(std::string_view path, FileSource const& files, ItemsAre items) {
  return Loader(files, items).load(path);
}

}  // namespace proktor::qti
