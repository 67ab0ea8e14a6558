// Text size, colours and width of the page as the screens see them. One for the page.
import { applySize, applyTheme, sizes, storedSize, storedTheme, type Size, type Theme } from "../shared/view.ts";

class PageView {
  theme: Theme = $state(storedTheme());
  size: Size = $state(storedSize());
  private width_px = $state(window.innerWidth);
  // Widths in units of the chosen text size: what decides is how many letters fit.
  private fits = $derived((this.width_px * 100) / Number(this.size));
  // Tools fold into one menu, the question line goes.
  compact = $derived(this.fits < 800);
  // Panes stand one above the other and the page scrolls as one.
  stacked = $derived(this.fits < 640);

  // A phone held upright: words without icons in the footer.
  tiny = $derived(this.fits < 420);

  constructor() {
    applyTheme(this.theme);
    applySize(this.size);
    window.addEventListener("resize", () => { this.width_px = window.innerWidth; });
  }

  setTheme(theme: Theme): void {
    this.theme = theme;
    applyTheme(theme);
  }

  setSize(size: Size): void {
    this.size = size;
    applySize(size);
  }

  step(by: 1 | -1): void {
    const next = sizes[sizes.indexOf(this.size) + by];
    if (next) this.setSize(next);
  }
}

export const pageView = new PageView();
