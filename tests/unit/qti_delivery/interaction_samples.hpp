#pragma once
// One item for each of the twenty interactions that are read, as an author would write it, each with a key.

#include "tests/unit/qti/samples.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace samples {

struct InteractionSample {
  std::string element;      // "qti-order-interaction"
  std::string declaration;  // cardinality, base type and correct response
  std::string body;
};

inline InteractionSample bound(std::string element, std::string_view cardinality, std::string_view base,
                               std::vector<std::string> const& correct, std::string body) {
  std::string declaration = "<qti-response-declaration identifier='RESPONSE' cardinality='" +
                            std::string(cardinality) + "' base-type='" + std::string(base) + "'>";
  if (!correct.empty()) declaration += "<qti-correct-response>";
  for (auto const& value : correct) declaration += "<qti-value>" + value + "</qti-value>";
  if (!correct.empty()) declaration += "</qti-correct-response>";
  return {std::move(element), declaration + "</qti-response-declaration>", std::move(body)};
}

// The interaction's start tag up to its own attributes.
inline std::string open(std::string_view element, std::string_view attributes = "") {
  return "<" + std::string(element) + " response-identifier='RESPONSE' " + std::string(attributes) + ">";
}

inline std::vector<InteractionSample> interactions() {
  std::string const peta =
      "<object data='peta.png' type='image/png' width='300' height='200'>Peta pulau</object>";
  std::string const simple =
      "<qti-simple-choice identifier='kunci-satu'>Beras</qti-simple-choice>"
      "<qti-simple-choice identifier='kunci-dua' fixed='true'>Jagung</qti-simple-choice>"
      "<qti-simple-choice identifier='kunci-tiga'>Sagu</qti-simple-choice>";
  std::string const pairs =
      "<qti-simple-associable-choice identifier='kunci-satu' "
      "match-max='1'>Ayam</qti-simple-associable-choice>"
      "<qti-simple-associable-choice identifier='kunci-dua' "
      "match-max='2'>Telur</qti-simple-associable-choice>";
  std::string const others =
      "<qti-simple-associable-choice identifier='tujuan-satu' "
      "match-max='0'>Susu</qti-simple-associable-choice>";
  std::string const spots =
      "<qti-hotspot-choice identifier='kunci-satu' shape='circle' coords='50,60,8' hotspot-label='Kota'/>"
      "<qti-hotspot-choice identifier='kunci-dua' shape='rect' coords='1,2,30,40'/>";
  std::string const paired_spots =
      "<qti-associable-hotspot identifier='titik-satu' shape='poly' coords='0,0,10,0,10,10' match-max='2'/>"
      "<qti-associable-hotspot identifier='titik-dua' shape='default' coords='' match-max='1'/>";
  std::string const gap_texts =
      "<qti-gap-text identifier='kunci-satu' match-max='1'>laut</qti-gap-text>"
      "<qti-gap-img identifier='kunci-dua' match-max='2'><img src='kapal.png' alt='kapal'/></qti-gap-img>";
  auto const close = [](std::string_view element) { return "</" + std::string(element) + ">"; };
  auto const whole = [&](std::string_view element, std::string_view attributes, std::string const& inside) {
    return open(element, attributes) + inside + close(element);
  };
  std::string const prompt = "<qti-prompt>Jawablah.</qti-prompt>";
  return {
      bound("qti-choice-interaction", "multiple", "identifier", {"kunci-satu"},
            whole("qti-choice-interaction", "max-choices='2' shuffle='true'", prompt + simple)),
      bound("qti-order-interaction", "ordered", "identifier", {"kunci-tiga", "kunci-satu", "kunci-dua"},
            whole("qti-order-interaction", "shuffle='true' orientation='horizontal'", prompt + simple)),
      bound("qti-associate-interaction", "multiple", "pair", {"kunci-satu kunci-dua"},
            whole("qti-associate-interaction", "max-associations='2' shuffle='true'", prompt + pairs)),
      bound("qti-match-interaction", "multiple", "directedPair", {"kunci-satu tujuan-satu"},
            whole("qti-match-interaction", "max-associations='0'",
                  prompt + "<qti-simple-match-set>" + pairs +
                      "</qti-simple-match-set><qti-simple-match-set>" + others + "</qti-simple-match-set>")),
      bound("qti-inline-choice-interaction", "single", "identifier", {"kunci-dua"},
            "<p>Ibu kota " +
                whole("qti-inline-choice-interaction", "shuffle='true' required='true'",
                      "<qti-label>Pilih kota</qti-label><qti-inline-choice "
                      "identifier='kunci-satu'>Ambon</qti-inline-choice>"
                      "<qti-inline-choice identifier='kunci-dua'>Palu</qti-inline-choice>") +
                ".</p>"),
      bound("qti-text-entry-interaction", "single", "string", {"Toba"},
            "<p>Danau <qti-text-entry-interaction response-identifier='RESPONSE' pattern-mask='[A-Za-z ]+' "
            "expected-length='4'/></p>"),
      bound("qti-extended-text-interaction", "single", "string", {},
            whole("qti-extended-text-interaction", "expected-lines='7'", prompt)),
      bound("qti-gap-match-interaction", "multiple", "directedPair", {"kunci-satu celah-dua"},
            whole("qti-gap-match-interaction", "shuffle='true'",
                  prompt + gap_texts +
                      "<p>Ikan hidup di <qti-gap identifier='celah-satu'/>, layar di <b><qti-gap "
                      "identifier='celah-dua' required='true'/></b>.</p>")),
      bound("qti-hottext-interaction", "multiple", "identifier", {"kunci-satu"},
            whole("qti-hottext-interaction", "max-choices='0'",
                  prompt + "<p>Kata <qti-hottext identifier='kunci-satu'>baku</qti-hottext> dan <qti-hottext "
                           "identifier='kunci-dua'>tak <i>baku</i></qti-hottext>.</p>")),
      bound("qti-hotspot-interaction", "single", "identifier", {"kunci-dua"},
            whole("qti-hotspot-interaction", "max-choices='1'", prompt + peta + spots)),
      bound("qti-graphic-order-interaction", "ordered", "identifier", {"kunci-dua", "kunci-satu"},
            whole("qti-graphic-order-interaction", "", prompt + peta + spots)),
      bound("qti-graphic-associate-interaction", "single", "pair", {"titik-satu titik-dua"},
            whole("qti-graphic-associate-interaction", "max-associations='1'", prompt + peta + paired_spots)),
      bound("qti-graphic-gap-match-interaction", "multiple", "directedPair", {"kunci-satu titik-dua"},
            whole("qti-graphic-gap-match-interaction", "", prompt + peta + gap_texts + paired_spots)),
      bound("qti-select-point-interaction", "multiple", "point", {"102 113"},
            whole("qti-select-point-interaction", "max-choices='3'", prompt + peta)),
      bound("qti-position-object-interaction", "single", "point", {"118 184"},
            "<qti-position-object-stage>" + peta +
                whole("qti-position-object-interaction", "max-choices='1' center-point='4 6'",
                      "<img src='kapal.png' alt='kapal' width='20' height='20'/>") +
                "</qti-position-object-stage>"),
      bound("qti-slider-interaction", "single", "integer", {"16"},
            whole("qti-slider-interaction", "lower-bound='0' upper-bound='20' step='2' step-label='true'",
                  prompt)),
      bound("qti-media-interaction", "single", "integer", {},
            whole("qti-media-interaction", "autostart='false' min-plays='1' max-plays='2'",
                  prompt + "<audio><source src='suara.ogg' type='audio/ogg'/></audio>")),
      bound("qti-upload-interaction", "single", "file", {},
            whole("qti-upload-interaction", "type='image/png'", prompt)),
      bound("qti-drawing-interaction", "single", "file", {},
            whole("qti-drawing-interaction", "", prompt + peta)),
      bound("qti-end-attempt-interaction", "single", "boolean", {},
            "<p><qti-end-attempt-interaction response-identifier='RESPONSE' title='Petunjuk'/></p>")};
}

inline std::string document(InteractionSample const& sample) {
  return item(sample.declaration, sample.body);
}

}  // namespace samples
