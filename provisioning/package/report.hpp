#pragma once
// What `proktor package` tells about a content package or a .paket, as JSON for scripts and as a table for
// people. Any thread; prints nothing itself.

#include "provisioning/package/build.hpp"
#include "provisioning/package/import.hpp"
#include "qti/package/package.hpp"

#include <boost/json/object.hpp>

#include <string>
#include <string_view>

namespace proktor::package {

// {"format", "id", "title", "tests": [...], "items": {"total", "playable", "refused", "by_interaction",
// "list"},
//  "stimuli", "assets": {"count", "bytes"}, "warnings": [...], "errors": [...], "infos": [...]}
boost::json::object report_json(Import const& content);
boost::json::object report_json(qti::Package const& package);

boost::json::object finding_json(qti::Finding const& finding);

// Which stage follows which scores, of every test in stages; empty when there is none.
std::string panels_text(Import const& content);
std::string panels_text(qti::Package const& package);

// The same, to read: tests, panels, items by interaction, findings, the next step.
std::string report_table(boost::json::object const& report, std::string_view panels);

}  // namespace proktor::package
