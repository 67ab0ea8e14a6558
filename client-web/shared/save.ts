// The four words of the save state. "server" may be said only after an acknowledgement that covers everything.

export type SaveKind = "saving" | "computer" | "server" | "unsent";

// Two lines, so that the place it takes never changes.
export function saveWords(kind: SaveKind, unsent: number): [string, string] {
  switch (kind) {
    case "saving": return ["Menyimpan…", ""];
    case "computer": return ["Tersimpan di", "komputer ini"];
    case "server": return ["Tersimpan", "di server"];
    case "unsent": return ["Belum terkirim:", `${unsent} jawaban`];
  }
}
