#pragma once
// What qti_bench runs: items with the responses to score. The demo bank always; the shared test material
// (SOURCES.md there) when PROKTOR_QTI_MATERIAL or ../shared/qti beside the repository has it.

#include "qti/model/item.hpp"
#include "qti/scoring/item_program.hpp"

#include <boost/json/object.hpp>

#include <deque>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

namespace bench {

struct Document {
  std::filesystem::path path;
  std::string bytes;
};

struct ScoringCase {
  std::string id;
  std::shared_ptr<proktor::qti::ItemProgram const> program;
  boost::json::object responses;
};

std::filesystem::path material();  // empty when there is none
std::vector<Document> demo_items();

// The items of all cases that are not flagged, each file once; and the cases, compiled.
std::vector<Document> material_items();
std::vector<ScoringCase> material_cases();
// The demo bank, each item with its correct responses.
std::vector<ScoringCase> demo_cases();

proktor::qti::ItemProgram::Compiled compile(proktor::qti::Item const& item,
                                            std::filesystem::path const& path);

}  // namespace bench
