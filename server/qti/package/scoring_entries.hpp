#pragma once
// Scoring entries of a .paket, compiled: QTI 3.0 documents that stand for themselves (docs/delivery-view.md,
// "Scoring entries"). Any thread. Reads no other file: a document that needs one is refused.

#include "base/result.hpp"
#include "qti/navigation/test_program.hpp"

#include <boost/json/array.hpp>

#include <map>
#include <memory>
#include <string>
#include <string_view>

namespace proktor::qti {

// By path inside the package: "scoring/items/<id>.xml".
using ScoringPrograms = std::map<std::string, std::shared_ptr<ItemProgram const>, std::less<>>;

// Errors: package_invalid, with the path and what cannot run.
Result<std::shared_ptr<ItemProgram const>> read_scoring_item(std::string_view path,
                                                             std::string_view document);

// items: all of the package; a reference to another is an error.
Result<std::shared_ptr<TestProgram const>> read_scoring_test(std::string_view path, std::string_view document,
                                                             ScoringPrograms const& items);

// Whether what is delivered is what is scored: the same parts in order, the same references to the same
// items. parts: of a checked test entry.
bool is_same_test(boost::json::array const& parts, TestProgram const& program);

}  // namespace proktor::qti
