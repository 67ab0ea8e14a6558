// The built pages as bytes inside the program: scripts, styles, fonts and one HTML file per page, each raw and, where
// it is smaller, with gzip and Brotli made at build time. Constant data: any thread may read it at any time.
// Does not know routes or headers: who serves it decides those.
#pragma once

#include <span>
#include <string_view>

namespace proktor::pages {

struct File {
    std::string_view path;          // as asked for: "/tes", "/aset/tes-4f1c.js"
    std::string_view content_type;  // with charset where it is text
    std::string_view etag;          // quoted, strong
    std::string_view raw;
    std::string_view gz;  // empty: not smaller than raw
    std::string_view br;  // empty: not smaller than raw
    bool immutable;       // the name changes with the bytes
};

// All files, sorted by path.
std::span<File const> files();

}  // namespace proktor::pages
