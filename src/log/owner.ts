import type { LogWrite } from "../ports/log.ts";
import type { SocketData } from "../ports/socket.ts";
import type { AgentAddress, Storage } from "../ports/storage.ts";
import type { HostServices } from "../runtime/host_services.ts";
import type { LogOptions } from "./options.ts";

/** The instance whose broadcasts are logged. */
export interface LogOwner {
  readonly address: AgentAddress;
  /** Whether its class asks for a log. */
  readonly hasLog: boolean;
  readonly kind: {
    readonly agentClass: { readonly options?: { readonly log?: LogOptions } };
  };
  readonly host: HostServices;
  readonly storage: Storage;
  /** There while something is not on disk that was written. */
  readonly outbox: object | undefined;
  readonly writes: {
    /** Has it appended. Throws when that fails at once. */
    saveLog(log: LogWrite): void;
  };
  readonly connections: {
    link(id: string): LogClient | undefined;
    links(): Iterable<LogClient>;
  };
}

/** A connection, as the log sees it. */
export interface LogClient {
  readonly id: string;
  readonly uri: string;
  /** The id that its client asked for, if it did: that stays when it comes back. */
  readonly wishedId: string | undefined;
  /** The client announced the extensions of the protocol. */
  readonly extended: boolean;
  /** How far the log was when the connection was opened; `undefined` where that was not known. */
  readonly logOffset: number | undefined;
  send(data: SocketData): void;
  /** Sends past the handshake. */
  write(data: SocketData): void;
  /** Closes on the library's behalf. */
  cut(code: number, reason: string): void;
}
