#pragma once
// Reads shape and coordinates, as hotspots and the entries of an area mapping write them. Any thread. Whether
// a point lies inside is asked elsewhere (expressions).

#include "qti/model/declaration.hpp"
#include "qti/model/reader.hpp"

namespace proktor::qti {

constexpr std::size_t area_coordinates_max = 2'000;

// The attributes shape and coords of `node`. Errors: bad-shape, bad-coords (not numbers, or not as many as
// the shape needs); then the area is empty.
Area read_area(Reader& reader, XmlNode const& node);

// "circle", "ellipse", "rect", "poly", "default".
std::string_view name(Shape shape);

}  // namespace proktor::qti
