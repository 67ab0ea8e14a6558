// The calls of docs/api.md that the pupil's page makes.
import { get, getBlob, post, type Reply } from "../../shared/api.ts";
import type { AttemptNet } from "./link.ts";
import type { Asset, EventReply, Finished, Info, Prepared, PupilState, Stage } from "./wire.ts";

// Items of a whole test come in one reply.
const prepareTimeout_ms = 30_000;

export const info = (): Promise<Reply<Info>> => get<Info>("/api/info");
export const state = (): Promise<Reply<PupilState>> => get<PupilState>("/api/pupil/state");
export const login = (username: string, password: string, device: string): Promise<Reply<PupilState>> =>
  post<PupilState>("/api/pupil/login", { username, password, device });
export const loginWait = (wait: string): Promise<Reply<PupilState>> => post<PupilState>("/api/pupil/login/wait", { wait });
export const token = (text: string): Promise<Reply<PupilState>> => post<PupilState>("/api/pupil/token", { token: text });
export const logout = (): Promise<Reply<unknown>> => post("/api/pupil/logout");
export const resume = (ticket: string): Promise<Reply<PupilState>> => post<PupilState>("/api/pupil/resume", { ticket });
export const assets = (test: string): Promise<Reply<{ assets: Asset[] }>> =>
  get<{ assets: Asset[] }>(`/api/attempt/assets?test=${encodeURIComponent(test)}`);
export const prepare = (test: string): Promise<Reply<Prepared>> =>
  post<Prepared>("/api/attempt/prepare", { test }, { timeout_ms: prepareTimeout_ms });
export const asset = (path: string): Promise<Reply<Blob>> => getBlob(path);

export const events = (lines: string[], t: number): Promise<Reply<EventReply>> =>
  post<EventReply>(`/api/attempt/events?t=${t}`, undefined, { ndjson: lines.join("\n") });

// The calls of one attempt; `ticket` is asked for each time because a login can renew it.
export function attemptNet(test: string, ticket: () => string): AttemptNet {
  return {
    start: (t) => post("/api/attempt/start", { t }),
    events,
    heartbeat: (t, item) => post<EventReply>("/api/attempt/heartbeat", item === undefined ? { t } : { t, item }),
    resume: () => resume(ticket()),
    prepare: () => prepare(test),
    stage: (stage, seq, head) => post<{ stage: Stage }>("/api/attempt/stage", { stage, seq, head }),
    finish: (seq, head) => post<Finished>("/api/attempt/finish", { seq, head }),
  };
}
