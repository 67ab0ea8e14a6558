#pragma once
// Reads the interactions that have nothing to choose: typed text, slider, media. Any thread.
// Source: QTI 3 ASI, "TextEntryInteraction", "ExtendedTextInteraction", "SliderInteraction",
// "MediaInteraction".

#include "qti/model/interaction.hpp"
#include "qti/model/reader.hpp"

namespace proktor::qti {

// Errors: bad-number, bad-boolean, bad-limits, bad-pattern. Warning: format-plain.
void read_text(Reader& reader, XmlNode const& node, Interaction& out);
// Error: bad-slider.
void read_slider(Reader& reader, XmlNode const& node, Interaction& out);
// Errors: bad-limits, no-media.
void read_media(Reader& reader, XmlNode const& node, Interaction& out);

}  // namespace proktor::qti
