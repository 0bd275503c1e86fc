import { AgentClient } from "../../../client.ts";
import { PATIENCE_MS } from "../patience.ts";

/** What a reader has got: a message, or that it has missed some. */
export type Got = { readonly n: number; readonly from: string } | string;

const KINDS = ["all", "all", "event", "bytes", "others"];

/** A client that sends, and writes down what it gets, over all its connections. */
export class Reader {
  readonly client: AgentClient;
  readonly got: Got[] = [];
  /** Cursors that did not say how far it was. */
  readonly problems: string[] = [];
  resumed = 0;
  /** The last message to this client alone; `undefined` where it can't know which one comes next. */
  #alone: number | undefined = 0;
  /** How far it was before. */
  readonly begin: number;
  #wake = () => {};

  constructor(
    host: string,
    agent: string,
    id: string,
    more: {
      cursor?: string | undefined;
      WebSocket?: typeof WebSocket | undefined;
    } = {},
  ) {
    this.begin = Number(more.cursor?.split(":")[1] ?? 0);
    this.client = new AgentClient({
      agent,
      name: "log",
      host,
      id,
      minReconnectionDelay: 5,
      maxReconnectionDelay: 50,
      heartbeatInterval: 0,
      messages: "plain",
      onConnectionError: (error) => this.problems.push(String(error)),
      ...more,
    });
    this.client.binaryType = "arraybuffer";
    this.client.addEventListener("message", ({ data }) => {
      if (typeof data !== "string") data = new TextDecoder().decode(data);
      const alone = /^for you alone (\d+)$/.exec(data);
      if (alone) this.#takeAlone(Number(alone[1]));
      else this.#take(data);
    });
    this.client.on("numbered", (text) => this.#take(text));
    this.client.addEventListener("gap", ({ reason }) => {
      if (reason === "session") this.#alone = undefined;
      else this.got.push(reason);
    });
    this.client.addEventListener("close", () => {
      if (this.client.status === "closed") this.#alone = undefined;
    });
    this.client.addEventListener("resumed", () => this.resumed++);
  }

  /** Has the agent say something, where there is a connection: to all others too, where somebody gets all and knows who they were. */
  send(random: () => number, toOthers: boolean): void {
    if (this.client.readyState !== 1) return;
    const kinds = toOthers ? KINDS.length : KINDS.length - 1;
    this.client.send(KINDS[Math.floor(random() * kinds)]);
  }

  /** Waits until this one has come. */
  async until(is: (got: Got) => boolean): Promise<void> {
    const timer = setTimeout(() => {
      this.problems.push("the last message has not come");
      this.#wake();
    }, PATIENCE_MS);
    while (!this.got.some(is) && this.problems.length === 0) {
      await new Promise<void>((resolve) => this.#wake = resolve);
    }
    clearTimeout(timer);
  }

  /** What is in no log comes too, or the client was told that it may be missing. */
  #takeAlone(n: number): void {
    const last = this.#alone ?? n - 1;
    if (n !== last + 1) this.problems.push(`${n} after ${last}, alone`);
    this.#alone = n;
  }

  #take(text: string): void {
    const { n, from } = JSON.parse(text);
    this.got.push({ n, from });
    // Each message has the number of its place.
    const at = Number(this.client.cursor?.split(":")[1]);
    if (at !== n) this.problems.push(`cursor ${at} at message ${n}`);
    this.#wake();
  }
}

/**
 * What is wrong with what a reader got, if anything: a hole that it was not
 * told of, and that is not of messages which it was left out of by sending
 * them; or a message twice, or out of order. `senders` knows
 * who sent which, and `begin` is the last one that it had before.
 */
export function problemsOf(
  id: string,
  got: readonly Got[],
  senders: ReadonlyMap<number, string>,
  begin: number,
): string[] {
  const problems: string[] = [];
  let last: number | undefined = begin;
  for (const item of got) {
    if (typeof item === "string") {
      last = undefined;
      continue;
    }
    const { n } = item;
    if (last !== undefined && n <= last) problems.push(`${n} after ${last}`);
    for (let at = (last ?? n) + 1; at < n; at++) {
      if (senders.get(at) !== id) problems.push(`no ${at} before ${n}`);
    }
    last = n;
  }
  return problems.map((problem) => `${id}: ${problem}`);
}
