#include "qti/model/stimulus.hpp"

#include "qti/delivery/body.hpp"
#include "qti/model/catalogs.hpp"
#include "qti/model/names.hpp"
#include "qti/model/qti2.hpp"
#include "qti/model/reader.hpp"

namespace proktor::qti {

StimulusResult read_stimulus(std::string_view bytes, std::string_view file) {
  auto document = read_qti(bytes, file);
  Reader reader{std::string(file), std::move(document.findings)};
  if (!document.root || !check_root(reader, *document.root, "qti-assessment-stimulus")) {
    return {std::nullopt, std::move(reader.findings)};
  }
  Stimulus stimulus;
  stimulus.file = file;
  stimulus.root = std::move(*document.root);
  stimulus.identifier = reader.identifier(stimulus.root, "identifier");
  stimulus.title = stimulus.root.attribute_or("title", "");
  auto const lang = stimulus.root.attribute_or("xml:lang", "");
  if (is_language_tag(lang)) stimulus.lang = lang;
  auto const* body = stimulus.root.child("qti-stimulus-body");
  if (body == nullptr) {
    reader.error("no-body", stimulus.root.line, "the stimulus has no qti-stimulus-body");
    return {std::move(stimulus), std::move(reader.findings)};
  }
  BodyWalk walk(reader, nullptr);
  walk.visit(*body);
  stimulus.assets = std::move(walk.assets);
  stimulus.catalogs = read_catalogs(reader, stimulus.root, nullptr, stimulus.assets);
  for (auto const* node : walk.interactions) {
    reader.error("interaction-in-stimulus", node->line, node->name + " stands in a stimulus");
  }
  return {std::move(stimulus), std::move(reader.findings)};
}

}  // namespace proktor::qti
