#include "provisioning/package/content.hpp"

#include "base/file.hpp"
#include "qti/package/zip_gate.hpp"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

namespace proktor::package {
namespace {

namespace fs = std::filesystem;

constexpr int folder_depth_max = 32;

bool is_hidden(std::string_view path) {
  return path.starts_with('.') || path.find("/.") != std::string_view::npos || path.starts_with("__MACOSX/");
}

Result<void> read_folder(fs::path const& folder, std::string const& prefix, int depth, qti::Files& files,
                         std::uint64_t& total) {
  if (depth > folder_depth_max) return fail(Errc::too_large, "folders nested too deep: " + prefix);
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder, error); !error && entry != fs::directory_iterator();
       entry.increment(error)) {
    std::string const path = prefix + entry->path().filename().string();
    if (is_hidden(path)) continue;
    auto const status = entry->symlink_status();
    if (fs::is_directory(status)) {
      if (auto done = read_folder(entry->path(), path + "/", depth + 1, files, total); !done) return done;
      continue;
    }
    if (!fs::is_regular_file(status)) return fail(Errc::package_invalid, "link or device: " + path);
    if (!qti::is_safe_path(path)) return fail(Errc::package_invalid, "file with an unsafe name");
    auto content = read_file(entry->path(), qti::zip_entry_max_bytes);
    if (!content) return content.error();
    total += content->size();
    if (total > qti::zip_unpacked_max_bytes || files.size() >= qti::zip_entries_max)
      return fail(Errc::too_large, folder.string());
    files.emplace(path, std::move(*content));
  }
  if (error) return fail(Errc::io_error, folder.string() + ": " + error.message());
  return {};
}

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

// Percent-decoding; what is not two hex digits stays as it is.
std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    int const high = i + 2 < text.size() && text[i] == '%' ? hex_value(text[i + 1]) : -1;
    int const low = high < 0 ? -1 : hex_value(text[i + 2]);
    if (low < 0) {
      out.push_back(text[i]);
    } else {
      out.push_back(static_cast<char>(high * 16 + low));
      i += 2;
    }
  }
  return out;
}

std::string fold(std::string_view path) {
  std::string out = decode(path);
  std::ranges::transform(out, out.begin(),
                         [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return out;
}

// "http:", "data:", "file:" or "//host".
bool is_external(std::string_view href) {
  if (href.starts_with("//")) return true;
  auto const colon = href.find(':');
  return colon != std::string_view::npos &&
         href.substr(0, colon).find_first_of("/?#%") == std::string_view::npos;
}

}  // namespace

Result<qti::Files> read_content(fs::path const& source) {
  std::error_code error;
  auto const status = fs::status(source, error);
  if (!fs::exists(status)) return fail(Errc::not_found, source.string());
  if (fs::is_directory(status)) {
    qti::Files files;
    std::uint64_t total = 0;
    if (auto done = read_folder(source, "", 0, files, total); !done) return done.error();
    return files;
  }
  auto const bytes = read_file(source, qti::zip_max_bytes);
  if (!bytes) return bytes.error();
  auto files = qti::unzip(*bytes);
  if (!files) return files.error();
  std::erase_if(*files, [](auto const& file) { return is_hidden(file.first); });
  return files;
}

std::string join_href(std::string_view from, std::string_view href) {
  std::vector<std::string_view> parts;
  auto const walk = [&](std::string_view path) {
    while (!path.empty()) {
      auto const part = path.substr(0, path.find('/'));
      path.remove_prefix(std::min(part.size() + 1, path.size()));
      if (part.empty() || part == ".") continue;
      if (part != "..") {
        parts.push_back(part);
      } else if (parts.empty()) {
        return false;
      } else {
        parts.pop_back();
      }
    }
    return true;
  };
  auto const slash = from.rfind('/');
  if (slash != std::string_view::npos) walk(from.substr(0, slash));
  if (!walk(href)) return {};
  std::string out;
  for (auto const part : parts) out.append(out.empty() ? "" : "/").append(part);
  return out;
}

HrefFinder::HrefFinder(qti::Files const& files) : files_(files) {
  for (auto const& [path, content] : files) {
    auto const [at, added] = by_folded_.emplace(fold(path), path);
    if (!added) at->second.clear();
  }
}

std::string HrefFinder::find(std::string_view href, std::string_view from, int line,
                             qti::Findings& findings) const {
  auto const say = [&](qti::Severity severity, std::string code, std::string message) {
    findings.push_back({severity, std::move(code), std::move(message), std::string(from), line});
  };
  std::string const shown{href.substr(0, 200)};
  if (is_external(href)) {
    say(qti::Severity::error, "external-reference", shown + " lies outside the package");
    return {};
  }
  href = href.substr(0, href.find_first_of("#?"));
  std::string slashed{href};
  if (href.find('\\') != std::string_view::npos) {
    std::ranges::replace(slashed, '\\', '/');
    say(qti::Severity::warning, "href-backslash", shown + " is read as " + slashed);
    href = slashed;
  }
  std::string const plain = href.starts_with('/') ? "" : join_href(from, href);
  if (plain.empty()) {
    say(qti::Severity::error, "href-outside", shown + " leaves the package");
    return {};
  }
  if (files_.contains(plain)) return plain;
  std::string const decoded = join_href(from, decode(href));
  if (files_.contains(decoded)) {
    say(qti::Severity::info, "href-encoding", shown + " is read as " + decoded);
    return decoded;
  }
  auto const folded = by_folded_.find(fold(decoded));
  if (folded != by_folded_.end() && !folded->second.empty()) {
    say(qti::Severity::warning, "href-case", shown + " is read as " + folded->second);
    return folded->second;
  }
  say(qti::Severity::error, "missing-file", shown + " is not in the package");
  return {};
}

}  // namespace proktor::package
