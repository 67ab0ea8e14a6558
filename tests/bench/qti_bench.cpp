// What the QTI engine costs: reading, compiling and scoring items, making views, importing a package. Prints
// nanoseconds; passes no judgement. With the shared test material also its cases, the heaviest one by itself.
// Build: cmake --preset release -DBUILD_TESTING=ON, target qti_bench. --cases prints every case and its time.

#include "provisioning/package/content.hpp"
#include "provisioning/package/import.hpp"
#include "qti/delivery/delivery_entry.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/model/qti2.hpp"
#include "qti/scoring/item_session.hpp"
#include "qti_material.hpp"

#include <benchmark/benchmark.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <string_view>

using namespace proktor::qti;

namespace {

using Clock = std::chrono::steady_clock;

void score_once(bench::ScoringCase const& one) {
  ItemSession session(one.program, {});
  auto const submission = session.submit(one.responses);
  benchmark::DoNotOptimize(submission.valid);
  benchmark::DoNotOptimize(session.variables().data());
}

void score(benchmark::State& state, bench::ScoringCase const& one) {
  for ([[maybe_unused]] auto round : state) score_once(one);
  state.SetLabel(one.id);
}

void score_all(benchmark::State& state, std::vector<bench::ScoringCase> const& cases) {
  for ([[maybe_unused]] auto round : state) {
    for (auto const& one : cases) score_once(one);
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(cases.size()));
}

void parse(benchmark::State& state, std::vector<bench::Document> const& documents) {
  for ([[maybe_unused]] auto round : state) {
    for (auto const& document : documents) {
      auto const result = read_item(document.bytes, document.path.string());
      benchmark::DoNotOptimize(result.item.has_value());
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(documents.size()));
}

void compile_all(benchmark::State& state, std::vector<bench::Document> const& documents) {
  std::vector<std::pair<Item, std::filesystem::path>> items;
  for (auto const& document : documents) {
    auto result = read_item(document.bytes, document.path.string());
    if (result.item) items.emplace_back(std::move(*result.item), document.path);
  }
  for ([[maybe_unused]] auto round : state) {
    for (auto const& [item, path] : items) benchmark::DoNotOptimize(bench::compile(item, path).program.get());
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(items.size()));
}

void view(benchmark::State& state, std::vector<bench::Document> const& documents) {
  DeliveryEntries entries;
  for (auto const& document : documents) {
    auto const result = read_item(document.bytes, document.path.string());
    if (result.item && result.item->stimuli.empty()) {
      entries.items.emplace(result.item->identifier, item_entry(*result.item, {}));
    }
  }
  std::uint64_t seed = 0;
  for ([[maybe_unused]] auto round : state) {
    for (auto const& [identifier, entry] : entries.items) {
      benchmark::DoNotOptimize(instantiate_item(entries, identifier, ++seed).has_value());
    }
  }
  state.SetItemsProcessed(state.iterations() * static_cast<std::int64_t>(entries.items.size()));
}

void import_package(benchmark::State& state, std::filesystem::path const& zip) {
  for ([[maybe_unused]] auto round : state) {
    auto files = proktor::package::read_content(zip);
    if (!files) {
      state.SkipWithError("the package cannot be read");
      return;
    }
    auto const import = proktor::package::import_content(std::move(*files));
    state.counters["items"] = static_cast<double>(import.items.size());
  }
}

double microseconds(bench::ScoringCase const& one) {
  constexpr int rounds = 50;
  score_once(one);
  auto best = Clock::duration::max();
  for (int i = 0; i < rounds; ++i) {
    auto const begin = Clock::now();
    score_once(one);
    best = std::min(best, Clock::now() - begin);
  }
  return std::chrono::duration<double, std::micro>(best).count();
}

// By time, the heaviest last.
std::vector<std::pair<double, bench::ScoringCase const*>> measured(
    std::vector<bench::ScoringCase> const& cases) {
  std::vector<std::pair<double, bench::ScoringCase const*>> times;
  for (auto const& one : cases) times.emplace_back(microseconds(one), &one);
  std::ranges::sort(times);
  return times;
}

void register_scoring(char const* name, std::vector<bench::ScoringCase> const& cases) {
  if (cases.empty()) return;
  auto const heaviest = measured(cases).back().second;
  benchmark::RegisterBenchmark((std::string("score/") + name + "/all").c_str(),
                               [&cases](benchmark::State& state) { score_all(state, cases); });
  benchmark::RegisterBenchmark((std::string("score/") + name + "/heaviest").c_str(),
                               [heaviest](benchmark::State& state) { score(state, *heaviest); });
}

void register_documents(char const* name, std::vector<bench::Document> const& documents) {
  if (documents.empty()) return;
  auto const add = [&](char const* what, auto run) {
    benchmark::RegisterBenchmark((std::string(what) + "/" + name).c_str(),
                                 [&documents, run](benchmark::State& state) { run(state, documents); });
  };
  add("parse", parse), add("compile", compile_all), add("view", view);
}

}  // namespace

int main(int argc, char** argv) {
  auto const demo_documents = bench::demo_items();
  auto const demo_cases = bench::demo_cases();
  auto const documents = bench::material_items();
  auto const cases = bench::material_cases();
  if (argc > 1 && std::string_view(argv[1]) == "--cases") {
    for (auto const* list : {&demo_cases, &cases}) {
      for (auto const& [time, one] : measured(*list)) std::printf("%10.2f us  %s\n", time, one->id.c_str());
    }
    return 0;
  }
  auto const choice = std::ranges::find(demo_cases, "literasi-01", &bench::ScoringCase::id);
  if (choice != demo_cases.end()) {
    benchmark::RegisterBenchmark("score/choice", [&](benchmark::State& state) { score(state, *choice); });
  }
  register_scoring("demo", demo_cases);
  register_scoring("material", cases);
  register_documents("demo", demo_documents);
  register_documents("material", documents);
  auto const zip = bench::material() / "kennisnet-php-qti3/packages/valid-package.zip";
  if (!documents.empty() && std::filesystem::exists(zip)) {
    benchmark::RegisterBenchmark("import/47 items", [zip](benchmark::State& state) {
      import_package(state, zip);
    })->Unit(benchmark::kMillisecond);
  }
  benchmark::Initialize(&argc, argv);
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
