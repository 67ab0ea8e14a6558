#pragma once
// Files of the pages, held in memory for the life of the process, compressed beforehand. Chooses the encoding by
// Accept-Encoding, answers If-None-Match with 304, sets Cache-Control. Reads no disk. Any thread after construction.

#include "http/message.hpp"

#include <optional>
#include <span>
#include <string_view>
#include <unordered_map>

namespace proktor::http {

// All views have static lifetime. gz and br are empty when they would not be smaller.
struct Asset {
  std::string_view path;          // "/tes/assets/app-3f2a.js"
  std::string_view content_type;  // "text/javascript; charset=utf-8"
  std::string_view bytes;
  std::string_view gz;
  std::string_view br;
  std::string_view etag;  // without quotes
  bool immutable = false;  // the name carries the content's hash
};

class StaticAssets {
 public:
  explicit StaticAssets(std::span<Asset const> assets);

  // GET and HEAD of a known path; nothing for other paths. Other methods of a known path: method_not_allowed.
  std::optional<Response> find(RequestHead const& head) const { return find(head, head.path); }
  // The same, with another name for the path ("/" served as "/tes/index.html").
  std::optional<Response> find(RequestHead const& head, std::string_view path) const;

 private:
  std::unordered_map<std::string_view, Asset const*> by_path_;
};

}  // namespace proktor::http
