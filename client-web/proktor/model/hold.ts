// Keeps lines where they are while a pointer or the focus is among them.
// Pure. Lines that went stay and are marked gone, new ones come last; on release the true order returns.

export type Held<T> = { id: string; value: T; gone: boolean };

export function settle<T>(current: readonly T[], idOf: (value: T) => string): Held<T>[] {
  return current.map((value) => ({ id: idOf(value), value, gone: false }));
}

export function hold<T>(previous: readonly Held<T>[], current: readonly T[], idOf: (value: T) => string): Held<T>[] {
  const now = new Map(current.map((value) => [idOf(value), value]));
  const kept = previous.map((line): Held<T> => {
    const value = now.get(line.id);
    now.delete(line.id);
    return value === undefined ? { ...line, gone: true } : { id: line.id, value, gone: false };
  });
  return [...kept, ...settle([...now.values()], idOf)];
}
