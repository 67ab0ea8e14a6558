// The words of the screens beside the question: stages, linear parts, practice results.
const decimal = (value: number): string => String(Math.round(value * 100) / 100).replace(".", ",");

export const late = {
  stage: {
    before: (count: number): string => (count > 1 ? `Soal 1–${count} sudah ditutup.` : "Soal 1 sudah ditutup."),
    part: (number: number): string => `bagian ${number}`,
    done: (number: number): string => `Bagian ${number} selesai`,
    saved: "Jawabanmu tersimpan di server. Bagian itu tidak dapat dibuka lagi.",
    next: (number: number, first: number, last: number): string =>
      `Berikutnya bagian ${number}: soal ${first === last ? first : `${first} sampai ${last}`}.`,
    runs: "Waktu tetap berjalan.",
    go: "Lanjut ke bagian berikutnya",
    reviewTitle: (number: number): string => `Periksa sekali lagi sebelum menutup bagian ${number}`,
    reviewNote: "Setelah bagian ini ditutup, kamu tidak dapat kembali ke soal-soalnya.",
    close: (number: number): string => `Tutup bagian ${number}`,
    agreeFirst: "Beri tanda centang di atas dahulu, lalu tutup bagian ini.",
    closing: "Menutup bagian ini",
  },
  linear: {
    title: (number: number): string => `Lewati soal ${number} tanpa jawaban?`,
    body: "Soal ini belum dijawab. Setelah lanjut, soal ini tidak dapat dibuka lagi.",
    stay: "Kembali ke soal",
    leave: "Lewati soal ini",
    shut: "Soal yang sudah dilewati tidak dapat dibuka lagi.",
  },
  result: {
    title: "Hasil latihan",
    correct: (correct: number, scored: number): string => `${correct} benar dari ${scored} soal`,
    score: (score: number, max: number): string => `Nilai ${decimal(score)} dari ${decimal(max)}`,
    waiting: (count: number): string => `${count} soal dinilai kemudian oleh guru.`,
    item: (number: number): string => `Soal ${number}`,
    states: { right: "benar", wrong: "salah", partial: "benar sebagian", unanswered: "tidak dijawab", waiting: "menunggu penilaian", unscored: "tidak dinilai" },
  },
};
