// The words of the interactions in the second script, in Indonesian.
import type { Refusal } from "../item/more/choosing.ts";

const times = (count: number): string => `${count} kali`;

export const more = {
  // What is asked of the pupil: at least and at most.
  pick: (min: number, max: number): string =>
    max === 1 ? "Pilih satu." : max > 1 ? (min > 0 ? `Pilih ${min === max ? min : `${min} sampai ${max}`}.` : `Pilih paling banyak ${max}.`)
      : min > 0 ? `Pilih paling sedikit ${min}.` : "Pilih satu atau lebih.",
  refused: (why: Refusal, max: number): string => ({
    all: `Sudah ${max}. Hapus satu dahulu untuk mengganti.`,
    piece: "Ini sudah terpakai sebanyak yang boleh. Lepaskan satu dahulu.",
    place: "Tempat ini sudah penuh. Lepaskan satu dahulu.",
    pair: "Pasangan ini sudah ada.",
  })[why],
  clear: "Hapus jawaban",
  place: (number: number): string => `Tempat ${number}`,
  remove: (what: string): string => `Hapus ${what}`,
  inline: { label: (number: number): string => `Pilihan pada soal ${number}`, none: "Pilih…" },
  order: {
    how: "Geser ke urutan yang benar. Boleh juga dengan tombol panah.",
    howSome: (min: number, max: number): string =>
      max > 0 ? `Tekan pilihan sesuai urutan, paling banyak ${max}.` : `Tekan pilihan sesuai urutan${min > 0 ? `, paling sedikit ${min}` : ""}.`,
    fresh: "Belum dijawab. Ubah urutannya, atau tekan Pakai urutan ini.",
    keep: "Pakai urutan ini",
    list: "Urutan",
    place: (place: number, count: number): string => `, urutan ${place} dari ${count}`,
    up: (what: string): string => `Majukan ${what}`,
    down: (what: string): string => `Mundurkan ${what}`,
    empty: "Belum ada yang dipilih.",
    pool: "Pilihan",
  },
  gaps: {
    how: "Tekan satu pilihan, lalu tekan tempatnya. Boleh juga digeser.",
    picked: (what: string): string => `${what} dipilih. Tekan tempatnya.`,
    pool: "Pilihan",
    gap: (number: number, what: string): string => `Tempat ${number}, ${what === "" ? "kosong" : what}`,
    first: "Tekan satu pilihan dahulu.",
    put: (what: string, place: string): string => `${what} ada di ${place}.`,
    back: (what: string): string => `${what} dilepas.`,
    left: (count: number): string => `sisa ${count}`,
    used: "terpakai",
  },
  pairs: {
    how: "Tekan dua pilihan yang berpasangan.",
    picked: (what: string): string => `${what} dipilih. Tekan pasangannya.`,
    list: "Pasangan",
    empty: "Belum ada pasangan.",
    of: (one: string, other: string): string => `${one} dan ${other}`,
  },
  spots: {
    order: "Tekan tempat pada gambar sesuai urutan.",
    pairs: "Tekan dua tempat pada gambar yang berpasangan.",
    number: (label: string, number: number): string => (number > 0 ? `${label}, urutan ${number}` : label),
    holds: (label: string, what: string): string => `${label}, ${what === "" ? "kosong" : what}`,
  },
  points: {
    how: (min: number, max: number): string => max === 1 ? "Tekan satu tempat pada gambar."
      : max > 1 ? `Tekan ${min === max ? max : `paling banyak ${max}`} tempat pada gambar.` : "Tekan tempat pada gambar.",
    keys: "Dengan papan ketik: tombol panah menggeser tanda, Shift dan panah menggeser pelan, Enter menaruh atau mengambil.",
    surface: "Gambar untuk menaruh tanda",
    at: (x: number, y: number): string => `${x}, ${y}`,
    mark: (number: number): string => `Tanda ${number}`,
    listed: (name: string, x: number, y: number): string => `${name} di ${x}, ${y}`,
    empty: "Belum ada tanda.",
    objects: "Pilih gambar, lalu tekan tempatnya.",
  },
  slider: { none: "Belum dipilih", use: "Pakai nilai ini", value: (value: string): string => `Nilai ${value}` },
  player: {
    play: "Putar", pause: "Jeda", audio: "Rekaman suara", video: "Video",
    position: "Tempat pada rekaman", louder: "Lebih keras", softer: "Lebih pelan",
    time: (now: string, all: string): string => `${now} dari ${all}`,
    left: (count: number, most: number): string => count > 0 ? `Dapat diputar ${times(count)} lagi dari ${times(most)}.` : `Sudah diputar ${times(most)}.`,
    least: (count: number): string => `Putar paling sedikit ${times(count)}.`,
    missing: "Rekaman tidak dapat diputar. Angkat tangan.",
  },
  help: {
    words: {
      "glossary-on-screen": "Arti kata", "keyword-translation": "Terjemahan", "linguistic-guidance": "Bantuan bahasa",
      transcript: "Transkrip", "sign-language": "Bahasa isyarat", spoken: "Dengarkan",
    } as Record<string, string>,
    other: "Bantuan",
    close: "Tutup",
  },
};
