import type { AgentClient } from "./client.ts";
import type { PresenceOf } from "./types.ts";

/** A value is sent at most once in so many milliseconds. */
const INTERVAL_MS = 50;
const TYPE = "roam_presence";

/**
 * What the clients of an agent show of themselves while they are connected: a
 * cursor, a name, "typing". See {@linkcode presenceOf}. An event `change`
 * tells that `value`, `others` or `error` is another one.
 */
export class Presence<Value = unknown> extends EventTarget {
  /** What this client shows, or wants to show; `undefined` for nothing. */
  value: Value | undefined;
  /**
   * What the others show, by the ids of their connections. Another map after
   * each change. While the connection is away it is what was known last.
   */
  others: ReadonlyMap<string, Value> = new Map();
  /** Why the agent has refused the last value, if it has. */
  error: string | undefined;
  #client: AgentClient;
  #isUnsent = false;
  #timer: ReturnType<typeof setTimeout> | undefined;

  /** Use {@linkcode presenceOf}: a client has one. */
  constructor(client: AgentClient) {
    super();
    this.#client = client;
    client.addEventListener("open", () => this.#send());
    client.addEventListener(TYPE, ({ data }) => this.#follow(data));
    this.#send();
  }

  /**
   * Shows `value`, any JSON, to the others, and `undefined` for nothing. It is
   * sent at once and then at most every 50 milliseconds, the last one. What
   * was shown before a connection was lost is shown again on the next one.
   */
  set(value: Value | undefined): void {
    this.value = value;
    this.error = undefined;
    this.#isUnsent = true;
    if (this.#timer === undefined) this.#sendSoon();
    this.#tell();
  }

  #sendSoon(): void {
    this.#send();
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      if (this.#isUnsent) this.#sendSoon();
    }, INTERVAL_MS);
  }

  #send(): void {
    // It would wait for the next connection, which begins with this anyway.
    if (this.#client.readyState !== 1) return;
    this.#isUnsent = false;
    this.#client.send(JSON.stringify({ type: TYPE, value: this.value }));
  }

  // deno-lint-ignore no-explicit-any -- the server's word
  #follow({ all, set = [], gone = [], error }: any): void {
    if (error) this.error = error;
    else {
      const others = new Map<string, Value>(all ?? this.others);
      for (const id of gone) others.delete(id);
      for (const [id, value] of set) others.set(id, value);
      others.delete(this.#client.id);
      this.others = others;
    }
    this.#tell();
  }

  #tell(): void {
    this.dispatchEvent(new Event("change"));
  }
}

const known = new WeakMap<object, unknown>();

/**
 * What this client shows of itself, and what the others do. From the first
 * call on the client takes part. The same object for the same client.
 *
 * @example
 * ```ts
 * import { AgentClient, presenceOf } from "@roam/agents/client";
 *
 * const client = new AgentClient({ agent: "Canvas", host: "localhost:8000" });
 * const presence = presenceOf<unknown, { x: number; y: number }>(client);
 * presence.set({ x: 10, y: 20 });
 * presence.addEventListener("change", () => {
 *   for (const [id, { x, y }] of presence.others) console.log(id, x, y);
 * });
 * ```
 */
export function presenceOf<A = unknown, Value = PresenceOf<A>>(
  // deno-lint-ignore no-explicit-any -- the state is no matter here
  client: AgentClient<A, any>,
): Presence<Value> {
  let presence = known.get(client);
  if (!presence) {
    known.set(client, presence = new Presence(client as AgentClient));
  }
  return presence as Presence<Value>;
}
