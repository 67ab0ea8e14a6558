// Text size and colours of the page: attributes on <html> that tokens.css reads, kept in localStorage.

export const themes = ["terang", "hitam-putih", "putih-hitam", "krem"] as const;
export type Theme = (typeof themes)[number];
export const sizes = ["100", "125", "150", "200"] as const;
export type Size = (typeof sizes)[number];

const themeKey = "proktor.tema";
const sizeKey = "proktor.huruf";

function stored<T extends string>(key: string, allowed: readonly T[], otherwise: T): T {
  try {
    const value = localStorage.getItem(key);
    return allowed.find((one) => one === value) ?? otherwise;
  } catch {
    return otherwise;
  }
}

function store(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // Storage may be off; the choice then lasts until the page is left.
  }
}

export const storedTheme = (): Theme => stored(themeKey, themes, "terang");
export const storedSize = (): Size => stored(sizeKey, sizes, "100");

export function applyTheme(theme: Theme): void {
  document.documentElement.dataset["tema"] = theme;
  store(themeKey, theme);
}

export function applySize(size: Size): void {
  document.documentElement.dataset["huruf"] = size;
  store(sizeKey, size);
}
