#pragma once
// Processing that stands in a file of its own: fragments by XInclude, templates by location. One compilation's own;
// one thread. The bytes come from the caller; paths are resolved here and never leave the package.

#include "qti/model/reader.hpp"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace proktor::qti {

// Reads a file that an item or test names, by its path inside the package. nullopt: there is none.
using FileSource = std::function<std::optional<std::string>(std::string_view path)>;

constexpr std::size_t fragments_max = 64;  // of one item or test, repeated ones counted again

class Fragments {
 public:
  explicit Fragments(FileSource const& files) : files_(files) {}

  // The document `href` names, seen from reader.file, if its root is one of `roots`. Errors: missing-fragment,
  // too-many-fragments, wrong-root, and those of reading XML. The tree lives as long as this.
  XmlNode const* open(Reader& reader, XmlNode const& asking, std::string_view href,
                      std::initializer_list<std::string_view> roots, std::string& path);

  bool has(std::string_view path) const { return files_ && files_(path).has_value(); }

 private:
  FileSource const& files_;
  std::vector<std::unique_ptr<XmlNode>> trees_;
};

// `href` (percent-decoded) seen from the folder of `from`, without "." and "..". nullopt: it is absolute, an URL, or
// leaves the folder that `from` is relative to. Of an absolute `from` it may climb as far as the root.
std::optional<std::string> resolve_path(std::string_view from, std::string_view href);

}  // namespace proktor::qti
