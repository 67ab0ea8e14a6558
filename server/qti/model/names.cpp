#include "qti/model/names.hpp"

#include <algorithm>
#include <array>
#include <cstddef>

namespace proktor::qti {
namespace {

constexpr std::size_t identifier_max_bytes = 200;
constexpr std::size_t language_tag_max_bytes = 35;
constexpr std::size_t media_type_max_bytes = 100;

template <std::size_t N>
bool contains(std::array<std::string_view, N> const& list, std::string_view name) {
  return std::ranges::find(list, name) != list.end();
}

constexpr std::array<std::string_view, 48> kept_html{
    "p",    "div",  "span",     "h1",         "h2",    "h3",         "h4",    "h5",     "h6",    "ul",
    "ol",   "li",   "dl",       "dt",         "dd",    "blockquote", "em",    "strong", "i",     "b",
    "u",    "s",    "small",    "sub",        "sup",   "code",       "pre",   "br",     "hr",    "q",
    "cite", "abbr", "figure",   "figcaption", "table", "caption",    "thead", "tbody",  "tfoot", "tr",
    "th",   "td",   "colgroup", "col",        "ruby",  "rt",         "rp",    "img"};

constexpr std::array<std::string_view, 12> divided_html{"section", "article", "aside",   "header",
                                                        "footer",  "main",    "nav",     "address",
                                                        "center",  "details", "summary", "hgroup"};
constexpr std::array<std::string_view, 5> dropped_html{"source", "track", "meta", "link", "wbr"};
constexpr std::array<std::string_view, 19> refused_html{
    "audio", "script", "style",  "object",   "iframe", "form",  "embed", "applet",   "canvas",  "video",
    "input", "button", "select", "textarea", "svg",    "frame", "base",  "template", "noscript"};

constexpr std::array<std::string_view, 49> block_names{"p",
                                                       "div",
                                                       "h1",
                                                       "h2",
                                                       "h3",
                                                       "h4",
                                                       "h5",
                                                       "h6",
                                                       "ul",
                                                       "ol",
                                                       "li",
                                                       "dl",
                                                       "dt",
                                                       "dd",
                                                       "blockquote",
                                                       "pre",
                                                       "br",
                                                       "hr",
                                                       "figure",
                                                       "figcaption",
                                                       "table",
                                                       "caption",
                                                       "thead",
                                                       "tbody",
                                                       "tfoot",
                                                       "tr",
                                                       "th",
                                                       "td",
                                                       "colgroup",
                                                       "col",
                                                       "choice",
                                                       "match",
                                                       "extendedtext",
                                                       "order",
                                                       "associate",
                                                       "gapmatch",
                                                       "hottext",
                                                       "hotspot",
                                                       "template",
                                                       "graphicorder",
                                                       "selectpoint",
                                                       "positionstage",
                                                       "slider",
                                                       "media",
                                                       "upload",
                                                       "drawing",
                                                       "graphicassociate",
                                                       "graphicgapmatch",
                                                       "positionobject"};

constexpr std::array<std::string_view, 33> mathml_names{
    "math",        "mi",    "mn",     "mo",      "mtext",      "mspace",  "ms",         "mrow",
    "mfrac",       "msqrt", "mroot",  "mstyle",  "merror",     "mpadded", "mphantom",   "mfenced",
    "menclose",    "msub",  "msup",   "msubsup", "munder",     "mover",   "munderover", "mmultiscripts",
    "mprescripts", "none",  "mtable", "mtr",     "mlabeledtr", "mtd",     "mstack",     "msrow",
    "msline"};

constexpr std::array<std::string_view, 17> mathml_attributes{
    "mathvariant", "display",     "open",    "close",    "separators",    "stretchy",
    "columnalign", "columnspan",  "rowspan", "rowalign", "linethickness", "notation",
    "accent",      "accentunder", "fence",   "form",     "displaystyle"};

constexpr std::array<std::string_view, 25> shared_class_prefixes{
    "qti-align-",   "qti-valign-",      "qti-text-",       "qti-layout-",         "qti-width-",
    "qti-height-",  "qti-min-width-",   "qti-min-height-", "qti-max-width-",      "qti-max-height-",
    "qti-margin-",  "qti-padding-",     "qti-display-",    "qti-float-",          "qti-list-style-type-",
    "qti-writing-", "qti-orientation-", "qti-bordered",    "qti-underline",       "qti-italic",
    "qti-bold",     "qti-well",         "qti-fullwidth",   "qti-visually-hidden", "qti-hanging-indent"};

bool is_ascii_alnum(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

}  // namespace

HtmlUse html_use(std::string_view name) {
  if (contains(kept_html, name)) return HtmlUse::keep;
  if (contains(divided_html, name)) return HtmlUse::divide;
  if (contains(dropped_html, name)) return HtmlUse::drop;
  if (contains(refused_html, name)) return HtmlUse::refuse;
  return HtmlUse::unwrap;
}

bool is_block(std::string_view t) {
  return contains(block_names, t);
}
bool is_mathml_element(std::string_view name) {
  return contains(mathml_names, name);
}
bool is_mathml_attribute(std::string_view name) {
  return contains(mathml_attributes, name);
}

bool is_shared_class(std::string_view name) {
  return name.size() <= 60 &&
         std::ranges::any_of(
             shared_class_prefixes,
             [&](auto prefix) { return prefix.back() == '-' ? name.starts_with(prefix) : name == prefix; }) &&
         std::ranges::all_of(name, [](char c) { return is_ascii_alnum(c) || c == '-'; });
}

bool is_language_tag(std::string_view text) {
  return !text.empty() && text.size() <= language_tag_max_bytes &&
         std::ranges::all_of(text, [](char c) { return is_ascii_alnum(c) || c == '-'; });
}

bool is_media_type(std::string_view text) {
  auto const slash = text.find('/');
  return slash != 0 && slash < text.size() - 1 && text.size() <= media_type_max_bytes &&
         std::ranges::all_of(text, [](char c) {
           return is_ascii_alnum(c) || std::string_view("/.+-*").find(c) != std::string_view::npos;
         });
}

bool is_identifier(std::string_view text) {
  return !text.empty() && text.size() <= identifier_max_bytes && std::ranges::none_of(text, [](char c) {
    return static_cast<unsigned char>(c) <= 0x20 || c == 0x7F;
  });
}

}  // namespace proktor::qti
