// A package of one test with an item for each interaction of the pupil's page, written into a directory: items, drawings
// and a tone, all made here. `answers` says what a test does with each and what must arrive.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const asi = `xmlns="http://www.imsglobal.org/xsd/imsqtiasi_v3p0"`;
const match = "https://purl.imsglobal.org/spec/qti/v3p0/rptemplates/match_correct.xml";

function response(id, cardinality, base, correct) {
  return `<qti-response-declaration identifier="${id}" cardinality="${cardinality}" base-type="${base}">
    ${correct ? `<qti-correct-response>${correct.map((one) => `<qti-value>${one}</qti-value>`).join("")}</qti-correct-response>` : ""}
  </qti-response-declaration>`;
}

function item(id, responses, body, { scored = true, human = false, catalogs = "" } = {}) {
  return `<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-item ${asi} identifier="${id}" title="${id}" adaptive="false" time-dependent="false" xml:lang="id">
  ${responses.join("\n  ")}
  <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float" normal-maximum="1"${human ? ' external-scored="human"' : ""}><qti-default-value><qti-value>0</qti-value></qti-default-value></qti-outcome-declaration>
  <qti-item-body>${body}</qti-item-body>
  ${catalogs}
  ${scored ? `<qti-response-processing template="${match}"/>` : ""}
</qti-assessment-item>`;
}

const options = (tag, list, more = "") => list.map(([id, text]) => `<${tag} identifier="${id}"${more}>${text}</${tag}>`).join("");
const picture = (file, alt, width = 480, height = 300) => `<img src="../gambar/${file}" alt="${alt}" width="${width}" height="${height}"/>`;
const spot = (tag, id, shape, coords, label, more = "") => `<${tag} identifier="${id}" shape="${shape}" coords="${coords}" hotspot-label="${label}"${more}/>`;

// Five islands of a map that does not exist.
const islands = [["PALA", "circle", "90,90,45", "Pulau Pala"], ["LADA", "rect", "190,40,290,110", "Pulau Lada"],
  ["KENARI", "ellipse", "390,90,60,35", "Pulau Kenari"], ["SAGU", "poly", "120,180,200,170,230,240,150,270,100,230", "Pulau Sagu"],
  ["KELOR", "circle", "370,220,50", "Pulau Kelor"]];
const map = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 300" width="480" height="300"><rect width="480" height="300" fill="#cfe6f2"/>
<g fill="#e8d9a0" stroke="#7a6a30" stroke-width="2"><circle cx="90" cy="90" r="45"/><rect x="190" y="40" width="100" height="70" rx="18"/><ellipse cx="390" cy="90" rx="60" ry="35"/><polygon points="120,180 200,170 230,240 150,270 100,230"/><circle cx="370" cy="220" r="50"/></g>
<g font-family="sans-serif" font-size="16" text-anchor="middle" fill="#333"><text x="90" y="95">Pala</text><text x="240" y="80">Lada</text><text x="390" y="95">Kenari</text><text x="162" y="225">Sagu</text><text x="370" y="225">Kelor</text></g></svg>`;
const garden = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 480 300" width="480" height="300"><rect width="480" height="300" fill="#dcedc8"/><rect x="20" y="20" width="140" height="90" fill="#d7a17a" stroke="#6b4226" stroke-width="3"/><path d="M0 200 Q240 140 480 210" fill="none" stroke="#8ec7e8" stroke-width="26"/><text x="90" y="72" font-family="sans-serif" font-size="16" text-anchor="middle">Sekolah</text></svg>`;
const tree = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" width="48" height="48"><rect x="20" y="28" width="8" height="18" fill="#6b4226"/><circle cx="24" cy="18" r="16" fill="#2e7d32"/></svg>`;
const well = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" width="48" height="48"><rect x="8" y="22" width="32" height="22" fill="#8d8d8d" stroke="#444" stroke-width="2"/><path d="M4 22 24 4l20 18z" fill="#a33"/></svg>`;

