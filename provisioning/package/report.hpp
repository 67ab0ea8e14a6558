#pragma once
// What `proktor package` tells about a content package or a .paket, as JSON for scripts and as a table for
// people. Any thread; prints nothing itself.

#include "provisioning/package/build.hpp"
#include "provisioning/package/import.hpp"
#include "qti/package/package.hpp"

#include <boost/json/object.hpp>

#include <string>

namespace proktor::package {

// {"format", "id", "title", "tests": [...], "items": {"total", "playable", "refused", "by_interaction",
// "list"},
//  "stimuli", "assets": {"count", "bytes"}, "warnings": [...], "errors": [...], "infos": [...]}
boost::json::object report_json(Import const& content);
boost::json::object report_json(qti::Package const& package);

boost::json::object finding_json(qti::Finding const& finding);

// The same, to read: tests, items by interaction, findings.
std::string report_table(boost::json::object const& report);

}  // namespace proktor::package
