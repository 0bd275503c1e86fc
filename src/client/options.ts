import type { AddressOptions, QueryObject } from "./address.ts";
import type { AgentConnectionError } from "./errors.ts";
import type { ValueOrGetter } from "./value_or_getter.ts";
import type { ReconnectOptions } from "./socket_options.ts";

/** Options of {@linkcode AgentClient}. */
export interface AgentClientOptions<State = unknown>
  extends AddressOptions, ReconnectOptions {
  /** Sent in the URL of the connection. A function is called for each attempt, and may be async: the place for a fresh token. */
  query?: ValueOrGetter<QueryObject> | undefined;
  /** Offered to the server as subprotocols. A function is called for each attempt. */
  protocols?: ValueOrGetter<string | string[] | null | undefined> | undefined;
  /** The connection's id on the server, also after a reconnect. Default a random one. */
  id?: string | undefined;
  /** Where to begin in the log of the agent: what came after that is sent first. The `cursor` of another client, or of a message of the agent's `history()`. Default at the newest message. */
  cursor?: string | undefined;
  /** Connects at `reconnect()` only. Default `false`. */
  startClosed?: boolean | undefined;
  /** What comes as `message` events: `"plain"` for the agent's own messages only. Default also frames of the base protocol, as with Cloudflare's client. */
  messages?: "plain" | undefined;
  /** How long a call may take that does not say it, in milliseconds; 0 for ever. Default 30,000. */
  defaultCallTimeout?: number | undefined;
  /** How much time is between two frames with writes of the state, at least, in milliseconds: the last write wins. Default 0, one for each turn of the event loop. */
  throttle?: number | undefined;
  /** Called with each new state: of the server, or of this client's own `setState`. */
  onStateUpdate?:
    | ((state: State, source: "server" | "client") => void)
    | undefined;
  /** Called when the server refused a write of this client; the state is then as it was. */
  onStateUpdateError?: ((error: string) => void) | undefined;
  /**
   * Called when this client has writes that were made before it knew
   * `theirs`, and were not sent. Returns the state to write instead; the
   * writes are dropped when it returns `undefined`, or is not given.
   */
  onConflict?:
    | ((theirs: State, mine: State) => State | undefined | void)
    | undefined;
  /** Called when the server has said who answers. */
  onIdentity?: ((name: string, agent: string) => void) | undefined;
  /** Called when another instance answers than before. Default a warning on the console. */
  onIdentityChange?:
    | ((
      oldName: string,
      newName: string,
      oldAgent: string,
      newAgent: string,
    ) => void)
    | undefined;
  /** Called when the connection is lost for good. */
  onConnectionError?: ((error: AgentConnectionError) => void) | undefined;
  /** Called with the MCP servers of the agent, which Roam's agents have none of. */
  onMcpUpdate?: ((servers: unknown) => void) | undefined;
  /** Accepted for code written for Cloudflare's client: names are encoded here, and need no warning. */
  disableNameValidation?: boolean | undefined;
  /** Accepted for code written for Cloudflare's client, without effect. */
  debug?: boolean | undefined;
  /** Accepted for code written for Cloudflare's client, without effect. */
  debugLogger?: ((...args: unknown[]) => void) | undefined;
}
