#include "qti/scoring/item_program.hpp"

#include "qti/model/qti2.hpp"
#include "qti/scoring/item_parts.hpp"
#include "qti/scoring/standard_templates.hpp"

#include <algorithm>
#include <charconv>

namespace proktor::qti {
namespace {

void add_constants(XmlNode const& node, std::vector<std::string>& constants) {
  if (node.name == "qti-base-value") constants.push_back(node.all_text());
  for (auto const& child : node.children) add_constants(child, constants);
}

using Parts = ItemProgram::Parts;

// QTI 2.0 wrote it with an underscore.
constexpr std::string_view old_completion_status = "completion_status";
constexpr int radix_min = 2, radix_max = 36;

Declaration built_in(std::string_view identifier, BaseType base) {
  Declaration declaration;
  declaration.identifier = identifier;
  declaration.kind = VariableKind::built_in;
  declaration.base = base;
  declaration.default_value = declaration.correct = Value(Cardinality::single, base);
  return declaration;
}

class ItemNames final : public Names {
 public:
  explicit ItemNames(Parts const& parts) : parts_(parts) {}
  std::optional<Symbol> find(std::string_view identifier) const override {
    auto const found = parts_.slots.find(identifier);
    if (found == parts_.slots.end()) return std::nullopt;
    return Symbol{&parts_.declarations[found->second], found->second};
  }

 private:
  Parts const& parts_;
};

class ItemCompiler {
 public:
  ItemCompiler(Item const& item, FileSource const& files)
      : item_(item), reader_{item.file, {}}, names_(*parts_), fragments_(files) {}

  ItemProgram::Compiled compile() {
    parts_->identifier = item_.identifier;
    parts_->adaptive = item_.adaptive;
    add_declarations();
    if (auto const* processing = item_.root.child("qti-template-processing")) {
      parts_->template_rules = compile_rules(reader_, *processing, Processing::templates, names_, fragments_);
    }
    parts_->has_templates = !parts_->template_rules.empty() || !item_.templates.empty();
    if (auto const* processing = item_.root.child("qti-response-processing")) add_processing(*processing);
    add_responses();
    add_feedback();
    check_correct(item_.root);
    if (has_errors(reader_.findings)) return {nullptr, std::move(reader_.findings)};
    return {std::make_shared<ItemProgram const>(std::move(parts_)), std::move(reader_.findings)};
  }

 private:
  void add_declarations() {
    parts_->declarations.push_back(built_in("completionStatus", BaseType::identifier));
    parts_->declarations.push_back(built_in("numAttempts", BaseType::integer));
    parts_->declarations.push_back(built_in("duration", BaseType::duration));
    for (std::uint32_t slot = 0; slot < Parts::built_ins; ++slot) {
      parts_->slots.emplace(parts_->declarations[slot].identifier, slot);
    }
    parts_->slots.emplace(old_completion_status, Parts::completion_status);
    for (auto const* list : {&item_.contexts, &item_.templates, &item_.responses, &item_.outcomes}) {
      for (auto const& declaration : *list) add_declaration(declaration);
    }
  }

  void add_declaration(Declaration const& declaration) {
    auto const slot = static_cast<std::uint32_t>(parts_->declarations.size());
    if (!parts_->slots.emplace(declaration.identifier, slot).second) {
      if (declaration.kind == VariableKind::outcome) {
        reader_.warning("built-in-declared", declaration.line,
                        declaration.identifier + " is there without being declared; the declaration is not used");
      } else {
        reader_.error("reserved-identifier", declaration.line, declaration.identifier + " is a built-in variable");
      }
      return;
    }
    parts_->declarations.push_back(declaration);
  }

  void add_processing(XmlNode const& processing) {
    parts_->has_processing = true;
    add_constants(processing, parts_->constants);
    bool const has_rules =
        std::ranges::any_of(processing.children, [](XmlNode const& child) { return !child.is_text; });
    auto const uri = trim(processing.attribute_or("template", ""));
    auto const location = trim(processing.attribute_or("template-location", ""));
    if (has_rules) {
      if (!uri.empty()) {
        reader_.warning("template-and-rules", processing.line, "the rules are used, not the template " + std::string(uri));
      }
      parts_->response_rules = compile_rules(reader_, processing, Processing::response, names_, fragments_);
    } else if (auto const standard = standard_template(uri)) {
      add_standard(*standard, processing.line);
    } else if (!uri.empty() || !location.empty()) {
      add_template_file(processing, uri, location);
    }
  }

  // The template's own feedback is set only where the item declares it.
  void add_standard(std::string_view rules, int line) {
    auto document = read_xml(rules, item_.file);
    auto& root = *document.root;
    leave_out_undeclared(root);
    set_lines(root, line);
    check_correct(root);
    parts_->response_rules = compile_rules(reader_, root, Processing::response, names_, fragments_);
  }

  void leave_out_undeclared(XmlNode& node) const {
    std::erase_if(node.children, [&](XmlNode const& child) {
      return child.name == "qti-set-outcome-value" && child.attribute_or("identifier", "").starts_with("FEEDBACK") &&
             !parts_->slots.contains(child.attribute_or("identifier", ""));
    });
    for (auto& child : node.children) leave_out_undeclared(child);
  }

  static void set_lines(XmlNode& node, int line) {
    node.line = line;
    for (auto& child : node.children) set_lines(child, line);
  }

