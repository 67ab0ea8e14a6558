// Drawings of the icons (24 box, 2 px stroke) and of the state shapes (20 box, solid).
import type { StaffIconName } from "./icons-staff.ts";

const common = {
  prev: "M20 12H4.5M10.5 6l-6 6 6 6",
  next: "M4 12h15.5M13.5 6l6 6-6 6",
  grid: "M4 4h6.5v6.5H4zM13.5 4H20v6.5h-6.5zM4 13.5h6.5V20H4zM13.5 13.5H20V20h-6.5z",
  check: "M4.5 12.75 9.5 17.5 19.5 6.75",
  close: "M5.75 5.75l12.5 12.5M18.25 5.75l-12.5 12.5",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 7.25V12l3.25 2.25",
  eye: "M2.25 12C4.5 8 7.75 5.75 12 5.75S19.5 8 21.75 12c-2.25 4-5.5 6.25-9.75 6.25S4.5 16 2.25 12zM12 9.25a2.75 2.75 0 1 0 0 5.5 2.75 2.75 0 0 0 0-5.5z",
  "eye-off": "M10 5.95a9.6 9.6 0 0 1 2-.2c4.25 0 7.5 2.25 9.75 6.25a14.5 14.5 0 0 1-2.6 3.3M6.2 7.4A14 14 0 0 0 2.25 12c2.25 4 5.5 6.25 9.75 6.25a9.7 9.7 0 0 0 4.35-1M3.75 3.75l16.5 16.5",
  text: "M2.25 18.25 7.25 5.75l5 12.5M4.1 14h6.3M14.75 18.25l3.4-8.5 3.4 8.5M16 15.4h4.3",
  contrast: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18zM12 3v18",
  tools: "M3.5 8h9.75M18.25 8h2.25M3.5 16h2.25M10.75 16h9.75M15.75 5.75a2.25 2.25 0 1 0 0 4.5 2.25 2.25 0 0 0 0-4.5zM8.25 13.75a2.25 2.25 0 1 0 0 4.5 2.25 2.25 0 0 0 0-4.5z",
  hand: "M8 12.25V6a1.5 1.5 0 0 1 3 0v5M11 10.5V4.75a1.5 1.5 0 0 1 3 0V11M14 11V6.5a1.5 1.5 0 0 1 3 0v8.25A6.25 6.25 0 0 1 10.75 21c-2.3 0-3.75-1.1-5-3.1L3.2 13.8a1.5 1.5 0 0 1 2.55-1.6L8 14.75",
  monitor: "M3 4.25h18v12H3zM8 20.25h8M12 16.25v4",
  message: "M3.75 4.75h16.5v11.5H11l-4.25 4v-4h-3zM7.75 8.75h8.5M7.75 12.25h5.25",
} as const;

// Those of the staff pages are added by icons-staff.ts, so that a pupil does not load them.
export type IconName = keyof typeof common | StaffIconName;
export const icons: Partial<Record<IconName, string>> = { ...common };

// Parts that are filled beside the stroke.
export const filled: Partial<Record<IconName, string>> = { contrast: "M12 3a9 9 0 0 1 0 18z" };

// fill: the solid part; cut: strokes in the colour of the ground; line: stroked outline instead of a fill.
interface ShapeDrawing { fill?: string; cut?: string; line?: string; dash?: string }

const drawings = {
  belum: { line: "M10 3a7 7 0 1 0 0 14 7 7 0 0 0 0-14z", dash: "3.1 2.4" },
  tunggu: { line: "M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15z", fill: "M10 7a3 3 0 1 0 0 6 3 3 0 0 0 0-6z" },
  kerja: { fill: "M10 4.5a5.5 5.5 0 1 0 0 11 5.5 5.5 0 0 0 0-11z" },
  jeda: { fill: "M4 2h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V4a2 2 0 0 1 2-2z", cut: "M7.5 6v8M12.5 6v8" },
  putus: { fill: "M10 1.5 19.5 18.25H.5z", cut: "M10 7.5v4.25M10 15v.01" },
  bantuan: { fill: "M2 1.75h16V13.5h-4.9L10 19l-3.1-5.5H2z", cut: "M10 4.5v4.25M10 11v.01" },
  "minta-reset": { fill: "M10 .75 19.25 10 10 19.25.75 10z", cut: "M7 6.75v2.9h2.9M7.25 9.4a3.2 3.2 0 1 1 .5 2.9" },
  kedua: { fill: "M1.5 1.5h11v4.25h-7v6.75h-4zM7.5 7.5h11v11h-11z" },
  selesai: { fill: "M4.5 1.5h11a3 3 0 0 1 3 3v11a3 3 0 0 1-3 3h-11a3 3 0 0 1-3-3v-11a3 3 0 0 1 3-3z", cut: "M5.75 10.25l3 3 5.5-6" },
  absen: { fill: "M3 8.5h14v3H3z" },
  blokir: { fill: "M6.25 1.5h7.5l4.75 4.75v7.5l-4.75 4.75h-7.5L1.5 13.75v-7.5z", cut: "M6 10h8" },
  ok: { fill: "M10 1a9 9 0 1 0 0 18 9 9 0 0 0 0-18z", cut: "M5.75 10.4l2.9 2.9 5.6-6" },
} as const;

export type ShapeName = keyof typeof drawings;
export const shapes: Record<ShapeName, ShapeDrawing> = drawings;
