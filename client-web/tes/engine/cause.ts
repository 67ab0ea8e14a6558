// Why the server takes nothing right now, as far as this page can name it: from the coded refusal, else that it does not
// answer at all. `parked`: power is going; the exam's clock stands still and so does the page.
import type { Failure } from "../../shared/api.ts";

export type Cause = "unreachable" | "full" | "safe" | "parked";

const named: Record<string, Cause> = { storage_full: "full", storage_failed: "safe", safe_mode: "safe", parked: "parked" };

export function namedCause(reply: Failure): Cause | undefined {
  return named[reply.code];
}

export function causeOf(reply: Failure): Cause {
  return namedCause(reply) ?? "unreachable";
}