  void add_template_file(XmlNode const& processing, std::string_view uri, std::string_view location) {
    for (auto const href : {location, uri}) {
      auto const path = href.empty() ? std::nullopt : resolve_path(item_.file, href);
      if (!path || !fragments_.has(*path)) continue;
      std::string file;
      auto const* tree = fragments_.open(reader_, processing, href, {"qti-response-processing"}, file);
      if (tree == nullptr) return;
      std::swap(reader_.file, file);
      check_correct(*tree);
      parts_->response_rules = compile_rules(reader_, *tree, Processing::response, names_, fragments_);
      std::swap(reader_.file, file);
      return;
    }
    reader_.error("unknown-template", processing.line,
                  "there is no response processing template " + std::string(uri.empty() ? location : uri));
  }

  void add_responses() {
    for (auto const& declaration : item_.responses) {
      ResponsePlan plan;
      auto const found = parts_->slots.find(declaration.identifier);
      if (found == parts_->slots.end() || found->second < Parts::built_ins) continue;
      plan.slot = found->second;
      auto const bound = std::ranges::find(item_.interactions, declaration.identifier, &Interaction::response);
      if (bound != item_.interactions.end()) bind(*bound, plan);
      parts_->responses.push_back(std::move(plan));
    }
    for (auto const& plan : parts_->responses) {
      if (!plan.text_slot) continue;
      auto const twin = std::ranges::find(parts_->responses, *plan.text_slot, &ResponsePlan::slot);
      if (twin != parts_->responses.end()) twin->takes_text = true;
    }
  }

  void bind(Interaction const& interaction, ResponsePlan& plan) {
    plan.interaction = interaction;
    auto const* node = interaction.node;
    plan.interaction->node = nullptr;
    for (auto* list : {&plan.interaction->choices, &plan.interaction->columns}) {
      for (auto& choice : *list) choice.node = nullptr;
    }
    bool const text = interaction.kind == InteractionKind::text_entry ||
                      interaction.kind == InteractionKind::extended_text;
    if (node == nullptr || !text) return;
    if (auto const base = node->attribute("base")) {
      auto const [end, code] = std::from_chars(base->data(), base->data() + base->size(), plan.radix);
      if (code != std::errc{} || end != base->data() + base->size() || plan.radix < radix_min ||
          plan.radix > radix_max) {
        reader_.error("bad-number", node->line, node->name + ": base=\"" + std::string(*base) + "\" is no radix");
      }
    }
    if (auto const twin = node->attribute("string-identifier")) {
      auto const symbol = names_.find(*twin);
      if (!symbol || symbol->declaration->kind != VariableKind::response ||
          symbol->declaration->base != BaseType::string) {
        reader_.error("missing-declaration", node->line,
                      node->name + ": string-identifier " + std::string(*twin) + " is no response of strings");
      } else {
        plan.text_slot = symbol->slot;
      }
    }
  }

  // Whether what rules ask for is there; template processing may give a correct response at run time.
  void check_correct(XmlNode const& node) {
    if (node.name == "qti-item-body") return;
    if (node.name == "qti-correct") {
      auto const* response = item_.response(trim(node.attribute_or("identifier", "")));
      if (response == nullptr) return;
      if (!response->is_correct_usable) {
        reader_.error("wrong-cardinality", response->line,
                      "the correct response of " + response->identifier + " is asked for, but has too many values");
      } else if (response->correct.is_null() && !is_correct_set(response->identifier)) {
        reader_.warning("no-correct-response", node.line,
                        response->identifier + " has no correct response; it is NULL");
      }
    }
    for (auto const& child : node.children) check_correct(child);
  }

  bool is_correct_set(std::string_view identifier) const {
    auto const* processing = item_.root.child("qti-template-processing");
    return processing != nullptr && sets_correct(*processing, identifier);
  }

  static bool sets_correct(XmlNode const& node, std::string_view identifier) {
    return (node.name == "qti-set-correct-response" && node.attribute_or("identifier", "") == identifier) ||
           std::ranges::any_of(node.children,
                               [&](XmlNode const& child) { return sets_correct(child, identifier); });
  }

  void add_feedback() {
    for (auto const& node : item_.root.children) {
      if (node.name != "qti-modal-feedback") continue;
      auto const outcome = parts_->slots.find(trim(node.attribute_or("outcome-identifier", "")));
      if (outcome == parts_->slots.end()) {
        reader_.error("unknown-variable", node.line,
                      node.name + " asks for " + std::string(node.attribute_or("outcome-identifier", "")) +
                          ", which is not declared");
        continue;
      }
      parts_->feedback.push_back({reader_.identifier(node, "identifier"), outcome->second,
                                  trim(node.attribute_or("show-hide", "show")) != "hide"});
    }
  }

  Item const& item_;
  Reader reader_;
  std::unique_ptr<Parts> parts_ = std::make_unique<Parts>();
  ItemNames names_;
  Fragments fragments_;
};

}  // namespace

ItemProgram::ItemProgram(std::unique_ptr<Parts const> parts) : parts_(std::move(parts)) {}
ItemProgram::~ItemProgram() = default;

ItemProgram::Compiled ItemProgram::compile(Item const& item, FileSource const& files) {
  return ItemCompiler(item, files).compile();
}

std::string const& ItemProgram::identifier() const {
  return parts_->identifier;
}
bool ItemProgram::is_adaptive() const {
  return parts_->adaptive;
}
bool ItemProgram::has_templates() const {
  return parts_->has_templates;
}

bool ItemProgram::is_human_scored() const {
  bool const by_people = std::ranges::any_of(parts_->declarations, [](Declaration const& declaration) {
    return declaration.external_scored == "human";
  });
  return by_people || (!parts_->has_processing && !parts_->responses.empty());
}

Declaration const* ItemProgram::declaration(std::string_view name) const {
  auto const found = parts_->slots.find(name);
  return found == parts_->slots.end() ? nullptr : &parts_->declarations[found->second];
}

}  // namespace proktor::qti
