#include "qti/model/item.hpp"

#include "qti/delivery/body.hpp"
#include "qti/model/catalogs.hpp"
#include "qti/model/declarations.hpp"
#include "qti/model/interactions.hpp"
#include "qti/model/names.hpp"
#include "qti/model/qti2.hpp"
#include "qti/model/reader.hpp"

#include <algorithm>
#include <set>

namespace proktor::qti {
namespace {

void read_stimulus_ref(Reader& reader, XmlNode const& node, Item& item) {
  StimulusRef ref;
  ref.identifier = reader.identifier(node, "identifier");
  ref.href = trim(node.attribute_or("href", ""));
  ref.line = node.line;
  if (ref.href.empty())
    reader.error("missing-href", node.line, "the reference to " + ref.identifier + " has no href");
  if (std::ranges::find(item.stimuli, ref.identifier, &StimulusRef::identifier) != item.stimuli.end()) {
    reader.error("duplicate-identifier", node.line, "stimulus " + ref.identifier + " is referred to twice");
    return;
  }
  item.stimuli.push_back(std::move(ref));
}

// Everything beside the body and the declarations. False when the element is not one QTI knows here.
bool is_known_beside_body(Reader& reader, XmlNode const& node) {
  if (node.name == "qti-companion-materials-info") {
    reader.warning("companion-materials", node.line, "companion materials (calculator, ruler) are not given");
    return true;
  }
  if (node.name == "qti-stylesheet") {
    reader.info_once("part-ignored", node.line, node.name + " is not used");
    return true;
  }
  return node.name == "qti-catalog-info" || node.name == "qti-item-body" ||
         node.name == "qti-response-processing" || node.name == "qti-modal-feedback" ||
         node.name == "qti-template-processing" || node.space == XmlSpace::other ||
         node.space == XmlSpace::mathml;
}

// The list a declaration belongs to; nullptr: the element declares nothing.
std::vector<Declaration>* list_for(Item& item, std::string_view element) {
  if (element == "qti-response-declaration") return &item.responses;
  if (element == "qti-outcome-declaration") return &item.outcomes;
  if (element == "qti-template-declaration") return &item.templates;
  if (element == "qti-context-declaration") return &item.contexts;
  return nullptr;
}

void read_top_level(Reader& reader, Item& item) {
  std::set<std::string> declared;
  for (auto const& node : item.root.children) {
    if (node.is_text) continue;
    if (auto* list = list_for(item, node.name)) {
      auto declaration = read_declaration(reader, node);
      if (!declared.insert(declaration.identifier).second) {
        reader.error("duplicate-identifier", node.line, declaration.identifier + " is declared twice");
      }
      list->push_back(std::move(declaration));
    } else if (node.name == "qti-assessment-stimulus-ref") {
      read_stimulus_ref(reader, node, item);
    } else if (!is_known_beside_body(reader, node)) {
      reader.error("unknown-element", node.line, node.name + " is no part of an item of QTI 3.0");
    }
  }
}

void read_body(Reader& reader, Item& item) {
  auto const* body = item.root.child("qti-item-body");
  if (body == nullptr) {
    reader.error("no-body", item.root.line, "the item has no qti-item-body");
    return;
  }
  BodyWalk walk(reader, &item);
  walk.visit(*body);
  item.assets = std::move(walk.assets);
  item.catalogs = read_catalogs(reader, item.root, &item, item.assets);
  for (auto const* node : walk.interactions) {
    item.interactions.push_back(read_interaction(reader, *node, item));
  }
  for (auto const& response : item.responses) {
    if (std::ranges::find(item.interactions, response.identifier, &Interaction::response) ==
        item.interactions.end()) {
      reader.info("response-without-interaction", response.line, response.identifier + " has no interaction");
    }
  }
}

}  // namespace

Declaration const* Item::response(std::string_view response_identifier) const {
  auto const found = std::ranges::find(responses, response_identifier, &Declaration::identifier);
  return found == responses.end() ? nullptr : &*found;
}

Declaration const* Item::declaration(std::string_view variable_identifier) const {
  for (auto const* list : {&responses, &outcomes, &templates, &contexts}) {
    auto const found = std::ranges::find(*list, variable_identifier, &Declaration::identifier);
    if (found != list->end()) return &*found;
  }
  return nullptr;
}

Findings page_obstacles(Item const& item) {
  Reader reader{item.file, {}};
  for (auto const& interaction : item.interactions) {
    std::string const element{name(interaction.kind)};
    bool const several =
        interaction.kind == InteractionKind::extended_text &&
        (interaction.cardinality == Cardinality::multiple || interaction.cardinality == Cardinality::ordered);
    if (!is_on_page(interaction.kind))
      reader.error("not-on-the-page", interaction.line, element + " cannot be answered on the pupil's page");
    if (several)
      reader.error("not-on-the-page", interaction.line,
                   element + " asks for several texts; the pupil's page takes one");
  }
  if (item.adaptive)
    reader.error("not-on-the-page", item.root.line, "an adaptive item needs replies between its attempts");
  return std::move(reader.findings);
}

ItemResult read_item(std::string_view bytes, std::string_view file) {
  auto document = read_qti(bytes, file);
  Reader reader{std::string(file), std::move(document.findings)};
  if (!document.root || !check_root(reader, *document.root, "qti-assessment-item")) {
    return {std::nullopt, std::move(reader.findings)};
  }
  Item item;
  item.file = file;
  item.root = std::move(*document.root);
  item.identifier = reader.identifier(item.root, "identifier");
  item.title = item.root.attribute_or("title", "");
  auto const lang = item.root.attribute_or("xml:lang", "");
  if (is_language_tag(lang)) item.lang = lang;
  item.adaptive = reader.boolean(item.root, "adaptive", false);
  read_top_level(reader, item);
  read_body(reader, item);
  return {std::move(item), std::move(reader.findings)};
}

}  // namespace proktor::qti
