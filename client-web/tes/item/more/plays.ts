// How often something was played: a play begins at the start of the medium, going on after a pause is the same play. Pure.
export class Plays {
  private begun = false;

  constructor(public count: number, readonly most: number) {}

  // Whether the button may start or go on.
  get allowed(): boolean { return this.begun || this.most === 0 || this.count < this.most; }
  get left(): number | undefined { return this.most === 0 ? undefined : Math.max(0, this.most - this.count); }

  // True when this start is a new play that has to be written down.
  start(): boolean {
    if (this.begun || !this.allowed) return false;
    this.begun = true;
    this.count += 1;
    return true;
  }

  end(): void { this.begun = false; }
}

// "0.07", "12.30"
export function playTime(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.max(0, Math.floor(seconds)) : 0;
  return `${Math.floor(whole / 60)}.${String(whole % 60).padStart(2, "0")}`;
}
