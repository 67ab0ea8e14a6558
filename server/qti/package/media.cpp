#include "qti/package/media.hpp"

#include "qti/model/xml.hpp"

#include <algorithm>
#include <array>
#include <cctype>

namespace proktor::qti {
namespace {

constexpr std::array media_types{
    MediaType{"image/png", "png"},   MediaType{"image/jpeg", "jpg"},    MediaType{"image/gif", "gif"},
    MediaType{"image/webp", "webp"}, MediaType{"image/svg+xml", "svg"}, MediaType{"audio/mpeg", "mp3"},
    MediaType{"audio/mp4", "m4a"},   MediaType{"audio/ogg", "ogg"},     MediaType{"audio/wav", "wav"},
    MediaType{"video/mp4", "mp4"},   MediaType{"video/webm", "webm"},   MediaType{"video/ogg", "ogv"}};
constexpr std::size_t svg_root_within_bytes = 4096;
constexpr std::size_t container_name_within_bytes = 64;

// Drawing elements, and what editors leave beside them: nothing that runs, embeds or animates a reference.
constexpr std::array<std::string_view, 46> svg_elements{"svg",
                                                        "g",
                                                        "defs",
                                                        "symbol",
                                                        "use",
                                                        "title",
                                                        "desc",
                                                        "metadata",
                                                        "path",
                                                        "rect",
                                                        "circle",
                                                        "ellipse",
                                                        "line",
                                                        "polyline",
                                                        "polygon",
                                                        "text",
                                                        "tspan",
                                                        "textPath",
                                                        "image",
                                                        "marker",
                                                        "pattern",
                                                        "clipPath",
                                                        "mask",
                                                        "linearGradient",
                                                        "radialGradient",
                                                        "stop",
                                                        "filter",
                                                        "feGaussianBlur",
                                                        "feOffset",
                                                        "feBlend",
                                                        "feColorMatrix",
                                                        "feMerge",
                                                        "feMergeNode",
                                                        "feFlood",
                                                        "feComposite",
                                                        "switch",
                                                        "style",
                                                        "namedview",
                                                        "a",
                                                        "RDF",
                                                        "Work",
                                                        "format",
                                                        "type",
                                                        "grid",
                                                        "guide",
                                                        "perspective"};

std::string lower(std::string_view text) {
  std::string out{text};
  std::ranges::transform(out, out.begin(),
                         [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return out;
}

bool has_outside_url(std::string_view css) {
  auto const text = lower(css);
  if (text.find("@import") != std::string::npos || text.find("expression(") != std::string::npos ||
      text.find('\\') != std::string::npos) {
    return true;
  }
  for (auto at = text.find("url("); at != std::string::npos; at = text.find("url(", at + 1)) {
    auto const target = text.find_first_not_of(" \"'", at + 4);
    if (target == std::string::npos || text[target] != '#') return true;
  }
  return false;
}

bool is_inside_reference(std::string_view href) {
  auto const target = lower(href);
  return target.starts_with('#') || target.starts_with("data:image/png;") ||
         target.starts_with("data:image/jpeg;");
}

std::string node_danger(XmlNode const& node) {
  if (node.is_text) return {};
  if (std::ranges::find(svg_elements, node.name) == svg_elements.end()) return "element " + node.name;
  if (node.name == "style" && has_outside_url(node.all_text())) return "a style that refers outside";
  for (auto const& attribute : node.attributes) {
    auto const name = lower(attribute.name);
    if (name.starts_with("on")) return "event handler " + attribute.name;
    if ((name == "href" || name.ends_with(":href") || name == "src") &&
        !is_inside_reference(attribute.value)) {
      return "a reference to something outside";
    }
    if (lower(attribute.value).find("javascript:") != std::string::npos)
      return "a script in " + attribute.name;
    if (has_outside_url(attribute.value)) return "a reference to something outside in " + attribute.name;
  }
  for (auto const& child : node.children) {
    if (auto danger = node_danger(child); !danger.empty()) return danger;
  }
  return {};
}

bool is_svg(std::string_view bytes) {
  auto const head = bytes.substr(0, svg_root_within_bytes);
  auto const first = head.find_first_not_of(" \t\r\n\xEF\xBB\xBF");
  return first != std::string_view::npos && head[first] == '<' && head.find("<svg") != std::string_view::npos;
}

bool has_at(std::string_view bytes, std::size_t offset, std::string_view magic) {
  return bytes.size() >= offset + magic.size() && bytes.substr(offset, magic.size()) == magic;
}

// A frame of MPEG audio, layer III, without a tag before it: eleven set bits, layer 01, a bit rate that
// exists.
bool is_mp3_frame(std::string_view bytes) {
  if (bytes.size() < 4) return false;
  auto const byte = [&](std::size_t at) { return static_cast<unsigned char>(bytes[at]); };
  return byte(0) == 0xFF && (byte(1) & 0xE6U) == 0xE2U && (byte(2) & 0xF0U) != 0xF0U &&
         (byte(2) & 0x0CU) != 0x0CU;
}

std::string_view sound_or_film(std::string_view bytes) {
  using namespace std::string_view_literals;
  if (has_at(bytes, 0, "ID3") || is_mp3_frame(bytes)) return "mp3";
  if (has_at(bytes, 4, "ftypM4A")) return "m4a";
  if (has_at(bytes, 4, "ftypqt")) return {};
  if (has_at(bytes, 4, "ftyp")) return "mp4";
  if (has_at(bytes, 0, "RIFF") && has_at(bytes, 8, "WAVE")) return "wav";
  if (has_at(bytes, 0, "\x1A\x45\xDF\xA3")) {
    return bytes.substr(0, container_name_within_bytes).find("webm") == std::string_view::npos ? ""sv
                                                                                               : "webm"sv;
  }
  if (!has_at(bytes, 0, "OggS")) return {};
  return bytes.substr(0, container_name_within_bytes).find("\x80theora") == std::string_view::npos ? "ogg"
                                                                                                   : "ogv";
}

}  // namespace

MediaType media_type_of(std::string_view bytes) {
  auto const at = [&](std::size_t offset, std::string_view magic) { return has_at(bytes, offset, magic); };
  std::string_view extension;
  if (at(0, "\x89PNG\r\n\x1a\n")) extension = "png";
  if (at(0, "\xFF\xD8\xFF")) extension = "jpg";
  if (at(0, "GIF87a") || at(0, "GIF89a")) extension = "gif";
  if (at(0, "RIFF") && at(8, "WEBP")) extension = "webp";
  if (extension.empty()) extension = sound_or_film(bytes);
  if (extension.empty() && is_svg(bytes)) extension = "svg";
  return media_type_of_extension(extension);
}

MediaType media_type_of_extension(std::string_view extension) {
  auto const found = std::ranges::find(media_types, extension, &MediaType::extension);
  return found == media_types.end() ? MediaType{} : *found;
}

std::string svg_danger(std::string_view bytes, std::string_view file) {
  auto const document = read_xml(bytes, file);
  if (!document.root) return document.findings.front().message;
  if (document.root->name != "svg") return "no svg element at the root";
  return node_danger(*document.root);
}

}  // namespace proktor::qti
