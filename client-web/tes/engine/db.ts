// IndexedDB in promises: opening, and transactions that resolve when they are durable. Nothing about tests here.

export const stores = { meta: "meta", records: "records", events: "events", drafts: "drafts" } as const;

const databaseName = "proktor-tes";
const version = 1;

// Undefined when this browser gives no storage (some private modes): the page then works from memory alone.
export function openDatabase(factory: IDBFactory | undefined, name = databaseName): Promise<IDBDatabase | undefined> {
  return new Promise((resolve) => {
    if (!factory) return resolve(undefined);
    let request: IDBOpenDBRequest;
    try {
      request = factory.open(name, version);
    } catch {
      return resolve(undefined);
    }
    request.onupgradeneeded = () => {
      const db = request.result;
      db.createObjectStore(stores.meta);
      db.createObjectStore(stores.records, { keyPath: ["attempt", "epoch"] });
      db.createObjectStore(stores.events, { keyPath: ["attempt", "epoch", "seq"] });
      db.createObjectStore(stores.drafts, { keyPath: ["attempt", "item"] });
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => resolve(undefined);
    request.onblocked = () => resolve(undefined);
  });
}

// Runs `work` in one transaction; resolves after it is on disk (strict) or handed over (relaxed), rejects when not.
export function write(db: IDBDatabase, names: string[], durability: "strict" | "relaxed",
  work: (transaction: IDBTransaction) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const transaction = db.transaction(names, "readwrite", { durability });
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error("aborted"));
    transaction.onerror = () => reject(transaction.error ?? new Error("failed"));
    work(transaction);
  });
}

export function read<T>(db: IDBDatabase, name: string, ask: (store: IDBObjectStore) => IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    const request = ask(db.transaction([name], "readonly").objectStore(name));
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error ?? new Error("failed"));
  });
}
