#include "qti/navigation/panel_stages.hpp"

#include "qti/navigation/panel.hpp"
#include "qti/value/text.hpp"

#include <algorithm>

namespace proktor::qti {
namespace {

std::string number(double value) {
  return to_text(Scalar(value), BaseType::floating);
}

std::string range(std::set<double> const& scores) {
  if (scores.size() == 1) return "score " + number(*scores.begin());
  return "scores " + number(*scores.begin()) + " to " + number(*scores.rbegin());
}

void add(Findings& findings, TestProgram const& program, Severity severity, std::string code,
         std::string message, int line) {
  findings.push_back({severity, std::move(code), std::move(message), program.source().file, line});
}

}  // namespace

Stages stages_of(TestProgram const& program, RoutingReads const& reads) {
  std::vector<std::size_t> stage_of;
  std::set<std::size_t> current;  // parts of the stage so far
  bool conditional = false;
  for (std::size_t part = 0; part < program.parts().size(); ++part) {
    bool const has_rules = !program.parts()[part].pre_conditions.empty();
    // What asks about the whole test says nothing about which part it waits for.
    bool const reads_stage = std::ranges::any_of(reads.parts[part].questions, [&](std::size_t place) {
      auto const& question = reads.questions[place];
      return !question.everything && !question.parts.contains(part) &&
             std::ranges::any_of(question.parts, [&](std::size_t one) { return current.contains(one); });
    });
    if (!has_rules || !conditional || reads_stage) {
      current.clear();
      stage_of.push_back(stage_of.empty() ? 0 : stage_of.back() + 1);
    } else {
      stage_of.push_back(stage_of.back());
    }
    current.insert(part);
    conditional = has_rules;
  }
  return {program, std::move(stage_of)};
}

void Stages::note(std::vector<std::size_t> const& path, std::optional<std::size_t> target, std::size_t next,
                  double score) {
  // The stage that should come: after the one that was left, or where a branch rule leads.
  std::size_t due = 0;
  if (target) {
    due = stage_of_[*target];
  } else if (!path.empty()) {
    due = stage_of_[path.back()] + 1;
  }
  auto const from = path.empty() ? nowhere : path.back();
  auto const reached = next == nowhere ? stage_of_.back() + 1 : stage_of_[next];
  if (!path.empty() && next != nowhere && reached == stage_of_[path.back()]) {
    overlaps_[{from, next}].insert(score);
  }
  for (auto stage = due; stage < reached; ++stage) gaps_[{from, stage}].insert(score);
}

std::string Stages::parts_of(std::size_t stage) const {
  std::string out;
  for (std::size_t part = 0; part < stage_of_.size(); ++part) {
    if (stage_of_[part] != stage) continue;
    out += (out.empty() ? "" : ", ") + program_.parts()[part].identifier;
  }
  return out;
}

void Stages::say(Findings& findings) const {
  for (auto const& [fault, scores] : gaps_) {
    auto const alternatives = std::ranges::count(stage_of_, fault.to);
    auto const from = fault.from == nowhere ? std::string("at the beginning")
                                            : "after part " + program_.parts()[fault.from].identifier +
                                                  " with " + range(scores);
    auto const line = fault.from == nowhere ? 0 : program_.parts()[fault.from].part->line;
    if (alternatives > 1) {
      add(findings, program_, Severity::error, "panel-gap",
          from + " none of " + parts_of(fault.to) + " follows", line);
    } else {
      add(findings, program_, Severity::warning, "panel-optional-part",
          from + " part " + parts_of(fault.to) + " is passed over", line);
    }
  }
  for (auto const& [fault, scores] : overlaps_) {
    auto const& from = *program_.parts()[fault.from].part;
    add(findings, program_, Severity::error, "panel-overlap",
        "parts " + from.identifier + " and " + program_.parts()[fault.to].identifier +
            " are of one stage, but some candidates get both (" + range(scores) + " in the first)",
        from.line);
  }
}

void check_reads(TestProgram const& program, RoutingReads const& reads, Findings& findings) {
  for (std::size_t part = 0; part < program.parts().size(); ++part) {
    auto const& its = *program.parts()[part].part;
    for (auto const place : reads.parts[part].questions) {
      auto const& question = reads.questions[place];
      bool const ahead = !question.everything && !question.parts.empty() && *question.parts.rbegin() >= part;
      if (!ahead) continue;
      auto const& read = program.parts()[*question.parts.rbegin()].identifier;
      add(findings, program, Severity::error, "panel-reads-ahead",
          "part " + its.identifier + " is chosen by " + question.node->name + " of part " + read +
              ", which is not known then",
          question.node->line);
    }
    if (!reads.parts[part].all_known) {
      add(findings, program, Severity::warning, "panel-not-checked",
          "part " + its.identifier +
              " is chosen by durations or by included processing, which cannot be tried",
          its.line);
    }
  }
  std::set<std::size_t> human;
  for (auto const place : reads.any.questions) {
    for (auto const item : reads.questions[place].items) {
      auto const& one = program.items()[item];
      if (one.program && one.program->is_human_scored()) human.insert(item);
    }
  }
  for (auto const item : human) {
    auto const& one = program.items()[item];
    add(findings, program, Severity::error, "panel-human-scored",
        "item " + one.identifier + " is scored by people, so no part can be chosen by its score",
        one.ref->line);
  }
}

}  // namespace proktor::qti
