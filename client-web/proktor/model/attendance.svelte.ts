// The roster of the chosen sitting with its unsaved ticks; lives beside the pages, so leaving one loses nothing.

import { get, type Failure } from "../../shared/api.ts";
import { compareRows } from "./board.ts";
import { changesOf, edited, isAbsent, type Edits } from "./changes.ts";
import { desk } from "./desk.svelte.ts";
import type { RosterEntry } from "./types.ts";

const seenKey = (sittingId: string) => `proktor.hadir.${sittingId}`;

export class Attendance {
  sittingId = $state<string | undefined>();
  roster = $state.raw<RosterEntry[] | undefined>();
  edits = $state.raw<Edits>(new Map());
  failure = $state.raw<Failure | undefined>();
  savedAbsent = $state<number | undefined>();
  busy = $state(false);
  // Changes with each look at the list; what is seen is remembered for this browser tab.
  private looks = $state(0);

  readonly changes = $derived(changesOf(this.roster ?? [], this.edits));
  readonly unsaved = $derived(this.changes.absent.length + this.changes.present.length);
  readonly absent = $derived((this.roster ?? []).filter((entry) => isAbsent(entry, this.edits)).length);

  async load(sittingId: string): Promise<void> {
    if (sittingId !== this.sittingId) {
      this.sittingId = sittingId;
      this.roster = undefined;
      this.edits = new Map();
      this.savedAbsent = undefined;
    }
    const reply = await get<{ participants: RosterEntry[] }>(`/api/proctor/roster?sitting=${encodeURIComponent(sittingId)}`);
    if (sittingId !== this.sittingId) return;
    this.failure = reply.ok ? undefined : reply;
    if (reply.ok) this.roster = [...reply.data.participants].sort(compareRows);
  }

  mark(entry: RosterEntry, absent: boolean): void {
    this.savedAbsent = undefined;
    this.edits = edited(this.edits, entry, absent);
  }

  markAll(entries: readonly RosterEntry[], absent: boolean): void {
    this.savedAbsent = undefined;
    this.edits = entries.reduce<Edits>((edits, entry) => edited(edits, entry, absent), this.edits);
  }

  undo(): void {
    this.edits = new Map();
  }

  async save(): Promise<void> {
    const sitting = this.sittingId;
    if (!sitting || this.busy) return;
    this.busy = true;
    const reply = await desk.act("/api/proctor/attendance", { sitting, ...this.changes });
    this.busy = false;
    if (!reply) return;
    this.failure = reply.ok ? undefined : reply;
    if (!reply.ok) return;
    this.roster = this.roster?.map((entry) => ({ ...entry, absent: isAbsent(entry, this.edits) }));
    this.edits = new Map();
    this.savedAbsent = this.absent;
  }

  noteSeen(sittingId: string): void {
    sessionStorage.setItem(seenKey(sittingId), "1");
    this.looks += 1;
  }

  seen(sittingId: string): boolean {
    return this.looks >= 0 && sessionStorage.getItem(seenKey(sittingId)) !== null;
  }
}

export const attendance = new Attendance();
