import type { AddressOptions, QueryObject } from "./address.ts";
import type { AgentConnectionError } from "./errors.ts";
import type { Provided } from "./provided.ts";
import type { WireOptions } from "./wire_options.ts";

/** Options of {@linkcode AgentClient}. */
export interface AgentClientOptions<State = unknown>
  extends AddressOptions, WireOptions {
  /** Sent in the URL of the connection. A function is called for each attempt, and may be async: the place for a fresh token. */
  query?: Provided<QueryObject>;
  /** Offered to the server as subprotocols. A function is called for each attempt. */
  protocols?: Provided<string | string[] | null | undefined>;
  /** The connection's id on the server, also after a reconnect. Default a random one. */
  id?: string;
  /** Connects at `reconnect()` only. Default `false`. */
  startClosed?: boolean;
  /** How long a call may take that does not say it, in milliseconds; 0 for ever. Default 30,000. */
  defaultCallTimeout?: number;
  /** Called with each new state: of the server, or of this client's own `setState`. */
  onStateUpdate?: (state: State, source: "server" | "client") => void;
  /** Called when the server refused a write of this client; the state is then as it was. */
  onStateUpdateError?: (error: string) => void;
  /**
   * Called when this client has writes that were made before it knew
   * `theirs`, and were not sent. Returns the state to write instead; the
   * writes are dropped when it returns `undefined`, or is not given.
   */
  onConflict?: (theirs: State, mine: State) => State | undefined | void;
  /** Called when the server has said who answers. */
  onIdentity?: (name: string, agent: string) => void;
  /** Called when another instance answers than before. Default a warning on the console. */
  onIdentityChange?: (
    oldName: string,
    newName: string,
    oldAgent: string,
    newAgent: string,
  ) => void;
  /** Called when the connection is lost for good. */
  onConnectionError?: (error: AgentConnectionError) => void;
  /** Accepted for code written for Cloudflare's client: names are encoded here, and need no warning. */
  disableNameValidation?: boolean;
  /** Accepted for code written for Cloudflare's client, without effect. */
  debug?: boolean;
  /** Accepted for code written for Cloudflare's client, without effect. */
  debugLogger?: (...args: unknown[]) => void;
}
