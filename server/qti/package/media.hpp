#pragma once
// What a media file is, from its first bytes, never from its name; and whether an SVG is safe to show.
// Any thread; opens nothing.

#include <string>
#include <string_view>

namespace proktor::qti {

struct MediaType {
  std::string_view type;       // "image/png"; empty when it is nothing we serve
  std::string_view extension;  // "png"
};

// PNG, JPEG, GIF, WebP, SVG; MP3, AAC and MPEG-4 in MP4, Ogg, WAV, WebM.
MediaType media_type_of(std::string_view bytes);

// By the extension of a path inside a .paket.
MediaType media_type_of_extension(std::string_view extension);

// Why an SVG must not be shown (script, event handler, reference to anything outside, foreign content); empty
// when it may. It is served with a sandbox all the same.
std::string svg_danger(std::string_view bytes, std::string_view file);

}  // namespace proktor::qti
