// Spots and points of a picture, in its own pixels. Pure. Where spots overlap the first one counts (QTI, hotspot map).
import type { Spot } from "./types.ts";

function inPolygon(coords: number[], x: number, y: number): boolean {
  let inside = false;
  for (let i = 0, j = coords.length - 2; i + 1 < coords.length; j = i, i += 2) {
    const [xi, yi, xj, yj] = [coords[i]!, coords[i + 1]!, coords[j]!, coords[j + 1]!];
    if (yi > y !== yj > y && x < ((xj - xi) * (y - yi)) / (yj - yi) + xi) inside = !inside;
  }
  return inside;
}

export function contains(spot: Spot, x: number, y: number): boolean {
  const [a = 0, b = 0, c = 0, d = 0] = spot.coords;
  switch (spot.shape) {
    case "circle": return (x - a) ** 2 + (y - b) ** 2 <= c ** 2;
    case "ellipse": return c > 0 && d > 0 && ((x - a) / c) ** 2 + ((y - b) / d) ** 2 <= 1;
    case "rect": return x >= a && x <= c && y >= b && y <= d;
    case "poly": return inPolygon(spot.coords, x, y);
    case "default": return true;
  }
}

export interface Box { left: number; top: number; right: number; bottom: number }

// Undefined for the whole picture.
export function boxOf(spot: Spot): Box | undefined {
  const [a = 0, b = 0, c = 0, d = 0] = spot.coords;
  switch (spot.shape) {
    case "circle": return { left: a - c, top: b - c, right: a + c, bottom: b + c };
    case "ellipse": return { left: a - c, top: b - d, right: a + c, bottom: b + d };
    case "rect": return { left: a, top: b, right: c, bottom: d };
    case "poly": {
      const xs = spot.coords.filter((_, index) => index % 2 === 0);
      const ys = spot.coords.filter((_, index) => index % 2 === 1);
      return { left: Math.min(...xs), top: Math.min(...ys), right: Math.max(...xs), bottom: Math.max(...ys) };
    }
    case "default": return undefined;
  }
}

export function centreOf(spot: Spot, width: number, height: number): [number, number] {
  const box = boxOf(spot);
  return box ? [(box.left + box.right) / 2, (box.top + box.bottom) / 2] : [width / 2, height / 2];
}

// The spot at a point; a finger's press beside a small one, within `reach`, still finds it.
export function spotAt<T extends Spot>(spots: T[], x: number, y: number, reach: number): T | undefined {
  const hit = spots.find((spot) => spot.shape !== "default" && contains(spot, x, y));
  if (hit) return hit;
  let nearest: T | undefined;
  let least = reach;
  for (const spot of spots) {
    const box = boxOf(spot);
    if (!box) continue;
    const away = Math.hypot(Math.max(box.left - x, 0, x - box.right), Math.max(box.top - y, 0, y - box.bottom));
    if (away <= least) [nearest, least] = [spot, away];
  }
  return nearest ?? spots.find((spot) => spot.shape === "default");
}

export function pointOf(text: string): [number, number] {
  const [x = 0, y = 0] = text.split(" ").map(Number);
  return [x, y];
}

// Whole pixels inside the picture.
export function pointText(x: number, y: number, width: number, height: number): string {
  const within = (value: number, most: number): number => Math.max(0, Math.min(most, Math.round(value)));
  return `${within(x, width)} ${within(y, height)}`;
}

// The point that a press beside it still means.
export function pointAt(points: string[], x: number, y: number, reach: number): string | undefined {
  return points.find((one) => {
    const [px, py] = pointOf(one);
    return Math.hypot(px - x, py - y) <= reach;
  });
}
