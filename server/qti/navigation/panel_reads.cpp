#include "qti/navigation/panel_reads.hpp"

#include "qti/model/test_parts.hpp"
#include "qti/navigation/test_checks.hpp"
#include "qti/navigation/test_names.hpp"

#include <algorithm>
#include <map>

namespace proktor::qti {
namespace {

bool is_number_question(std::string const& name) {
  return name.starts_with("qti-number-");
}
bool is_question(std::string const& name) {
  return name == "qti-test-variables" || name == "qti-outcome-maximum" || name == "qti-outcome-minimum" ||
         is_number_question(name);
}

// An assignment to an outcome, with all that decides whether and what.
struct Assignment {
  std::string outcome;  // empty: qti-exit-test, which decides about all that come after it
  std::vector<XmlNode const*> from;
};

// conditions: of the branches around, and of those that come before in the same condition.
void assignments(XmlNode const& holder, std::vector<XmlNode const*> conditions, std::vector<Assignment>& out,
                 bool& hidden) {
  for (auto const& node : holder.children) {
    if (node.is_text) continue;
    if (node.name == "include") hidden = true;
    if (node.name == "qti-set-outcome-value" || node.name == "qti-lookup-outcome-value" ||
        node.name == "qti-exit-test") {
      Assignment one{std::string(trim(node.attribute_or("identifier", ""))), conditions};
      one.from.push_back(&node);
      out.push_back(std::move(one));
    } else if (node.name == "qti-outcome-condition") {
      auto inside = conditions;
      for (auto const& branch : node.children) {
        if (branch.is_text) continue;
        // The branch's condition is its first element; reading the rules beside it too only reads more.
        for (auto const& child : branch.children) {
          if (child.is_text || branch.name == "qti-outcome-else") continue;
          inside.push_back(&child);
          break;
        }
        assignments(branch, inside, out, hidden);
      }
    } else if (node.name == "qti-outcome-processing-fragment") {
      assignments(node, conditions, out, hidden);
    }
  }
}

class Reading {
 public:
  explicit Reading(TestProgram const& program) : program_(program), names_(program.outcomes()) {
    if (program.source().outcome_processing) {
      assignments(*program.source().outcome_processing, {}, assignments_, hidden_);
    }
  }

  RoutingReads run() {
    for (auto const& part : program_.source().parts) {
      std::vector<XmlNode const*> rules;
      for (auto const& rule : part.pre_conditions) rules.push_back(&rule.node);
      out_.parts.push_back(reads(rules));
      for (auto const& rule : part.branch_rules) rules.push_back(&rule.node);
      all_.insert(all_.end(), rules.begin(), rules.end());
    }
    out_.any = reads(all_);
    return std::move(out_);
  }

 private:
  Reads reads(std::vector<XmlNode const*> const& rules) {
    Reads out;
    if (rules.empty()) return out;
    out.all_known = !hidden_;
    std::set<std::string, std::less<>> outcomes;
    std::set<std::size_t> questions;
    for (auto const* rule : rules) look(*rule, false, outcomes, questions, out.all_known);
    for (std::size_t before = outcomes.size() + 1; before != outcomes.size();) {
      before = outcomes.size();
      for (auto const& one : assignments_) {
        if (!one.outcome.empty() && !outcomes.contains(one.outcome)) continue;
        for (auto const* node : one.from) look(*node, false, outcomes, questions, out.all_known);
      }
    }
    out.questions.assign(questions.begin(), questions.end());
    return out;
  }

  void look(XmlNode const& node, bool in_sum, std::set<std::string, std::less<>>& outcomes,
            std::set<std::size_t>& questions, bool& all_known) {
    if (node.is_text) return;
    auto const name = std::string(trim(node.attribute_or("identifier", "")));
    bool const variable = node.name == "qti-variable";
    bool const own = names_.find(name).has_value();
    if (variable && own && name != "duration") outcomes.insert(name);
    if (variable && (name == "duration" || name.ends_with(".duration"))) {
      all_known = false;
    } else if ((variable && !own) || is_question(node.name)) {
      if (auto const place = question(node, in_sum)) questions.insert(*place);
    }
    for (auto const& child : node.children)
      look(child, node.name == "qti-sum", outcomes, questions, all_known);
  }

  std::optional<std::size_t> question(XmlNode const& node, bool in_sum) {
    if (auto const known = known_.find(&node); known != known_.end()) return known->second;
    Reader reader;
    auto ask = Expression::compile(reader, node, names_);
    if (!ask) return std::nullopt;
    Question out{&node, std::move(*ask), is_number_question(node.name), {}, {}, false};
    if (node.name == "qti-test-variables") out.adds_up = in_sum;
    for (std::size_t place = 0; place < program_.items().size(); ++place) {
      if (!asks_about(node, program_.items()[place])) continue;
      out.items.insert(place);
      out.parts.insert(program_.items()[place].part);
    }
    out.everything = out.items.size() == program_.items().size();
    out_.questions.push_back(std::move(out));
    return known_.emplace(&node, out_.questions.size() - 1).first->second;
  }

  bool asks_about(XmlNode const& node, CompiledItem const& item) const {
    if (node.name == "qti-variable") {
      auto const name = trim(node.attribute_or("identifier", ""));
      return name.starts_with(item.identifier + ".");
    }
    auto const section = trim(node.attribute_or("section-identifier", ""));
    auto const in_section = [&](std::size_t place) {
      return program_.sections()[place].identifier == section;
    };
    if (!section.empty() && item.identifier != section && program_.parts()[item.part].identifier != section &&
        std::ranges::none_of(item.sections, in_section)) {
      return false;
    }
    auto const has = [&](std::string const& word) {
      return std::ranges::find(item.ref->categories, word) != item.ref->categories.end();
    };
    auto const include = read_words(node.attribute_or("include-category", ""));
    auto const exclude = read_words(node.attribute_or("exclude-category", ""));
    return (include.empty() || std::ranges::any_of(include, has)) && std::ranges::none_of(exclude, has);
  }

  TestProgram const& program_;
  TestNames names_;
  std::vector<Assignment> assignments_;
  bool hidden_ = false;
  std::vector<XmlNode const*> all_;
  std::map<XmlNode const*, std::size_t> known_;
  RoutingReads out_;
};

}  // namespace

RoutingReads routing_reads(TestProgram const& program) {
  return Reading(program).run();
}

}  // namespace proktor::qti
