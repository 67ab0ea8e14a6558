// Calls to the server's HTTP interface. Failures are values: a coded refusal, or "unreachable" and "timeout" with
// status 0 when no answer came. Cookies travel by themselves; the browser sets Origin.

export const requestTimeout_ms = 8_000;

export interface Failure {
  ok: false;
  status: number;
  code: string;
  message: string;
  retry_after_ms: number | undefined;
  // What the reply carried beside the error, such as the durable mark.
  body: Record<string, unknown>;
}
export type Reply<T> = { ok: true; data: T } | Failure;

export interface CallOptions {
  timeout_ms?: number;
  // NDJSON instead of JSON: the text goes out as it is.
  ndjson?: string;
  // Lets the request outlive the page; for the last attempt when it is closed.
  keepalive?: boolean;
}

export function post<T>(path: string, body: unknown = {}, options: CallOptions = {}): Promise<Reply<T>> {
  const text = options.ndjson ?? JSON.stringify(body);
  const type = options.ndjson === undefined ? "application/json" : "application/x-ndjson";
  return call<T>(path, { method: "POST", body: text, headers: { "Content-Type": type } }, options);
}

export function get<T>(path: string, options: CallOptions = {}): Promise<Reply<T>> {
  return call<T>(path, { method: "GET" }, options);
}

// The bytes of an asset.
export async function getBlob(path: string, timeout_ms = 60_000): Promise<Reply<Blob>> {
  return request(path, { method: "GET" }, { timeout_ms }, (response) => response.blob());
}

function call<T>(path: string, init: RequestInit, options: CallOptions): Promise<Reply<T>> {
  return request(path, init, options, async (response) => (await response.json()) as T);
}

async function request<T>(path: string, init: RequestInit, options: CallOptions,
  read: (response: Response) => Promise<T>): Promise<Reply<T>> {
  const abort = new AbortController();
  let timedOut = false;
  // The deadline covers the body too: a half-open connection can stop after the headers.
  const timer = setTimeout(() => { timedOut = true; abort.abort(); }, options.timeout_ms ?? requestTimeout_ms);
  try {
    const response = await fetch(path, {
      ...init, signal: abort.signal, credentials: "same-origin", cache: init.method === "GET" ? "default" : "no-store",
      redirect: "error", keepalive: options.keepalive ?? false,
    });
    if (response.ok) return { ok: true, data: await read(response) };
    return await refusal(response);
  } catch {
    return { ok: false, status: 0, code: timedOut ? "timeout" : "unreachable", message: "", retry_after_ms: undefined, body: {} };
  } finally {
    clearTimeout(timer);
  }
}

async function refusal(response: Response): Promise<Failure> {
  let body: Record<string, unknown> = {};
  try {
    const parsed: unknown = await response.json();
    if (typeof parsed === "object" && parsed !== null) body = parsed as Record<string, unknown>;
  } catch {
    // A proxy or a dying server may answer without JSON: the status alone decides then.
  }
  const error = (body["error"] ?? {}) as { code?: unknown; message?: unknown };
  const seconds = Number(response.headers.get("Retry-After") ?? Number.NaN);
  return {
    ok: false,
    status: response.status,
    code: typeof error.code === "string" ? error.code : `http_${response.status}`,
    message: typeof error.message === "string" ? error.message : "",
    retry_after_ms: Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined,
    body,
  };
}
