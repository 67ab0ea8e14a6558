// The kegiatan that every seed plays: one school, one room, two tests in one sesi.

#include "box.hpp"

#include "provisioning/package/build.hpp"
#include "provisioning/package/import.hpp"
#include "tests/unit/package/content_samples.hpp"

#include <boost/json.hpp>
#include <fmt/format.h>

#include <map>
#include <stdexcept>

namespace proktor::sim {

namespace json = boost::json;

std::string nisn_of(unsigned pupil) { return fmt::format("00123000{:02}", pupil); }
std::string username_of(unsigned pupil) { return fmt::format("P{:03}", pupil); }
std::string password_of(unsigned pupil) { return fmt::format("9{:04}*", 1000 + pupil); }

std::vector<std::string> const& test_ids() {
  static std::vector<std::string> const ids{"t1", "t2"};
  return ids;
}

std::shared_ptr<qti::Package const> sample_package(unsigned items) {
  static std::map<unsigned, std::shared_ptr<qti::Package const>> made;
  auto& package = made[items];
  if (package) return package;
  auto files = samples::content();
  std::string resources, refs;
  for (unsigned i = 3; i <= items; ++i) {
    files[fmt::format("items/{}.xml", i)] = samples::choice_item(fmt::format("ITEM-{}", i), "");
    resources += fmt::format("<resource identifier='I{0}' type='imsqti_item_xmlv3p0' href='items/{0}.xml'><file "
                             "href='items/{0}.xml'/></resource>", i);
    refs += fmt::format("<qti-assessment-item-ref identifier='REF-{0}' href='items/{0}.xml'/>", i);
  }
  samples::replace(files, "imsmanifest.xml", "</resources>", resources + "</resources>");
  samples::replace(files, "tes.xml", "</qti-assessment-section>", refs + "</qti-assessment-section>");
  auto const built = package::build_package(package::import_content(files), {});
  if (!built) throw std::runtime_error("the sample package cannot be built");
  auto read = qti::read_package(built->bytes);
  if (!read) throw std::runtime_error("the sample package cannot be read");
  return package = std::make_shared<qti::Package const>(std::move(*read));
}

core::NewEntries packet_entries(Plan const& plan, Site const& site, api::Statements const& statements,
                                std::string const& package, Bytes16 const& stream) {
  core::NewEntries out;
  auto const add = [&out](std::string kind, std::string subject, json::object const& bytes, std::string npsn = {}) {
    out.push_back({std::move(kind), std::move(subject), json::serialize(bytes), std::move(npsn)});
  };
  add("genesis", event_id,
      {{"organiser", "uji"}, {"organiser_name", "Penguji"}, {"event", event_id}, {"title", "Uji"}, {"mark", "LATIHAN"},
       {"time_zone", "WIB"}, {"participant_noun", "murid"}, {"stream", hex(stream)}, {"box", site.box_id},
       {"packet", std::string(64, '0')}, {"previous_head", std::string(64, '0')}});
  add("school", "69900001",
      {{"npsn", "69900001"}, {"name", "SMP Uji"}, {"level", "SMP"}, {"city", ""}, {"province", ""}});
  add("room", "R1", {{"id", "R1"}, {"name", "Ruang 1"}, {"npsn", "69900001"}});
  json::array tests;
  for (auto const& id : test_ids()) {
    add("test", id, {{"id", id}, {"title", id}, {"instrument", "latihan"}, {"package", package}, {"qti_test", "TES"},
                     {"duration_ms", plan.duration_ms}, {"items", plan.items}});
    tests.push_back(json::object{{"id", id}, {"gate", "open"}});
  }
  add("sitting", sitting_id,
      {{"id", sitting_id}, {"name", "Sesi 1"}, {"room", "R1"}, {"starts_at", 0}, {"ends_at", 1}, {"token_ms", 90'000},
       {"blocked_credit_max_ms", 120'000}, {"tests", std::move(tests)}});
  for (unsigned i = 1; i <= plan.pupils; ++i) {
    add("participant", nisn_of(i),
        {{"nisn", nisn_of(i)}, {"username", username_of(i)},
         {"secret", statements.card_secret(username_of(i), password_of(i))}, {"name", fmt::format("Murid {}", i)},
         {"sex", "L"}, {"birth_place", "Klaten"}, {"birth_date", "2012-01-01"}, {"level", "SMP"}, {"grade", "8"},
         {"npsn", "69900001"}, {"source", "Dapodik"}, {"role", "utama"}, {"needs", ""}, {"room", "R1"}, {"seat", i},
         {"sittings", json::array{sitting_id}}},
        "69900001");
  }
  return out;
}

}  // namespace proktor::sim
