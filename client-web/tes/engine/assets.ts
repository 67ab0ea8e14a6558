// Fetches a test's images before its time runs and keeps them as blobs in memory. A dead network then changes nothing
// on the screen.
import type { Reply } from "../../shared/api.ts";
import type { Asset } from "./wire.ts";

// So that a whole room does not ask in the same instant.
export const spread_ms = 1_500;
const retryFirst_ms = 500;
const retryMost_ms = 8_000;

export class Assets {
  private urls = new Map<string, string>();

  // Undefined when it was not fetched: the image is then shown by its text.
  url(path: string): string | undefined {
    return this.urls.get(path);
  }

  // Resolves when all are here; tries each until it is, or until `gone` says that the page has moved on.
  async load(assets: Asset[], fetch: (path: string) => Promise<Reply<Blob>>, progress: (done: number) => void, gone: () => boolean): Promise<void> {
    const total = assets.reduce((sum, asset) => sum + asset.bytes, 0) || 1;
    let done = 0;
    for (const asset of assets) {
      let wait_ms = retryFirst_ms;
      while (!this.urls.has(asset.path) && !gone()) {
        const reply = await fetch(asset.path);
        if (reply.ok) {
          this.urls.set(asset.path, URL.createObjectURL(reply.data.type ? reply.data : new Blob([reply.data], { type: asset.type })));
        } else if (reply.status >= 400 && reply.status < 500 && reply.status !== 429) {
          // The server will not give it: the test must not wait for it.
          break;
        } else {
          await new Promise((resolve) => setTimeout(resolve, Math.max(reply.retry_after_ms ?? 0, Math.random() * wait_ms)));
          wait_ms = Math.min(retryMost_ms, wait_ms * 2);
        }
      }
      done += asset.bytes;
      progress(done / total);
    }
  }

  clear(): void {
    for (const url of this.urls.values()) URL.revokeObjectURL(url);
    this.urls.clear();
  }
}
