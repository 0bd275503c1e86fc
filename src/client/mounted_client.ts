import { parseServerFrame } from "../protocol/server_frames.ts";
import { placeOf, urlOf } from "./address.ts";
import { AgentClient } from "./client.ts";
import { addressKey, credentialsKey } from "./option_keys.ts";
import type { AgentClientOptions } from "./options.ts";
import { placed } from "./sub_agents.ts";
import type { UseAgentOptions, UseAgentResult } from "./use_agent_options.ts";

/** What may be taken off the client. */
const METHODS = [
  "send",
  "close",
  "reconnect",
  "setState",
  "call",
  "stream",
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
} satisfies Partial<AgentClientOptions>;

/**
 * The client of a component. It connects while the component is shown, and
 * only then it calls back, whom the latest rendering says.
 */
export class MountedClient<A, State> {
  /** Of the agent: for another one another client is needed. */
  readonly address: string;
  readonly client: UseAgentResult<A, State>;
  /** Counts the changes of the client. */
  version = 0;
  #options: UseAgentOptions<State>;
  /** What the client has been told of them. */
  #applied: AgentClientOptions<State>;
  #credentials = "";
  #isShown = false;
  #closing: ReturnType<typeof setTimeout> | undefined;

  /** Throws a `TypeError` when the options are no address. */
  constructor(options: UseAgentOptions<State>) {
    this.address = addressKey(options);
    this.#options = options;
    this.#applied = placed(options);
    const client = new AgentClient<A, State>({
      ...this.#applied,
      startClosed: true,
    });
    client.addEventListener("change", () => this.version++);
    this.#listen(client);
    for (const name of METHODS) {
      Object.assign(client, { [name]: client[name].bind(client) });
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
    // StrictMode, hot reloads and Activity unmount for a moment only.
    clearTimeout(this.#closing);
    this.#isShown = true;
    this.#apply(placed(this.#options));
    this.#credentials = credentialsKey(this.#options);
    if (client.status === "closed" && !startClosed) client.reconnect();
    return () => {
      this.#isShown = false;
      this.#apply({ ...placed(this.#options), ...SILENT });
      this.#closing = setTimeout(() => client.close());
    };
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
      const frame = parseServerFrame(event.data);
      if (frame === undefined) told()?.onMessage?.(event);
      else if (frame.type === "cf_agent_mcp_servers") {
        told()?.onMcpUpdate?.(frame.mcp);
      }
    });
  }
}