// A tone of 0.6 s, 8 kHz, 8 bit.
function tone() {
  const samples = 4_800;
  const wav = Buffer.alloc(44 + samples);
  wav.write("RIFF", 0);
  wav.writeUInt32LE(36 + samples, 4);
  wav.write("WAVEfmt ", 8);
  wav.writeUInt32LE(16, 16);
  wav.writeUInt16LE(1, 20);
  wav.writeUInt16LE(1, 22);
  wav.writeUInt32LE(8_000, 24);
  wav.writeUInt32LE(8_000, 28);
  wav.writeUInt16LE(1, 32);
  wav.writeUInt16LE(8, 34);
  wav.write("data", 36);
  wav.writeUInt32LE(samples, 40);
  for (let i = 0; i < samples; i += 1) wav[44 + i] = 128 + Math.round(60 * Math.sin((2 * Math.PI * 440 * i) / 8_000));
  return wav;
}

const steps = [["LUBANG", "Menggali lubang"], ["BIBIT", "Menaruh bibit"], ["TANAH", "Menutup dengan tanah"], ["AIR", "Menyiram"]];
const pieces = [["AIR", "air"], ["CAHAYA", "cahaya"], ["BATU", "batu"]];
const islandSpots = (tag, more = "") => islands.map(([id, shape, coords, label]) => spot(tag, id, shape, coords, label, more)).join("");

