#pragma once
// A whole way through a test from a list of JSON steps, as `proktor qti play` reads them: what a step leaves
// unsaid is filled in, what the test refuses is reported and the rest goes on. Pure; any thread. The rules
// are test_session.hpp's.

#include "qti/model/finding.hpp"
#include "qti/navigation/test_session.hpp"

#include <boost/json/value.hpp>

#include <optional>

namespace proktor::qti {

constexpr std::size_t play_steps_max = 100'000;

struct PlayOptions {
  std::uint64_t seed = 1;
  bool leave_open = false;  // do not end what is done when the steps run out
};

// {"path", "items", "test", "end", "at", "parts", "steps", "refused", "feedback"}; see
// provisioning/qti/play.hpp. nullopt and a finding (bad-steps, bad-step) when the steps themselves cannot be
// read.
//
// A step is an object of "select", "responses", "duration", "next", "end_part", "end_test". Responses without
// a choice of item go to the current item, or to the next when that one is done or its time is over. An item of
// a later part may be chosen when ending this part leads there. {} goes on without an answer. When the steps run out, an item
// that is done is left, and a part is ended when nothing is left to do in it or when it waits for
// simultaneous submission. No steps at all: the whole test is gone through without an answer.
std::optional<boost::json::object> play(std::shared_ptr<TestProgram const> const& program,
                                        boost::json::value const& steps, PlayOptions const& options,
                                        Finding& wrong);

}  // namespace proktor::qti
