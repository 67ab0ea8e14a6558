#include "qti/scoring/standard_templates.hpp"

#include "qti/model/reader.hpp"

#include <algorithm>
#include <array>

namespace proktor::qti {
namespace {

constexpr std::string_view match_correct = R"(<qti-response-processing><qti-response-condition>
<qti-response-if><qti-match><qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-match>
<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">1</qti-base-value></qti-set-outcome-value>
</qti-response-if><qti-response-else>
<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">0</qti-base-value></qti-set-outcome-value>
</qti-response-else></qti-response-condition></qti-response-processing>)";

constexpr std::string_view map_response = R"(<qti-response-processing><qti-response-condition>
<qti-response-if><qti-is-null><qti-variable identifier="RESPONSE"/></qti-is-null>
<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">0</qti-base-value></qti-set-outcome-value>
</qti-response-if><qti-response-else>
<qti-set-outcome-value identifier="SCORE"><qti-map-response identifier="RESPONSE"/></qti-set-outcome-value>
</qti-response-else></qti-response-condition></qti-response-processing>)";

constexpr std::string_view map_response_point = R"(<qti-response-processing><qti-response-condition>
<qti-response-if><qti-is-null><qti-variable identifier="RESPONSE"/></qti-is-null>
<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">0</qti-base-value></qti-set-outcome-value>
</qti-response-if><qti-response-else>
<qti-set-outcome-value identifier="SCORE"><qti-map-response-point identifier="RESPONSE"/></qti-set-outcome-value>
</qti-response-else></qti-response-condition></qti-response-processing>)";

constexpr std::string_view cc2_match_basic = R"(<qti-response-processing><qti-response-condition>
<qti-response-if><qti-match><qti-variable identifier="RESPONSE"/><qti-correct identifier="RESPONSE"/></qti-match>
<qti-set-outcome-value identifier="SCORE"><qti-variable identifier="MAXSCORE"/></qti-set-outcome-value>
<qti-set-outcome-value identifier="FEEDBACKBASIC"><qti-base-value base-type="identifier">correct</qti-base-value>
</qti-set-outcome-value></qti-response-if><qti-response-else>
<qti-set-outcome-value identifier="FEEDBACKBASIC"><qti-base-value base-type="identifier">incorrect</qti-base-value>
</qti-set-outcome-value></qti-response-else></qti-response-condition></qti-response-processing>)";

constexpr std::string_view cc2_map_response = R"(<qti-response-processing><qti-response-condition>
<qti-response-if><qti-is-null><qti-variable identifier="RESPONSE"/></qti-is-null>
<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">0</qti-base-value></qti-set-outcome-value>
</qti-response-if><qti-response-else>
<qti-set-outcome-value identifier="SCORE"><qti-map-response identifier="RESPONSE"/></qti-set-outcome-value>
</qti-response-else></qti-response-condition><qti-response-condition>
<qti-response-if><qti-equal tolerance-mode="exact"><qti-variable identifier="MAXSCORE"/>
<qti-variable identifier="SCORE"/></qti-equal>
<qti-set-outcome-value identifier="FEEDBACK"><qti-base-value base-type="identifier">correct</qti-base-value>
</qti-set-outcome-value></qti-response-if><qti-response-else>
<qti-set-outcome-value identifier="FEEDBACK"><qti-base-value base-type="identifier">incorrect</qti-base-value>
</qti-set-outcome-value></qti-response-else></qti-response-condition></qti-response-processing>)";

constexpr std::string_view match_nothing = R"(<qti-response-processing><qti-response-condition>
<qti-response-if><qti-is-null><qti-variable identifier="RESPONSE"/></qti-is-null>
<qti-set-outcome-value identifier="SCORE"><qti-variable identifier="MAXSCORE"/></qti-set-outcome-value>
</qti-response-if><qti-response-else>
<qti-set-outcome-value identifier="SCORE"><qti-base-value base-type="float">0</qti-base-value></qti-set-outcome-value>
</qti-response-else></qti-response-condition></qti-response-processing>)";

struct Named {
  std::string_view name, rules;
};
constexpr std::array templates{Named{"match_correct", match_correct},
                               Named{"map_response", map_response},
                               Named{"map_response_point", map_response_point},
                               Named{"CC2_match", match_correct},
                               Named{"CC2_match_basic", cc2_match_basic},
                               Named{"CC2_map_response", cc2_map_response},
                               Named{"match_nothing", match_nothing}};

bool is_of_the_standard(std::string_view folder) {
  for (std::string_view const scheme : {"https://", "http://"}) {
    if (!folder.starts_with(scheme)) continue;
    auto const rest = folder.substr(scheme.size());
    auto const host = rest.substr(0, rest.find('/'));
    return (host == "imsglobal.org" || host.ends_with(".imsglobal.org") || host == "1edtech.org" ||
            host.ends_with(".1edtech.org")) &&
           folder.ends_with("/rptemplates/");
  }
  return false;
}

}  // namespace

std::optional<std::string_view> standard_template(std::string_view uri) {
  uri = trim(uri);
  auto const slash = uri.rfind('/');
  if (slash == std::string_view::npos || !is_of_the_standard(uri.substr(0, slash + 1))) return std::nullopt;
  auto name = uri.substr(slash + 1);
  if (name.ends_with(".xml")) name.remove_suffix(4);
  auto const found = std::ranges::find(templates, name, &Named::name);
  if (found == templates.end()) return std::nullopt;
  return found->rules;
}

}  // namespace proktor::qti
