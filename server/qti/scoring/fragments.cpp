#include "qti/scoring/fragments.hpp"

#include "qti/model/qti2.hpp"

#include <algorithm>

namespace proktor::qti {
namespace {

int digit_of(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && digit_of(text[i + 1]) >= 0 && digit_of(text[i + 2]) >= 0) {
      out.push_back(static_cast<char>(digit_of(text[i + 1]) * 16 + digit_of(text[i + 2])));
      i += 2;
    } else {
      out.push_back(text[i]);
    }
  }
  return out;
}

}  // namespace

std::optional<std::string> resolve_path(std::string_view from, std::string_view href) {
  auto const name = percent_decoded(trim(href.substr(0, href.find('#'))));
  if (name.empty() || name.front() == '/' || name.find('\\') != std::string::npos ||
      name.find('\0') != std::string::npos || name.find(':') != std::string::npos) {
    return std::nullopt;
  }
  bool const absolute = from.starts_with('/');
  auto const slash = from.rfind('/');
  std::string const whole = std::string(slash == std::string_view::npos ? "" : from.substr(0, slash + 1)) + name;
  std::vector<std::string_view> parts;
  for (std::string_view rest = whole; !rest.empty();) {
    auto const end = std::min(rest.find('/'), rest.size());
    auto const part = rest.substr(0, end);
    rest.remove_prefix(std::min(end + 1, rest.size()));
    if (part.empty() || part == ".") continue;
    if (part != "..") {
      parts.push_back(part);
    } else if (parts.empty() || parts.back() == "..") {
      return std::nullopt;
    } else {
      parts.pop_back();
    }
  }
  std::string path;
  for (auto const part : parts) {
    if (absolute || !path.empty()) path += '/';
    path += part;
  }
  return path;
}

XmlNode const* Fragments::open(Reader& reader, XmlNode const& asking, std::string_view href,
                               std::initializer_list<std::string_view> roots, std::string& path) {
  if (trees_.size() >= fragments_max) {
    reader.error("too-many-fragments", asking.line,
                 "processing is spread over more than " + std::to_string(fragments_max) + " files");
    return nullptr;
  }
  auto const resolved = resolve_path(reader.file, href);
  auto const bytes = resolved && files_ ? files_(*resolved) : std::nullopt;
  if (!bytes) {
    reader.error("missing-fragment", asking.line, asking.name + ": there is no file " + std::string(href));
    return nullptr;
  }
  path = *resolved;
  auto document = read_qti(*bytes, path);
  for (auto& finding : document.findings) {
    if (finding.severity == Severity::error) reader.findings.push_back(std::move(finding));
  }
  if (!document.root) return nullptr;
  if (std::ranges::find(roots, document.root->name) == roots.end()) {
    reader.error("wrong-root", asking.line,
                 path + " begins with " + document.root->name + ", which has no place in " + asking.name);
    return nullptr;
  }
  trees_.push_back(std::make_unique<XmlNode>(std::move(*document.root)));
  return trees_.back().get();
}

}  // namespace proktor::qti
