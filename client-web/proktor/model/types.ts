// The shapes of the staff interface (docs/api.md). Times are UTC milliseconds, durations milliseconds.

export type Role = "proktor" | "pengawas" | "teknisi" | "operator" | "kepala" | "pemantau";
export type User = { username: string; name: string; role: Role };
export type Me = { user: User; must_change: boolean };

export type Info = {
  school: string;
  event: string;
  mark: string;
  time_zone: string;
  now: number;
  participant_noun?: string;
};

export type Gate = "open" | "press" | "time";
export type SittingTest = { id: string; title?: string; gate?: Gate; gate_open?: boolean; gate_at?: number; duration_ms?: number };
export type SittingState = "scheduled" | "open" | "closed";

export type Sitting = {
  id: string;
  name: string;
  room?: string;
  starts_at?: number;
  ends_at?: number;
  state: SittingState;
  participants?: number;
  absent?: number;
  tests?: SittingTest[];
  token_ms?: number;
};

export type School = { npsn: string; name: string };
export type Room = { id: string; name: string };
export type Test = { id: string; title: string; instrument?: string; duration_ms?: number; items?: number };
export type ExamEvent = { id?: string; title?: string; name?: string; mark?: string; time_zone?: string };

export type Overview = {
  event: ExamEvent;
  schools: School[];
  rooms: Room[];
  tests: Test[];
  sittings: Sitting[];
  now: number;
};

export type RosterEntry = {
  nisn: string;
  username: string;
  name: string;
  npsn?: string;
  room?: string;
  seat?: number | null;
  role?: string;
  absent: boolean;
};

export type RowState =
  | "belum_login"
  | "menunggu_token"
  | "siap"
  | "mengerjakan"
  | "terputus"
  | "komputer_kedua"
  | "selesai"
  | "tidak_hadir";

export type Pending = { nisn: string; device?: string; address?: string; since: number };

export type Row = {
  nisn: string;
  username: string;
  name: string;
  seat?: number | null;
  room?: string;
  role?: string;
  state: RowState;
  test?: string | null;
  test_title?: string | null;
  answered?: number;
  items?: number;
  remaining_ms?: number | null;
  running?: boolean;
  last_activity?: number | null;
  connection?: "ok" | "lost" | "none";
  pending?: Pending | null;
  tests_done?: number;
  tests_total?: number;
  flags?: string[];
  code?: string | null;
};

export type Token = { token: string; until_ms: number; released: boolean };
export type ServerHealth = { state: "ok" | "slow" | "full"; queue: number };
// Something that is wrong with the server: what happened and what is safe, one next step, since when.
export type Alarm = { code: string; kind: "stop" | "wait" | "note"; text: string; step: string; since: number; detail: string };

export type BoardFrame = {
  sitting: Partial<Sitting>;
  token: Token | null;
  rows: Row[];
  pending?: Pending[];
  now: number;
  server: ServerHealth;
  alarms: Alarm[];
};
// Every 10 s, also when no row changed, and when the alarms change.
export type TickFrame = { now: number; token?: Token | null; server?: ServerHealth; alarms?: Alarm[] };
export type RowsFrame = { rows: Row[]; token?: Token | null; now: number; server?: ServerHealth };

export type ParticipantTest = {
  id: string;
  title: string;
  state: "locked" | "ready" | "running" | "finished";
  answered?: number;
  items?: number;
  remaining_ms?: number | null;
  code?: string | null;
  // Of a practice whose package tells staff.
  score?: { score: number; max: number; correct: number };
};
export type HistoryEntry = { at: number; kind: string; text: string };
export type ParticipantDetail = {
  row: Row;
  tests: ParticipantTest[];
  history: HistoryEntry[];
  quarantine: number;
};

export type Receipt = { first: number; last: number; hash: string; at: number };
export type JournalSync = {
  // The title of the kegiatan.
  event: string;
  stream: string;
  last_lsn: number;
  // Nothing but receipts and signs of life follows `received`.
  complete: boolean;
  received: number;
  spooled: number;
  receipts: Receipt[];
  last_contact: number | null;
  error: string | null;
};
export type SyncState = "AKTIF" | "STANDBY" | "OFFLINE";
export type SyncStatus = { journals: JournalSync[]; state: SyncState };
