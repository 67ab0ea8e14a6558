#pragma once
// Whether a point lies in an area (QTI 3 ASI, "coords": as in HTML image maps; the border belongs to the
// area). Pure; any thread.

#include "qti/model/declaration.hpp"

namespace proktor::qti {

bool is_inside(Area const& area, Point point);

}  // namespace proktor::qti
