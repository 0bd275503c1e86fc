// What the tests use of Cloudflare's client. Its own types need all of the
// packages around it; these are checked without any.

/** What a query may be. */
export type Query =
  | Record<string, string | null | undefined>
  | (() => Query | Promise<Query>);

/** Where a client finds its agent. */
export interface Address {
  host: string;
  basePath?: string;
  prefix?: string;
  path?: string;
  query?: Query;
}

/** Options of a socket that reconnects. */
export interface SocketOptions extends Address {
  party?: string;
  room?: string;
  id?: string;
  protocols?: string | string[];
  minReconnectionDelay?: number;
  maxReconnectionDelay?: number;
  connectionTimeout?: number;
  maxRetries?: number;
}

/** Options of a client of an agent. */
export interface ClientOptions extends Omit<SocketOptions, "party" | "room"> {
  agent: string;
  name?: string;
  defaultCallTimeout?: number;
  shouldReconnectOnClose?(event: CloseEvent): boolean;
  onStateUpdate?(state: unknown, source: "server" | "client"): void;
  onStateUpdateError?(error: string): void;
  onIdentity?(name: string, agent: string): void;
  onIdentityChange?(
    oldName: string,
    newName: string,
    oldAgent: string,
    newAgent: string,
  ): void;
  onConnectionError?(error: ConnectionError): void;
}

/** Why a client stays away. */
export interface ConnectionError extends Error {
  code: number;
  reason: string;
  wasClean: boolean;
}

/** What is told of a stream. */
export interface StreamCallbacks {
  onChunk?(chunk: unknown): void;
  onDone?(final: unknown): void;
  onError?(error: string): void;
}

/** A WebSocket that comes back. */
export class PartySocket extends EventTarget {
  constructor(options: SocketOptions);
  readonly id: string;
  readonly url: string;
  readonly protocol: string;
  readonly readyState: number;
  readonly shouldReconnect: boolean;
  binaryType: BinaryType;
  send(data: string | ArrayBuffer | Uint8Array<ArrayBuffer>): boolean;
  close(code?: number, reason?: string): void;
  reconnect(code?: number, reason?: string): void;
}

/** The client of an agent. */
export class AgentClient extends PartySocket {
  constructor(options: ClientOptions);
  readonly agent: string;
  readonly name: string;
  // deno-lint-ignore no-explicit-any -- a test knows what it expects
  readonly state: any;
  readonly identified: boolean;
  readonly ready: Promise<void>;
  readonly connectionError: ConnectionError | null;
  // deno-lint-ignore no-explicit-any -- as above
  readonly stub: Record<string, (...args: unknown[]) => Promise<any>>;
  setState(state: unknown): void;
  call(
    method: string,
    args?: unknown[],
    options?: StreamCallbacks | { timeout?: number; stream?: StreamCallbacks },
    // deno-lint-ignore no-explicit-any -- as above
  ): Promise<any>;
}

/** An HTTP request to an agent. */
export function agentFetch(
  options: Address & { agent: string; name?: string },
  init?: RequestInit,
): Promise<Response>;