export const items = {
  PILIH_BARIS: item("PILIH_BARIS", [response("RESPONSE", "single", "identifier", ["DAUN"])],
    `<p><span data-catalog-idref="kata-tumbuhan">Tumbuhan</span> membuat makanan di <qti-inline-choice-interaction response-identifier="RESPONSE" shuffle="false">${options("qti-inline-choice", [["AKAR", "akar"], ["DAUN", "daun"], ["BUNGA", "bunga"]])}</qti-inline-choice-interaction> dengan bantuan cahaya.</p>`, { catalogs: `<qti-catalog-info><qti-catalog id="kata-tumbuhan"><qti-card support="glossary-on-screen"><qti-html-content><p>Makhluk hidup yang berakar, misalnya pohon dan rumput.</p></qti-html-content></qti-card><qti-card support="keyword-translation"><qti-html-content><p>plant</p></qti-html-content></qti-card></qti-catalog></qti-catalog-info>` }),
  URUT: item("URUT", [response("RESPONSE", "ordered", "identifier", ["LUBANG", "BIBIT", "TANAH", "AIR"])],
    `<qti-order-interaction response-identifier="RESPONSE" shuffle="false"><qti-prompt>Urutkan cara menanam pohon.</qti-prompt>${options("qti-simple-choice", [steps[2], steps[0], steps[3], steps[1]])}</qti-order-interaction>`),
  ISI_CELAH: item("ISI_CELAH", [response("RESPONSE", "multiple", "directedPair", ["AIR C1", "CAHAYA C2"])],
    `<qti-gap-match-interaction response-identifier="RESPONSE" max-associations="0" shuffle="false"><qti-prompt>Lengkapi kalimat.</qti-prompt>${options("qti-gap-text", pieces, ' match-max="1"')}<p>Akar menyerap <qti-gap identifier="C1"/> dari tanah. Daun menangkap <qti-gap identifier="C2"/> matahari.</p></qti-gap-match-interaction>`),
  KATA: item("KATA", [response("RESPONSE", "multiple", "identifier", ["H1", "H3"])],
    `<qti-hottext-interaction response-identifier="RESPONSE" max-choices="2"><qti-prompt>Tandai dua kata benda.</qti-prompt><p><qti-hottext identifier="H1">Petani</qti-hottext> <qti-hottext identifier="H2">memanen</qti-hottext> <qti-hottext identifier="H3">padi</qti-hottext> dengan <qti-hottext identifier="H4">gembira</qti-hottext>.</p></qti-hottext-interaction>`),
  PASANG: item("PASANG", [response("RESPONSE", "multiple", "pair", ["AYAM TELUR", "SAPI SUSU"])],
    `<qti-associate-interaction response-identifier="RESPONSE" max-associations="2" shuffle="false"><qti-prompt>Pasangkan hewan dengan hasilnya.</qti-prompt>${options("qti-simple-associable-choice", [["AYAM", "Ayam"], ["SAPI", "Sapi"], ["TELUR", "Telur"], ["SUSU", "Susu"]], ' match-max="1"')}</qti-associate-interaction>`),
  TEMPAT: item("TEMPAT", [response("RESPONSE", "multiple", "identifier", ["PALA", "KELOR"])],
    `<qti-hotspot-interaction response-identifier="RESPONSE" max-choices="2"><qti-prompt>Tandai dua pulau yang berbentuk lingkaran.</qti-prompt>${picture("peta.svg", "Peta lima pulau")}${islandSpots("qti-hotspot-choice")}</qti-hotspot-interaction>`),
  URUT_PETA: item("URUT_PETA", [response("RESPONSE", "ordered", "identifier", ["SAGU", "PALA", "LADA"])],
    `<qti-graphic-order-interaction response-identifier="RESPONSE" max-choices="3"><qti-prompt>Kapal berlayar dari Sagu ke Pala, lalu ke Lada. Tandai urutannya.</qti-prompt>${picture("peta.svg", "Peta lima pulau")}${islandSpots("qti-hotspot-choice")}</qti-graphic-order-interaction>`),
  JALUR: item("JALUR", [response("RESPONSE", "multiple", "pair", ["PALA LADA", "KENARI KELOR"])],
    `<qti-graphic-associate-interaction response-identifier="RESPONSE" max-associations="3"><qti-prompt>Hubungkan Pala dengan Lada, dan Kenari dengan Kelor.</qti-prompt>${picture("peta.svg", "Peta lima pulau")}${islandSpots("qti-associable-hotspot", ' match-max="2"')}</qti-graphic-associate-interaction>`),
  NAMA: item("NAMA", [response("RESPONSE", "multiple", "directedPair", ["UTARA LADA", "SELATAN SAGU"])],
    `<qti-graphic-gap-match-interaction response-identifier="RESPONSE" max-associations="0"><qti-prompt>Taruh nama arah pada pulaunya.</qti-prompt>${picture("peta.svg", "Peta lima pulau")}${options("qti-gap-text", [["UTARA", "utara"], ["SELATAN", "selatan"]], ' match-max="1"')}${[islands[1], islands[3]].map(([id, shape, coords, label]) => spot("qti-associable-hotspot", id, shape, coords, label, ' match-max="1"')).join("")}</qti-graphic-gap-match-interaction>`),
  TITIK: item("TITIK", [response("RESPONSE", "single", "point", ["390 90"])],
    `<qti-select-point-interaction response-identifier="RESPONSE" max-choices="1"><qti-prompt>Tekan Pulau Kenari.</qti-prompt>${picture("peta.svg", "Peta lima pulau")}</qti-select-point-interaction>`, { scored: false }),
  KEBUN: item("KEBUN", [response("POHON", "multiple", "point"), response("SUMUR", "single", "point")],
    `<qti-position-object-stage>${picture("kebun.svg", "Denah kebun sekolah")}<qti-position-object-interaction response-identifier="POHON" max-choices="2">${picture("pohon.svg", "Pohon", 48, 48)}</qti-position-object-interaction><qti-position-object-interaction response-identifier="SUMUR" max-choices="1">${picture("sumur.svg", "Sumur", 48, 48)}</qti-position-object-interaction></qti-position-object-stage>`, { scored: false }),
  GESER: item("GESER", [response("RESPONSE", "single", "integer", ["60"])],
    `<qti-slider-interaction response-identifier="RESPONSE" lower-bound="0" upper-bound="100" step="10" step-label="true"><qti-prompt>Berapa persen dari 50 adalah 30?</qti-prompt></qti-slider-interaction>`),
  DENGAR: item("DENGAR", [response("RESPONSE", "single", "integer")],
    `<qti-media-interaction response-identifier="RESPONSE" autostart="false" min-plays="1" max-plays="2"><qti-prompt>Dengarkan nadanya.</qti-prompt><audio src="../suara/nada.wav" type="audio/wav"/></qti-media-interaction>`, { scored: false }),
  ESAI: item("ESAI", [response("RESPONSE", "single", "string")],
    `<qti-extended-text-interaction response-identifier="RESPONSE" expected-lines="3"><qti-prompt>Mengapa tumbuhan perlu air?</qti-prompt></qti-extended-text-interaction>`, { scored: false, human: true }),
  TABEL: item("TABEL", [response("RESPONSE", "multiple", "directedPair", ["S1 K1", "S2 K2"])],
    `<qti-match-interaction class="qti-match-tabular" response-identifier="RESPONSE" max-associations="0" shuffle="false"><qti-prompt>Setiap kolom hanya untuk satu baris.</qti-prompt><qti-simple-match-set>${options("qti-simple-associable-choice", [["S1", "Ikan"], ["S2", "Burung"]], ' match-max="1"')}</qti-simple-match-set><qti-simple-match-set>${options("qti-simple-associable-choice", [["K1", "Berenang"], ["K2", "Terbang"]], ' match-max="1"')}</qti-simple-match-set></qti-match-interaction>`),
};

