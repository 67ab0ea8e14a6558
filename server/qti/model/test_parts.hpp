#pragma once
// Readers of the small elements that stand beside the items of a test: limits, controls, rules, weights,
// feedback. Any thread. Expressions are kept, not compiled.

#include "qti/model/reader.hpp"
#include "qti/model/test.hpp"

namespace proktor::qti {

TimeLimits read_time_limits(Reader& reader, XmlNode const& node);
SessionControl read_session_control(Reader& reader, XmlNode const& node);
Weight read_weight(Reader& reader, XmlNode const& node);
TestFeedback read_test_feedback(Reader& reader, XmlNode const& node);
std::vector<std::string> read_words(std::string_view list);

// What may stand on references, sections and parts alike. False: the element is none of these.
bool read_routed(Reader& reader, XmlNode const& node, Routed& out);

}  // namespace proktor::qti
