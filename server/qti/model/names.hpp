#pragma once
// The closed lists of QTI 3 and of the delivery view: what elements, classes and attributes may be called.
// Pure tables; any thread. Says nothing about where an element may stand.

#include <string_view>

namespace proktor::qti {

// What becomes of an HTML element of the body.
enum class HtmlUse {
  keep,    // listed in docs/delivery-view.md: stays under its name
  divide,  // a block that is not listed: becomes a div, so that its text does not run into its neighbours'
  unwrap,  // replaced by its children
  drop,    // carries nothing a pupil sees (source, track, meta)
  refuse   // has no place: the item cannot be played
};
HtmlUse html_use(std::string_view name);

// Elements of the view around which white space means nothing, by their `t`.
bool is_block(std::string_view t);

bool is_mathml_element(std::string_view name);    // presentation MathML, without annotations and actions
bool is_mathml_attribute(std::string_view name);  // the presentation attributes that survive
bool is_shared_class(std::string_view name);      // "qti-align-center": the shared CSS vocabulary
bool is_language_tag(std::string_view text);      // "id", "en-GB"

bool is_media_type(std::string_view text);  // "image/png", "audio/*"

// An identifier that can be used in lists of pairs and as a key: no white space or control characters, 1 to
// 200 bytes.
bool is_identifier(std::string_view text);

}  // namespace proktor::qti