export function writeSampler(directory, { linear = false } = {}) {
  for (const folder of ["items", "gambar", "suara"]) mkdirSync(join(directory, folder), { recursive: true });
  const names = Object.keys(items);
  for (const name of names) writeFileSync(join(directory, "items", `${name}.xml`), items[name]);
  for (const [file, text] of [["peta.svg", map], ["kebun.svg", garden], ["pohon.svg", tree], ["sumur.svg", well]]) writeFileSync(join(directory, "gambar", file), text);
  writeFileSync(join(directory, "suara/nada.wav"), tone());
  writeFileSync(join(directory, "assessment.xml"), `<?xml version="1.0" encoding="UTF-8"?>
<qti-assessment-test ${asi} identifier="LENGKAP" title="Contoh semua soal">
  <qti-outcome-declaration identifier="SCORE" cardinality="single" base-type="float"/>
  <qti-test-part identifier="BAGIAN" navigation-mode="${linear ? "linear" : "nonlinear"}" submission-mode="simultaneous">
    <qti-assessment-section identifier="SOAL" title="Soal" visible="true">${names.map((name) => `<qti-assessment-item-ref identifier="${name}" href="items/${name}.xml"/>`).join("")}</qti-assessment-section>
  </qti-test-part>
</qti-assessment-test>`);
  const files = ["gambar/peta.svg", "gambar/kebun.svg", "gambar/pohon.svg", "gambar/sumur.svg", "suara/nada.wav"];
  writeFileSync(join(directory, "imsmanifest.xml"), `<?xml version="1.0" encoding="UTF-8"?>
<manifest xmlns="http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1" identifier="PAKET-LENGKAP">
  <metadata><schema>QTI Package</schema><schemaversion>3.0.0</schemaversion></metadata><organizations/>
  <resources>
    <resource identifier="RES-TES" type="imsqti_test_xmlv3p0" href="assessment.xml"><file href="assessment.xml"/>${names.map((name) => `<dependency identifierref="RES-${name}"/>`).join("")}</resource>
    ${names.map((name) => `<resource identifier="RES-${name}" type="imsqti_item_xmlv3p0" href="items/${name}.xml"><file href="items/${name}.xml"/></resource>`).join("\n    ")}
    <resource identifier="RES-BERKAS" type="webcontent" href="gambar/peta.svg">${files.map((file) => `<file href="${file}"/>`).join("")}</resource>
  </resources>
</manifest>`);
  return names;
}
