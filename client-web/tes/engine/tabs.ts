// One tab per browser works on a test. A new tab asks; a working one answers and the new one locks itself, unless the
// pupil moves the work over. Without BroadcastChannel nothing is asked: the server's chain still keeps order.

const channelName = "proktor-tes";
export const answerWithin_ms = 300;
const releaseWithin_ms = 2_000;

type Message = { kind: "who" | "working" | "take" | "released"; from: string };

export class Tabs {
  // Another tab took the work over: stop at once, then the promise resolves and that tab goes on.
  ontaken: () => Promise<void> = async () => {};
  private working = false;
  private waiting = new Map<"working" | "released", () => void>();

  constructor(private channel: BroadcastChannel | undefined, private id: string) {
    if (!channel) return;
    channel.onmessage = (event: MessageEvent<Message>) => void this.hear(event.data);
  }

  static open(id: string): Tabs {
    return new Tabs(typeof BroadcastChannel === "undefined" ? undefined : new BroadcastChannel(channelName), id);
  }

  // True when another tab is at work.
  async busyElsewhere(): Promise<boolean> {
    return this.ask("who", "working", answerWithin_ms);
  }

  claim(): void { this.working = true; }

  close(): void {
    this.working = false;
    this.channel?.close();
  }

  // Moves the work to this tab; resolves when the other has let go, or did not answer.
  async take(): Promise<void> {
    await this.ask("take", "released", releaseWithin_ms);
  }

  private ask(question: "who" | "take", answer: "working" | "released", within_ms: number): Promise<boolean> {
    const channel = this.channel;
    if (!channel) return Promise.resolve(false);
    return new Promise((resolve) => {
      const timer = setTimeout(() => resolve(false), within_ms);
      this.waiting.set(answer, () => { clearTimeout(timer); resolve(true); });
      channel.postMessage({ kind: question, from: this.id } satisfies Message);
    });
  }

  private async hear(message: Message): Promise<void> {
    if (message.from === this.id) return;
    if (message.kind === "working" || message.kind === "released") this.waiting.get(message.kind)?.();
    if (!this.working) return;
    if (message.kind === "who") this.say("working");
    if (message.kind === "take") {
      this.working = false;
      await this.ontaken();
      this.say("released");
    }
  }

  private say(kind: Message["kind"]): void {
    this.channel?.postMessage({ kind, from: this.id } satisfies Message);
  }
}
