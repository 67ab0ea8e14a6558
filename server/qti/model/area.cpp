#include "qti/model/area.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

namespace proktor::qti {
namespace {

struct ShapeName {
  Shape shape;
  std::string_view name;
};
constexpr std::array shape_names{ShapeName{Shape::fallback, "default"}, ShapeName{Shape::circle, "circle"},
                                 ShapeName{Shape::ellipse, "ellipse"}, ShapeName{Shape::rectangle, "rect"},
                                 ShapeName{Shape::polygon, "poly"}};
constexpr std::string_view separators = ", \t\r\n";

// Whether there are as many numbers as the shape needs. The image is not known here, so its default has none.
bool fits(Shape shape, std::size_t count) {
  switch (shape) {
    case Shape::fallback:
      return true;
    case Shape::circle:
      return count == 3;
    case Shape::ellipse:
    case Shape::rectangle:
      return count == 4;
    case Shape::polygon:
      return count >= 6 && count % 2 == 0;
  }
  return false;
}

// False when something is no number, or there are too many.
bool read_numbers(std::string_view text, std::vector<double>& out) {
  for (;;) {
    auto const begin = text.find_first_not_of(separators);
    if (begin == std::string_view::npos) return true;
    text.remove_prefix(begin);
    auto const word = text.substr(0, text.find_first_of(separators));
    text.remove_prefix(word.size());
    double value = 0;
    auto const [end, code] = std::from_chars(word.data(), word.data() + word.size(), value);
    if (code != std::errc{} || end != word.data() + word.size() || !std::isfinite(value)) return false;
    if (out.size() == area_coordinates_max) return false;
    out.push_back(value);
  }
}

}  // namespace

std::string_view name(Shape shape) {
  return std::ranges::find(shape_names, shape, &ShapeName::shape)->name;
}

Area read_area(Reader& reader, XmlNode const& node) {
  Area area;
  auto const word = trim(node.attribute_or("shape", ""));
  auto const found = std::ranges::find(shape_names, word, &ShapeName::name);
  if (found == shape_names.end()) {
    reader.error(
        "bad-shape", node.line,
        node.name + ": shape=\"" + std::string(word) + "\" is not circle, ellipse, rect, poly or default");
    return area;
  }
  auto const coords = node.attribute_or("coords", "");
  area.shape = found->shape;
  if (!read_numbers(coords, area.coordinates) || !fits(area.shape, area.coordinates.size())) {
    reader.error("bad-coords", node.line,
                 node.name + ": coords=\"" + std::string(coords) + "\" is no " + std::string(word));
    area.coordinates.clear();
  }
  return area;
}

}  // namespace proktor::qti
