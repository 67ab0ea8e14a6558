#pragma once
// The test in three stages as a package in memory, and answers to it as a page would send them.

#include "core/practice.hpp"
#include "core/results.hpp"
#include "core/route.hpp"
#include "qti/delivery/delivery_entry.hpp"
#include "qti/navigation/test_loader.hpp"
#include "staged_content.hpp"

#include <boost/json.hpp>
#include <catch2/catch.hpp>
#include <fmt/format.h>

#include <memory>
#include <set>
#include <string>

namespace proktor::core::testing {

inline qti::FileSource source(staged::Files const& files) {
  return [&files](std::string_view path) -> std::optional<std::string> {
    auto const found = files.find(path);
    return found == files.end() ? std::nullopt : std::optional(found->second);
  };
}

inline qti::Package staged_package(staged::Files const& files = staged::content()) {
  auto const loaded = qti::load_test("tes.xml", source(files));
  for (auto const& finding : loaded.findings) INFO(qti::to_text(finding));
  REQUIRE(loaded.program != nullptr);
  qti::Package package;
  package.id = "PAKET-BERTAHAP";
  package.mark = "LATIHAN";
  package.results = qti::ResultsFor::pupil;
  qti::ItemNames names;
  for (auto const& item : loaded.program->items()) {
    auto const& file = "items/" + item.identifier + ".xml";
    auto const read = qti::read_item(files.at(file), file);
    REQUIRE(read.playable());
    names[item.identifier] = read.item->identifier;
    package.entries.items[read.item->identifier] = qti::item_entry(*read.item, {});
    package.entries.programs[read.item->identifier] = item.program;
  }
  package.entries.tests["BERTAHAP"] = qti::test_entry(loaded.program->source(), names);
  package.tests.push_back({"BERTAHAP", "Tes Bertahap", 5, 0, true, loaded.program, {}});
  return package;
}

// The raw value that chooses the authored choice in the item of this number.
inline std::string choose(qti::Package const& package, AttemptAnswers const& attempt, unsigned number,
                          std::string_view authored) {
  auto const& stages = attempt.stages;
  auto const stage = std::find_if(stages.rbegin(), stages.rend(), [&](auto const& one) { return one.first <= number; });
  auto const ids = qti::instantiate_part_ids(package.entries, "BERTAHAP", attempt.seed, stage->what.items, stage->first);
  REQUIRE(ids.has_value());
  auto const& response = ids->items.at(number - stage->first).responses.at(0);
  for (auto const& [opaque, choice] : response.choices) {
    if (choice == authored) return fmt::format(R"({{"{}":"{}"}})", response.opaque, opaque);
  }
  FAIL("no choice " << authored);
  return {};
}

// Closes stage after stage with these items right and the others wrong; stops after `stages_max`.
inline AttemptAnswers walk(qti::Package const& package, std::uint64_t seed, std::set<std::string> const& right,
                           std::size_t stages_max = 9) {
  AttemptAnswers attempt;
  attempt.seed = seed;
  std::optional<StagePart> next = first_part(package, "BERTAHAP", seed).value();
  unsigned first = 1;
  while (next && attempt.stages.size() < stages_max) {
    attempt.stages.push_back({*next, first, std::nullopt});
    for (auto const& name : next->items) {
      attempt.answers[first].value = choose(package, attempt, first, right.contains(name) ? "KUNCI-BENAR" : "SALAH-SATU");
      ++first;
    }
    auto decision = next_part(package, "BERTAHAP", attempt);
    REQUIRE(decision.has_value());
    attempt.stages.back().closed = StageClose{first, Bytes32{}, decision->outcomes};
    next = decision->next;
  }
  return attempt;
}

inline std::string path_of(AttemptAnswers const& attempt) {
  std::string path;
  for (auto const& stage : attempt.stages) path += (path.empty() ? "" : " ") + stage.what.part;
  return path;
}

}  // namespace proktor::core::testing
