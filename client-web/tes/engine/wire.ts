// The shapes of docs/api.md and docs/delivery-view.md that the pupil's page reads. Types only.

export interface Info {
  school: string; event: string; mark: string; time_zone: string; now: number; version: string;
  sitting?: { id: string; name: string }; participant_noun: string;
}

export type TestState = "locked" | "ready" | "running" | "finished";

export interface TestEntry {
  id: string; title: string; instrument: string; items: number; duration_ms: number;
  state: TestState; gate: "open" | "press" | "time"; code?: string; answered?: number;
}

export interface PupilState {
  participant: {
    nisn: string; username: string; name: string; level: string; grade: string; school: string; room: string;
    seat: string; photo: string | null;
  };
  // Absent when the pupil is in no sesi any more.
  sitting?: { id: string; name: string; starts_at: number; ends_at: number; time_zone: string; state: "open" | "closed" };
  token: "needed" | "accepted";
  tests: TestEntry[];
  attempt: { attempt: string; test: string; term: number; n: number; ticket: string; started: boolean } | null;
  n: number; now: number; mark: string;
}

export type Value = string | string[];
// Every response of an item that has a value.
export type ItemValue = Record<string, Value>;
export interface ServerAnswer { value?: ItemValue; flag?: boolean }

export interface Prepared {
  attempt: string; term: number; n: number; parent: string; ticket: string; hwm: number; head: string;
  answers: Record<string, ServerAnswer>; started: boolean; remaining_ms: number; now: number; test: Test;
  // How long no page of this attempt was heard, by the server's count.
  silent_ms?: number;
  // Number of the item shown last (i7: 7), 0 for none; whether a submit line has come, perhaps from another computer.
  current?: number; submitted?: boolean; watermark?: string;
  stage?: Stage;
}
// Of a test in stages: what this one is. `ended`: nothing follows, only the submit is missing.
export interface Stage { number: number; items_before: number; last?: boolean; ended?: boolean }

export interface Test {
  title: string; mark: string; instrument: string; duration_ms: number; items: Item[];
  stimuli: Record<string, Stimulus>; assets: Asset[];
  // Only where a part is linear; `items` is how many items it has.
  parts?: { id: string; linear: boolean; items: number }[];
}
export interface Asset { path: string; type: string; bytes: number }
export interface Stimulus { title?: string; lang?: string; body: Node[] }
export interface Item {
  id: string; lang?: string; stimuli?: string[]; body: Node[]; responses: Record<string, ResponseShape>;
  catalogs?: Record<string, Card[]>;
}
export interface ResponseShape {
  cardinality: "single" | "multiple" | "ordered";
  base: "identifier" | "directedPair" | "pair" | "string" | "integer" | "float";
}

export type Node = string | Element;
export interface Element { t: string; c?: Node[]; [attribute: string]: unknown }
export interface Choice { id: string; c: Node[]; max?: number }
// What most interactions have: the response and how many may and must be given (0: no limit).
export interface Interaction extends Element { r: string; max: number; min: number; prompt?: Node[] }
export interface ChoiceInteraction extends Interaction {
  t: "choice"; orientation?: string; labels?: "A" | "1" | "none"; choices: Choice[];
}
export interface MatchInteraction extends Interaction { t: "match"; rows: Choice[]; cols: Choice[] }
export interface TextEntryInteraction extends Element {
  t: "textentry"; r: string; width: number; input: "text" | "integer" | "decimal"; label?: string;
}
export interface ExtendedTextInteraction extends Element {
  t: "extendedtext"; r: string; prompt?: Node[]; lines?: number; max_chars?: number;
}
// Of a catalog: what helps to understand the node that names it.
export interface Card { support: string; lang?: string; c: Node[] }

// The reply to events and heartbeat.
export interface EventReply {
  hwm: number; head: string; level: number; now: number; remaining_ms: number;
  state: "ready" | "running" | "finished" | "closed"; commands: { kind: string }[];
}

export interface Finished { code: string; answered: number; items: number; state: PupilState; result?: Result }
// Of practice alone.
export interface Result {
  score: number; max: number; correct: number;
  items: { id: string; state: "right" | "wrong" | "partial" | "unanswered" | "waiting" | "unscored" }[];
}
