#include "qti/expression/area_test.hpp"

#include <cstddef>

namespace proktor::qti {
namespace {

bool in_ellipse(double x, double y, double width, double height) {
  if (width <= 0 || height <= 0) return x == 0 && y == 0;
  return (x / width) * (x / width) + (y / height) * (y / height) <= 1;
}

bool on_line(double x, double y, double ax, double ay, double bx, double by) {
  auto const cross = (bx - ax) * (y - ay) - (by - ay) * (x - ax);
  auto const along = (x - ax) * (x - bx) + (y - ay) * (y - by);
  return cross == 0 && along <= 0;
}

bool in_polygon(std::vector<double> const& c, double x, double y) {
  bool inside = false;
  auto const corners = c.size() / 2;
  for (std::size_t i = 0, j = corners - 1; i < corners; j = i++) {
    auto const ax = c[2 * i], ay = c[2 * i + 1], bx = c[2 * j], by = c[2 * j + 1];
    if (on_line(x, y, ax, ay, bx, by)) return true;
    if ((ay > y) != (by > y) && x < (bx - ax) * (y - ay) / (by - ay) + ax) inside = !inside;
  }
  return inside;
}

}  // namespace

bool is_inside(Area const& area, Point point) {
  auto const& c = area.coordinates;
  auto const x = static_cast<double>(point.x), y = static_cast<double>(point.y);
  switch (area.shape) {
    case Shape::fallback:
      return true;
    case Shape::circle:
      return c.size() >= 3 && in_ellipse(x - c[0], y - c[1], c[2], c[2]);
    case Shape::ellipse:
      return c.size() >= 4 && in_ellipse(x - c[0], y - c[1], c[2], c[3]);
    case Shape::rectangle:
      return c.size() >= 4 && x >= c[0] && y >= c[1] && x <= c[2] && y <= c[3];
    case Shape::polygon:
      return c.size() >= 6 && in_polygon(c, x, y);
  }
  return false;
}

}  // namespace proktor::qti
