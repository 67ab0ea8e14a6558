#include "provisioning/package/commands.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "qti/delivery/delivery_entry.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/package/media.hpp"
#include "qti/package/zip_gate.hpp"
#include "qti/scoring/item_program.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <cstdio>

namespace proktor::package {
namespace {

namespace json = boost::json;

constexpr int exit_done = 0;
constexpr int exit_failed = 1;
constexpr int exit_refused = 2;

void print_line(std::string const& text) {
  std::fwrite(text.data(), 1, text.size(), stdout);
  std::fputc('\n', stdout);
}

int refuse(std::string_view code, std::string_view message, int line, int exit_code) {
  json::object out;
  out["error"] = {{"code", code}, {"message", message}, {"line", line}};
  print_line(json::serialize(out));
  return exit_code;
}

int refuse(qti::Findings const& findings) {
  auto const found = std::ranges::find(findings, qti::Severity::error, &qti::Finding::severity);
  return refuse(found->code, found->message, found->line, exit_refused);
}

// Beside the item, as an item bank keeps it. A file that is not there is shown by the hash of its name.
void add_assets(std::vector<qti::AssetUse> const& uses, std::filesystem::path const& folder,
                qti::AssetPaths& paths, qti::DeliveryEntries& entries) {
  for (auto const& use : uses) {
    auto const bytes = read_file(folder / use.href, qti::zip_entry_max_bytes);
    auto const media = bytes ? qti::media_type_of(*bytes) : qti::MediaType{};
    qti::DeliveryAsset asset{hex(sha256(bytes ? *bytes : use.href)), std::string(media.type),
                             bytes ? bytes->size() : 0};
    std::string path = "assets/" + asset.sha256;
    entries.assets.emplace(path, std::move(asset));
    paths.emplace(use.href, std::move(path));
  }
}

// Stimuli that can be read are shown; others are left out, since an item can be looked at without them.
void add_stimuli(qti::Item& item, std::filesystem::path const& folder, qti::DeliveryEntries& entries) {
  std::vector<qti::StimulusRef> kept;
  for (auto& ref : item.stimuli) {
    auto const path = folder / ref.href;
    auto const bytes = read_file(path, qti::xml_document_max_bytes);
    if (!bytes) continue;
    auto const result = qti::read_stimulus(*bytes, path.string());
    if (!result.stimulus || qti::has_errors(result.findings)) continue;
    qti::AssetPaths paths;
    add_assets(result.stimulus->assets, path.parent_path(), paths, entries);
    auto entry = qti::stimulus_entry(*result.stimulus, paths);
    entry["id"] = ref.identifier;
    entries.stimuli.emplace(ref.identifier, std::move(entry));
    kept.push_back(std::move(ref));
  }
  item.stimuli = std::move(kept);
}

// What the item prints of its values needs its rules, and the files they name.
qti::Findings add_program(qti::Item const& item, qti::DeliveryEntries& entries) {
  auto const source = [](std::string_view path) -> std::optional<std::string> {
    auto bytes = read_file(std::filesystem::path(path), qti::xml_document_max_bytes);
    if (!bytes) return std::nullopt;
    return std::move(*bytes);
  };
  auto compiled = qti::ItemProgram::compile(item, source);
  if (!compiled.program) return std::move(compiled.findings);
  entries.programs.emplace(item.identifier, std::move(compiled.program));
  return {};
}

}  // namespace

int run_qti_view(QtiViewOptions const& options) {
  auto const bytes = read_file(options.item, qti::xml_document_max_bytes);
  if (!bytes) return refuse(id_of(bytes.error().code), bytes.error().detail, 0, exit_failed);
  auto result = qti::read_item(*bytes, options.item.string());
  if (!result.playable()) return refuse(result.findings);
  auto const folder = options.item.parent_path();
  qti::DeliveryEntries entries;
  qti::AssetPaths paths;
  add_assets(result.item->assets, folder, paths, entries);
  add_stimuli(*result.item, folder, entries);
  auto entry = qti::item_entry(*result.item, paths);
  if (auto checked = qti::check_item_entry(entry); !checked) {
    return refuse(id_of(checked.error().code), checked.error().detail, 0, exit_refused);
  }
  if (qti::needs_program(entry)) {
    if (auto const findings = add_program(*result.item, entries); !findings.empty()) return refuse(findings);
  }
  auto const identifier = result.item->identifier;
  entries.items.emplace(identifier, std::move(entry));
  qti::Supports const supports(options.supports.begin(), options.supports.end());
  auto const view = qti::instantiate_item(entries, identifier, options.seed, supports);
  if (!view) return refuse(id_of(view.error().code), view.error().detail, 0, exit_refused);
  print_line(view->test);
  return exit_done;
}

}  // namespace proktor::package
