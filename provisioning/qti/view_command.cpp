#include "provisioning/qti/commands.hpp"

#include "base/crypto.hpp"
#include "base/file.hpp"
#include "provisioning/qti/json_input.hpp"
#include "qti/delivery/delivery_entry.hpp"
#include "qti/delivery/delivery_view.hpp"
#include "qti/package/media.hpp"
#include "qti/package/zip_gate.hpp"
#include "qti/scoring/item_program.hpp"

#include <boost/json/object.hpp>
#include <boost/json/serialize.hpp>

#include <algorithm>
#include <iostream>

namespace proktor::qti_commands {
namespace {

namespace json = boost::json;

constexpr int exit_done = 0;
constexpr int exit_refused = 2;

struct Shown {
  std::string line;
  int exit_code = exit_done;
};

Shown refuse(std::string_view code, std::string_view message, std::string_view file, int line) {
  return {json::serialize(error_object(code, message, file, line)), exit_refused};
}

Shown refuse(Error const& error, std::filesystem::path const& file) {
  return refuse(id_of(error.code), error.detail, file.string(), 0);
}

Shown refuse(qti::Findings const& findings) {
  auto const found = std::ranges::find(findings, qti::Severity::error, &qti::Finding::severity);
  return refuse(found->code, found->message, found->file, found->line);
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

Shown view_of(QtiViewOptions const& options) {
  auto const bytes = read_file(options.item, qti::xml_document_max_bytes);
  if (!bytes) return refuse(bytes.error(), options.item);
  auto result = qti::read_item(*bytes, options.item.string());
  if (!result.playable()) return refuse(result.findings);
  auto const folder = options.item.parent_path();
  qti::DeliveryEntries entries;
  qti::AssetPaths paths;
  add_assets(result.item->assets, folder, paths, entries);
  add_stimuli(*result.item, folder, entries);
  auto entry = qti::item_entry(*result.item, paths);
  if (auto checked = qti::check_item_entry(entry); !checked) return refuse(checked.error(), options.item);
  if (qti::needs_program(entry)) {
    if (auto const findings = add_program(*result.item, entries); !findings.empty()) return refuse(findings);
  }
  auto const identifier = result.item->identifier;
  entries.items.emplace(identifier, std::move(entry));
  qti::Supports const supports(options.supports.begin(), options.supports.end());
  auto view = qti::instantiate_item(entries, identifier, options.seed, supports);
  if (!view) return refuse(view.error(), options.item);
  return {std::move(view->test)};
}

// One line of a batch: what it does not say is as for all.
Shown view_of_line(std::string_view line, QtiViewOptions options) {
  std::string why;
  auto const request = parse_input(line, why);
  if (!request) return refuse("bad-json", why, "", 0);
  auto const* object = request->if_object();
  auto const* item = object == nullptr ? nullptr : object->if_contains("item");
  auto const* seed = object == nullptr ? nullptr : object->if_contains("seed");
  auto const* supports = object == nullptr ? nullptr : object->if_contains("supports");
  auto const wanted = "a line is {\"item\": path, \"seed\"?: number, \"supports\"?: [text]}";
  if (item == nullptr || !item->is_string()) return refuse("bad-request", wanted, "", 0);
  options.item = std::string(item->get_string());
  if (seed != nullptr) {
    boost::system::error_code error;
    options.seed = seed->to_number<std::uint64_t>(error);
    if (error) return refuse("bad-request", wanted, "", 0);
  }
  if (supports == nullptr) return view_of(options);
  if (!supports->is_array()) return refuse("bad-request", wanted, "", 0);
  options.supports.clear();
  for (auto const& support : supports->get_array()) {
    if (!support.is_string()) return refuse("bad-request", wanted, "", 0);
    options.supports.emplace_back(support.get_string());
  }
  return view_of(options);
}

void print(Shown const& shown) {
  std::cout << shown.line << std::endl;  // flushed: the reader may wait for it
}

}  // namespace

int run_qti_view(QtiViewOptions const& options) {
  if (options.batch) {
    bool const read = for_each_line(std::cin, [&](std::string const& line) { print(view_of_line(line, options)); });
    return read ? exit_done : exit_refused;
  }
  auto const shown = view_of(options);
  print(shown);
  return shown.exit_code;
}

}  // namespace proktor::qti_commands
