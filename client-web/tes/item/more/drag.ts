// Dragging a piece with mouse, pen or finger onto whatever carries data-drop. Only a shorter way: everything that can be
// dragged can also be pressed. A press without movement stays a click.
const threshold_px = 6;

export function drag(drop: (place: string, client_x: number, client_y: number) => void): (piece: HTMLElement) => () => void {
  return (piece) => {
    let from: { x: number; y: number } | undefined;
    let moved = false;
    let over: Element | null = null;

    const mark = (place: Element | null): void => {
      if (place === over) return;
      over?.classList.remove("over");
      place?.classList.add("over");
      over = place;
    };
    const begin = (event: PointerEvent): void => {
      if (event.button !== 0 || !event.isPrimary || piece.getAttribute("aria-disabled") === "true") return;
      from = { x: event.clientX, y: event.clientY };
      moved = false;
    };
    const move = (event: PointerEvent): void => {
      if (!from) return;
      const [dx, dy] = [event.clientX - from.x, event.clientY - from.y];
      if (!moved) {
        if (Math.hypot(dx, dy) < threshold_px) return;
        moved = true;
        piece.setPointerCapture(event.pointerId);
        piece.classList.add("dragged");
      }
      piece.style.transform = `translate(${dx}px, ${dy}px)`;
      mark(document.elementFromPoint(event.clientX, event.clientY)?.closest("[data-drop]") ?? null);
    };
    const end = (event: PointerEvent): void => {
      if (!from) return;
      from = undefined;
      const place = over instanceof HTMLElement || over instanceof SVGElement ? over.dataset["drop"] : undefined;
      mark(null);
      piece.classList.remove("dragged");
      piece.style.transform = "";
      if (!moved) return;
      // The click that follows belongs to the drag.
      const swallow = (click: Event): void => { click.stopPropagation(); click.preventDefault(); };
      piece.addEventListener("click", swallow, { capture: true, once: true });
      setTimeout(() => piece.removeEventListener("click", swallow, { capture: true }), 0);
      if (event.type === "pointerup" && place !== undefined) drop(place, event.clientX, event.clientY);
    };

    // No text selection and no picture of the browser's own on the way.
    piece.classList.add("draggable");
    const still = (event: Event): void => event.preventDefault();
    piece.addEventListener("dragstart", still);
    piece.addEventListener("pointerdown", begin);
    piece.addEventListener("pointermove", move);
    piece.addEventListener("pointerup", end);
    piece.addEventListener("pointercancel", end);
    return () => {
      piece.removeEventListener("dragstart", still);
      piece.removeEventListener("pointerdown", begin);
      piece.removeEventListener("pointermove", move);
      piece.removeEventListener("pointerup", end);
      piece.removeEventListener("pointercancel", end);
    };
  };
}
