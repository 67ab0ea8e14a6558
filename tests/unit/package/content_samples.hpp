#pragma once
// A small content package for the tests: two items, a stimulus, a picture, and helpers to change it.

#include "provisioning/package/build.hpp"
#include "provisioning/package/import.hpp"

#include <string>
#include <string_view>

namespace samples {

using proktor::qti::Files;

constexpr std::string_view png = "\x89PNG\r\n\x1a\n gambar";

inline std::string choice_item(std::string const& id, std::string const& body) {
  return "<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='" + id +
         "' title='Soal' xml:lang='id'>"
         "<qti-response-declaration identifier='RESPONSE' cardinality='single' base-type='identifier'>"
         "<qti-correct-response><qti-value>KUNCI-BENAR</qti-value></qti-correct-response></"
         "qti-response-declaration>"
         "<qti-assessment-stimulus-ref identifier='STIM' href='../stimuli/bacaan.xml'/>"
         "<qti-item-body>" +
         body +
         "<qti-choice-interaction response-identifier='RESPONSE' shuffle='true' max-choices='1'>"
         "<qti-simple-choice identifier='KUNCI-BENAR'>Dua</qti-simple-choice>"
         "<qti-simple-choice identifier='SALAH'>Tiga</qti-simple-choice></qti-choice-interaction>"
         "</qti-item-body></qti-assessment-item>";
}

inline Files content() {
  Files files;
  files["imsmanifest.xml"] =
      "<manifest xmlns='http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1' "
      "identifier='PAKET-UJI'><resources>"
      "<resource identifier='T' type='imsqti_test_xmlv3p0' href='tes.xml'><file href='tes.xml'/></resource>"
      "<resource identifier='A' type='imsqti_item_xmlv3p0' href='items/a.xml'><file "
      "href='items/a.xml'/></resource>"
      "<resource identifier='B' type='imsqti_item_xmlv3p0' href='items/b.xml'><file "
      "href='items/b.xml'/></resource>"
      "</resources></manifest>";
  files["tes.xml"] =
      "<qti-assessment-test xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='TES' title='Tes "
      "Uji'>"
      "<qti-test-part identifier='P' navigation-mode='nonlinear' submission-mode='simultaneous'>"
      "<qti-assessment-section identifier='S' title='' visible='true'>"
      "<qti-assessment-item-ref identifier='REF-A' href='items/a.xml'/>"
      "<qti-assessment-item-ref identifier='REF-B' href='items/b.xml'/>"
      "</qti-assessment-section></qti-test-part></qti-assessment-test>";
  files["items/a.xml"] = choice_item("ITEM-A", "<p><img src='../media/Gambar%20Satu.png' alt='Gambar'/></p>");
  files["items/b.xml"] = choice_item("ITEM-B", "");
  files["stimuli/bacaan.xml"] =
      "<qti-assessment-stimulus xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='STIM' "
      "title='Bacaan' "
      "xml:lang='id'><qti-stimulus-body><p>Teks bacaan.</p></qti-stimulus-body></qti-assessment-stimulus>";
  files["media/gambar satu.png"] = png;
  return files;
}

// Replaces the first occurrence in a file; the test is wrong when there is none.
inline void replace(Files& files, std::string const& path, std::string_view from, std::string_view to) {
  auto& text = files.at(path);
  text.replace(text.find(from), from.size(), to);
}

inline bool has_code(proktor::qti::Findings const& findings, std::string_view code) {
  for (auto const& finding : findings) {
    if (finding.code == code) return true;
  }
  return false;
}

inline std::string paket() {
  auto const built = proktor::package::build_package(proktor::package::import_content(content()), {});
  return built ? built->bytes : std::string();
}

}  // namespace samples
