// An answer as a list, whatever the response's cardinality, and back. Pure.
import type { ResponseShape, Value } from "../engine/wire.ts";

export function listOf(value: Value | undefined): string[] {
  return typeof value === "string" ? [value] : (value ?? []);
}

// Undefined when nothing is left: the response is cleared.
export function valueOf(shape: ResponseShape | undefined, list: string[]): Value | undefined {
  return list.length === 0 ? undefined : shape?.cardinality === "single" ? list[0] : list;
}
