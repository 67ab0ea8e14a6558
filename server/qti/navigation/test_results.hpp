#pragma once
// Outcome processing over item results that are already there, as the centre does it when items were scored
// elsewhere or again (QTI 3 ASI, "OutcomeProcessing"; Results Reporting). Pure; any thread. Routes nothing.

#include "qti/navigation/test_program.hpp"
#include "qti/results/assessment_result.hpp"

#include <boost/json/object.hpp>

namespace proktor::qti {

// The test's outcomes when these are its items' results, by the identifier of the reference. Results of items
// that the test does not have are passed over.
boost::json::object outcomes_of(TestProgram const& program, AssessmentResult const& result);

}  // namespace proktor::qti
