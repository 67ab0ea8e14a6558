#pragma once
// A test in three stages, as files of a content package: two items to begin with, then two easy or two hard ones, then
// one low or one high. The right choice of every item reads "Benar", its identifier is KUNCI-BENAR.

#include <map>
#include <string>

namespace staged {

using Files = std::map<std::string, std::string, std::less<>>;

inline std::string item(std::string const& id) {
  return "<qti-assessment-item xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='" + id +
         "' title='Soal' xml:lang='id'>"
         "<qti-response-declaration identifier='RESPONSE' cardinality='single' base-type='identifier'>"
         "<qti-correct-response><qti-value>KUNCI-BENAR</qti-value></qti-correct-response></qti-response-declaration>"
         "<qti-outcome-declaration identifier='SCORE' cardinality='single' base-type='float'/>"
         "<qti-item-body><p>Soal " + id + "</p>"
         "<qti-choice-interaction response-identifier='RESPONSE' shuffle='true' max-choices='1'>"
         "<qti-simple-choice identifier='KUNCI-BENAR'>Benar</qti-simple-choice>"
         "<qti-simple-choice identifier='SALAH-SATU'>Salah</qti-simple-choice>"
         "<qti-simple-choice identifier='SALAH-DUA'>Keliru</qti-simple-choice></qti-choice-interaction>"
         "</qti-item-body>"
         "<qti-response-processing template='https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml'/>"
         "</qti-assessment-item>";
}

// condition: an expression over the test's outcomes; empty: none.
inline std::string part(std::string const& id, std::string const& condition, std::string const& refs) {
  return "<qti-test-part identifier='" + id + "' navigation-mode='nonlinear' submission-mode='simultaneous'>" +
         (condition.empty() ? "" : "<qti-pre-condition>" + condition + "</qti-pre-condition>") +
         "<qti-assessment-section identifier='S-" + id + "' title='' visible='true'>" + refs +
         "</qti-assessment-section></qti-test-part>";
}

inline std::string ref(std::string const& id, std::string const& category) {
  return "<qti-assessment-item-ref identifier='" + id + "' href='items/" + id + ".xml' category='" + category + "'/>";
}

inline std::string compare(std::string const& how, std::string const& outcome, std::string const& value) {
  return "<qti-" + how + "><qti-variable identifier='" + outcome + "'/><qti-base-value base-type='float'>" + value +
         "</qti-base-value></qti-" + how + ">";
}

// The sum of the scores of items of these categories; empty: of all.
inline std::string sum(std::string const& outcome, std::string const& categories) {
  return "<qti-set-outcome-value identifier='" + outcome + "'><qti-sum><qti-test-variables variable-identifier='SCORE'" +
         (categories.empty() ? "" : " include-category='" + categories + "'") + "/></qti-sum></qti-set-outcome-value>";
}

inline std::string test() {
  return "<qti-assessment-test xmlns='http://www.imsglobal.org/xsd/imsqtiasi_v3p0' identifier='BERTAHAP' "
         "title='Tes Bertahap'>"
         "<qti-outcome-declaration identifier='SCORE' cardinality='single' base-type='float'/>"
         "<qti-outcome-declaration identifier='SCORE_AWAL' cardinality='single' base-type='float'/>"
         "<qti-outcome-declaration identifier='SCORE_DUA' cardinality='single' base-type='float'/>" +
         part("awal", "", ref("Q1", "tahap-1") + ref("Q2", "tahap-1")) +
         part("mudah", compare("lt", "SCORE_AWAL", "2"), ref("Q3", "tahap-2") + ref("Q4", "tahap-2")) +
         part("sulit", compare("gte", "SCORE_AWAL", "2"), ref("Q5", "tahap-2") + ref("Q6", "tahap-2")) +
         part("rendah", compare("lt", "SCORE_DUA", "3"), ref("Q7", "tahap-3")) +
         part("tinggi", compare("gte", "SCORE_DUA", "3"), ref("Q8", "tahap-3")) +
         "<qti-outcome-processing>" + sum("SCORE_AWAL", "tahap-1") + sum("SCORE_DUA", "tahap-1 tahap-2") + sum("SCORE", "") +
         "</qti-outcome-processing></qti-assessment-test>";
}

inline Files content() {
  Files files;
  std::string resources = "<resource identifier='T' type='imsqti_test_xmlv3p0' href='tes.xml'><file href='tes.xml'/></resource>";
  for (char number = '1'; number <= '8'; ++number) {
    std::string const id = std::string("Q") + number;
    files["items/" + id + ".xml"] = item("ITEM-" + id);
    resources += "<resource identifier='R-" + id + "' type='imsqti_item_xmlv3p0' href='items/" + id +
                 ".xml'><file href='items/" + id + ".xml'/></resource>";
  }
  files["tes.xml"] = test();
  files["imsmanifest.xml"] =
      "<manifest xmlns='http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1' identifier='PAKET-BERTAHAP'><resources>" +
      resources + "</resources></manifest>";
  return files;
}

}  // namespace staged
