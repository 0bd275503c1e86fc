import { parseServerFrame } from "../protocol/server_frames.ts";
import { placeOf, urlOf } from "./address.ts";
import { AgentClient } from "./client.ts";
import { addressKey, credentialsKey } from "./option_keys.ts";
import type { AgentClientOptions } from "./options.ts";
import { placed } from "./sub_agents.ts";
import type { ClientStatus } from "./socket.ts";
import type { UseAgentOptions, UseAgentResult } from "./use_agent_options.ts";

/** Methods that may be used without the client: `const { send } = useAgent(…)`. */
const METHODS = [
  "send",
  "close",
  "reconnect",
  "setState",
  "call",
  "stream",
  "on",
  "updateProperties",
  "drainQueuedMessages",
] as const;

/** Whom a client calls whose component is not shown any more. */
const SILENT = {
  onStateUpdate: undefined,
  onStateUpdateError: undefined,
  onIdentity: undefined,
  onIdentityChange: () => {},
  onConnectionError: undefined,
  onMcpUpdate: undefined,
} satisfies Partial<AgentClientOptions>;

/**
 * The client of a component. It connects while the component is shown, and
 * only then it calls back, whom the latest rendering says.
 */
export class MountedClient<A, State> {
  /** The key of the agent's address: for another address another client is needed. */
  readonly address: string;
  readonly client: UseAgentResult<A, State>;
  /** Counts the changes of the client. */
  version = 0;
  #options: UseAgentOptions<State>;
  /** The part of `#options` that the client has now. */
  #applied: AgentClientOptions<State>;
  #credentials = "";
  #wasMounted = false;
  #isShown = false;
  #closing: ReturnType<typeof setTimeout> | undefined;

  /** Throws a `TypeError` when the options are no address. */
  constructor(options: UseAgentOptions<State>) {
    this.address = addressKey(options);
    this.#options = options;
    this.#applied = placed(options);
    const isNew = () => {
      const { startClosed, enabled = true } = this.#options;
      return enabled && !startClosed && !this.#wasMounted;
    };
    /** It will connect when the component is shown: to a rendering before that it does so already. */
    const client = new class extends AgentClient<A, State> {
      override get status(): ClientStatus {
        const status = super.status;
        return status === "closed" && isNew() ? "connecting" : status;
      }
    }({ ...this.#applied, startClosed: true });
    client.addEventListener("change", () => this.version++);
    this.#listen(client);
    for (const name of METHODS) {
      // deno-lint-ignore no-explicit-any -- each becomes what it was
      client[name] = client[name].bind(client) as any;
    }
    const { agent, name = "default", sub = [] } = options;
    this.client = Object.assign(client, {
      path: [{ agent, name }, ...sub],
      getHttpUrl: () => {
        const { query } = this.#options;
        const known = typeof query === "object" ? query : undefined;
        return urlOf("http", placed(this.#options), known).replace(/\?$/, "");
      },
    });
  }

  /** These options count from now on. */
  update(options: UseAgentOptions<State>): void {
    this.#options = options;
    if (this.#isShown) this.#apply(placed(options));
  }

  /** The component is shown. Returns what to do when it is not any more. */
  mount(): () => void {
    const { client } = this;
    const { startClosed = false } = this.#options;
    // A render may do without a host and a page, a connection may not.
    placeOf(this.#options);
    this.#isShown = this.#wasMounted = true;
    this.#apply(placed(this.#options));
    this.#credentials = credentialsKey(this.#options);
    if (client.status === "closed" && !startClosed) client.reconnect();
    // StrictMode, hot reloads and Activity unmount for a moment only.
    clearTimeout(this.#closing);
    return () => {
      this.#isShown = false;
      this.#apply({ ...placed(this.#options), ...SILENT });
      this.endIn(0);
    };
  }

  /** The component has this client, shown or not. Returns what to do when it has no more: what waits for a connection waits in vain. */
  keep(): () => void {
    clearTimeout(this.#closing);
    return () => this.endIn(0);
  }

  /** Nobody has it any more, unless somebody comes within so many milliseconds. */
  protected endIn(ms: number): void {
    clearTimeout(this.#closing);
    this.#closing = setTimeout(() => this.end(), ms);
  }

  protected end(): void {
    this.client.close();
  }

  /** Connects anew if the credentials are other ones than those it connected with. */
  refresh(): void {
    const { client } = this;
    const credentials = credentialsKey(this.#options);
    if (!this.#isShown || credentials === this.#credentials) return;
    this.#credentials = credentials;
    // What the application has closed stays closed.
    const isWanted = client.status !== "closed" || client.connectionError;
    if (isWanted) client.reconnect();
  }

  /** Calls `listener` at each change of the client, until the result is called. */
  readonly subscribe = (listener: () => void): () => void => {
    this.client.addEventListener("change", listener);
    return () => this.client.removeEventListener("change", listener);
  };

  /** An option that is not given any more is as if it never was. */
  #apply(options: AgentClientOptions<State>): void {
    const stale = Object.keys(this.#applied).map((key) => [key, undefined]);
    this.client.updateProperties({ ...Object.fromEntries(stale), ...options });
    this.#applied = options;
  }

  #listen(client: AgentClient<A, State>): void {
    const told = () => this.#isShown ? this.#options : undefined;
    client.addEventListener("open", (event) => told()?.onOpen?.(event));
    client.addEventListener("close", (event) => told()?.onClose?.(event));
    client.addEventListener("error", (event) => told()?.onError?.(event));
    client.addEventListener("message", (event) => {
      if (!parseServerFrame(event.data)) told()?.onMessage?.(event);
    });
  }
}
