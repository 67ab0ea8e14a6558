#pragma once
// The attributes of an element that survive into the view, and the hints of interactions taken from their
// attributes and classes. Pure; any thread.

#include "qti/delivery/delivery_entry.hpp"
#include "qti/model/xml.hpp"

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>

#include <cstdint>
#include <string_view>

namespace proktor::qti {

// Adds what docs/delivery-view.md allows on an element called `t`.
void add_attributes(XmlNode const& node, std::string_view t, boost::json::object& out);

// Alternative text and size of an img or object; of no other attribute.
void add_image(XmlNode const& node, boost::json::object& out);
// "center" of a position object, where its point is not the middle of the image.
void add_center(XmlNode const& node, boost::json::object& out);
// Of an upload: the media types it asks for.
boost::json::array media_types(XmlNode const& node);
// "true" or "1".
bool is_true(std::string_view text);

// Width of a text entry: 4, 6, 10, 20 or 40, never less than the authored length (up to 40).
std::uint32_t entry_width(XmlNode const& node);
// Lines of an extended text, 1 to 30, and the most characters it takes.
std::uint32_t text_lines(XmlNode const& node);
std::uint32_t text_max_chars(XmlNode const& node);
// "A", "1" or "none".
std::string_view choice_labels(XmlNode const& node);
// "horizontal" or "vertical".
std::string_view choice_orientation(XmlNode const& node);

}  // namespace proktor::qti
