#pragma once
// Items for the tests of server/qti, written out as an author would.

#include <string>
#include <string_view>

namespace samples {

constexpr std::string_view item_open =
    R"(<qti-assessment-item xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0" identifier="ITEM-1" title="Judul rahasia" xml:lang="id">)";

// An item around declarations, a body and whatever follows.
inline std::string item(std::string_view declarations, std::string_view body, std::string_view after = "") {
  std::string out{item_open};
  out.append("\n")
      .append(declarations)
      .append("\n<qti-item-body>\n")
      .append(body)
      .append("\n</qti-item-body>\n");
  return out.append(after).append("</qti-assessment-item>");
}

constexpr std::string_view single_choice_declaration =
    R"(<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier"/>)";

// A choice with a fixed last place, a match and a text entry, with everything on the strip list around them.
inline std::string full_item() {
  return item(
      R"(
<qti-response-declaration identifier="RESPONSE" cardinality="single" base-type="identifier">
  <qti-correct-response interpretation="PENAFSIRAN"><qti-value>pilihan-benar</qti-value></qti-correct-response>
  <qti-mapping default-value="0.125"><qti-map-entry map-key="pilihan-benar" mapped-value="17.75"/></qti-mapping>
</qti-response-declaration>
<qti-response-declaration identifier="PASANGAN" cardinality="multiple" base-type="directedPair">
  <qti-correct-response><qti-value>baris-satu kolom-dua</qti-value></qti-correct-response>
</qti-response-declaration>
<qti-response-declaration identifier="ISIAN" cardinality="single" base-type="string">
  <qti-correct-response><qti-value>Jayawijaya</qti-value></qti-correct-response>
</qti-response-declaration>
<qti-outcome-declaration identifier="FEEDBACK" cardinality="single" base-type="identifier">
  <qti-default-value><qti-value>awal</qti-value></qti-default-value>
</qti-outcome-declaration>
<qti-outcome-declaration identifier="MODEL_ANSWER" cardinality="single" base-type="string">
  <qti-default-value><qti-value>JAWABAN-CONTOH</qti-value></qti-default-value>
</qti-outcome-declaration>)",
      R"(<!-- KOMENTAR --><?php RAHASIA ?>
<p data-kunci="DATA-RAHASIA" onclick="KLIK" id="ID-RAHASIA" class="kelas-sendiri qti-align-center">Gunung   apa
  yang <em>tertinggi</em> <qti-text-entry-interaction response-identifier="ISIAN" expected-length="7"/>?</p>
<qti-choice-interaction response-identifier="RESPONSE" shuffle="true" max-choices="1" class="qti-labels-decimal">
  <qti-prompt>Pilih <a href="http://contoh.invalid">satu</a>.</qti-prompt>
  <qti-simple-choice identifier="pilihan-salah-1">Satu<qti-feedback-inline outcome-identifier="FEEDBACK" identifier="pilihan-salah-1" show-hide="show">UMPAN-BALIK-SALAH</qti-feedback-inline></qti-simple-choice>
  <qti-simple-choice identifier="pilihan-benar">Dua</qti-simple-choice>
  <qti-simple-choice identifier="pilihan-salah-2">Tiga</qti-simple-choice>
  <qti-simple-choice identifier="pilihan-salah-3">Empat</qti-simple-choice>
  <qti-simple-choice identifier="semua-salah" fixed="true">Semua salah</qti-simple-choice>
</qti-choice-interaction>
<qti-match-interaction response-identifier="PASANGAN" shuffle="true" max-associations="2" class="qti-match-tabular">
  <qti-simple-match-set>
    <qti-simple-associable-choice identifier="baris-satu" match-max="1">B1</qti-simple-associable-choice>
    <qti-simple-associable-choice identifier="baris-dua" match-max="1">B2</qti-simple-associable-choice>
  </qti-simple-match-set>
  <qti-simple-match-set>
    <qti-simple-associable-choice identifier="kolom-satu" match-max="0">K1</qti-simple-associable-choice>
    <qti-simple-associable-choice identifier="kolom-dua" match-max="0">K2</qti-simple-associable-choice>
    <qti-simple-associable-choice identifier="kolom-tiga" match-max="0">K3</qti-simple-associable-choice>
  </qti-simple-match-set>
</qti-match-interaction>
<qti-rubric-block view="scorer" use="scoring"><qti-content-body><p>RUBRIK-PENSKOR</p></qti-content-body></qti-rubric-block>
<qti-rubric-block view="candidate scorer" use="instructions"><qti-content-body><p>Petunjuk.</p></qti-content-body></qti-rubric-block>
<qti-feedback-block outcome-identifier="FEEDBACK" identifier="benar" show-hide="show"><p>UMPAN-BALIK-BLOK</p></qti-feedback-block>
<qti-feedback-block outcome-identifier="FEEDBACK" identifier="awal" show-hide="hide"><p>UMPAN-BALIK-AWAL</p></qti-feedback-block>)",
      R"(<qti-response-processing template="https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml"/>
<qti-modal-feedback outcome-identifier="FEEDBACK" identifier="benar" show-hide="show"><qti-content-body>UMPAN-BALIK-MODAL</qti-content-body></qti-modal-feedback>)");
}

}  // namespace samples
