#pragma once
// What a participant's `needs` ask of the page: supports of catalogs. Written as support names of QTI ("transcript"), or
// as Dapodik names what a pupil has ("B - Tuna rungu"), several apart by ; , | or /. Words that are not known ask for
// nothing. Pure; any thread. Chooses no cards: delivery does. docs/event-directory.md, "needs".

#include "qti/delivery/delivery_view.hpp"

#include <string_view>

namespace proktor::core {

qti::Supports supports_of(std::string_view needs);

}  // namespace proktor::core
