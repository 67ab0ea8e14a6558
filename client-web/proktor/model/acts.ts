// The acts of a proctor, each one request; undefined when it was done or the password question was turned away.

import type { Failure } from "../../shared/api.ts";
import { desk } from "./desk.svelte.ts";

async function plain(path: string, body: unknown): Promise<Failure | undefined> {
  const reply = await desk.act(path, body);
  return reply && !reply.ok ? reply : undefined;
}

export async function openSitting(sitting: string): Promise<Failure | undefined> {
  const failure = await plain("/api/proctor/sitting/open", { sitting });
  await desk.refresh();
  return failure;
}

export async function openTest(sitting: string, test: string): Promise<Failure | undefined> {
  const failure = await plain("/api/proctor/gate", { sitting, test });
  await desk.refresh();
  return failure;
}

export async function releaseToken(sitting: string): Promise<Failure | undefined> {
  const reply = await desk.act<{ token: string; until_ms: number }>("/api/proctor/token", { sitting });
  if (reply?.ok) desk.setToken(reply.data.token, reply.data.until_ms);
  return reply && !reply.ok ? reply : undefined;
}

export type Closed = { finished: number; unfinished: number };

export async function closeSitting(sitting: string): Promise<{ closed?: Closed; failure?: Failure }> {
  const reply = await desk.act<Closed>("/api/proctor/sitting/close", { sitting });
  await desk.refresh();
  if (!reply) return {};
  return reply.ok ? { closed: reply.data } : { failure: reply };
}

// Each of these three tells whether the server did it, so that a line of success is never shown for a turned away question.
type Done = { done: boolean; failure?: Failure };

async function tried(path: string, body: unknown): Promise<Done> {
  const reply = await desk.act(path, body);
  if (!reply) return { done: false };
  return reply.ok ? { done: true } : { done: false, failure: reply };
}

export const approve = (nisn: string, digits: string): Promise<Done> =>
  tried("/api/proctor/approve", { sitting: desk.sittingId, nisn, digits });
export const refuse = (nisn: string): Promise<Done> => tried("/api/proctor/refuse", { sitting: desk.sittingId, nisn });
export const reset = (nisn: string): Promise<Done> => tried("/api/proctor/reset", { sitting: desk.sittingId, nisn });
