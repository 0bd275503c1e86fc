import { kebabCase } from "../protocol/agent_name.ts";
import type { ServerFrame } from "../protocol/server_frames.ts";
import { SESSION_KEY } from "../protocol/session_frames.ts";
import { PATCH_KEY } from "../protocol/state_frames.ts";
import { LOG_KEY } from "../protocol/log_key.ts";
import { urlOf } from "./address.ts";
import { Calls } from "./calls.ts";
import type { AfterClose, CloseInfo } from "./close_info.ts";
import { AgentConnectionError, lostError } from "./errors.ts";
import type { AgentClientOptions } from "./options.ts";
import { getValue } from "./value_or_getter.ts";
import { Ready } from "./ready.ts";
import { StateMirror } from "./state_mirror.ts";
import { ReconnectingSocket } from "./reconnecting_socket.ts";
import type { SocketOwner, SocketTarget } from "./socket_options.ts";

/**
 * What a client and its server know of each other: who answers, what the
 * state is, which calls wait. Follows the frames of the server over all
 * connections, and tells by events what happens.
 */
export class Session implements SocketOwner {
  // What is only declared here the constructor sets.
  declare agent: string;
  declare name: string;
  /** Of the connection, where the server says that it is not the one that was asked for. */
  id: string | undefined;
  /** The server has said who answers on this connection. */
  identified = false;
  connectionError: AgentConnectionError | null = null;
  declare readonly connection: ReconnectingSocket;
  declare readonly calls: Calls;
  declare readonly mirror: StateMirror;
  readonly ready = new Ready();
  #options: AgentClientOptions;
  #tell: (event: Event) => void;
  /** A connection before this one counts too. */
  #wasIdentified = false;
  /** The epoch of the agent's log, if it has one, and how far this client is in it. */
  #log: [epoch: string, offset: number] | undefined;
  /** Why the session is over: told when something comes on the next connection. */
  #gap: string | undefined;
  /** How many entries of the log the next message stands for. */
  #step = 1;

  constructor(
    options: AgentClientOptions,
    tell: (event: Event) => void,
  ) {
    this.#options = options;
    this.#tell = tell;
    this.agent = kebabCase(options.agent);
    this.name = options.name || "default";
    this.connection = new ReconnectingSocket(options, this);
    this.calls = new Calls(this.connection, this.ready, options);
    this.mirror = new StateMirror(
      this.connection,
      options,
      () => this.changed(),
    );
  }

  async target(): Promise<SocketTarget> {
    this.connectionError = null;
    this.ready.renew();
    this.changed();
    const { id, query, protocols } = this.#options;
    const [entries, offered] = await Promise.all([
      getValue(query),
      getValue(protocols),
    ]);
    const own = {
      _pk: id,
      _roam: "1",
      [PATCH_KEY]: this.mirror.version,
      [LOG_KEY]: this.cursor,
      [SESSION_KEY]: this.connection.delivery.wish,
    };
    return {
      url: urlOf("ws", this.#options, { ...own, ...entries, ...own }),
      protocols: offered,
    };
  }

  flush(isEnd?: boolean): void {
    this.mirror.flush(isEnd);
  }

  /** Where this client is in the log, if it knows. */
  get cursor(): string | undefined {
    return this.#log?.join(":") ?? this.#options.cursor;
  }

  opened(): void {
    this.#tell(new Event("open"));
    this.changed();
  }

  renewed(gap?: string): void {
    this.#gap = gap;
    if (gap) this.calls.lost("retry");
    else this.#tell(new Event("resumed"));
  }

  received(data: unknown, frame: ServerFrame | undefined): void {
    // What was broadcast comes, or is a gap by itself, where the hello has a log.
    if (this.#gap) this.#missed(frame?.log ? "session" : this.#gap);
    this.#gap = undefined;
    try {
      if (!frame || frame.type === "roam_event") {
        if (this.#log) this.#log[1] += this.#step;
        this.#step = 1;
      } else this.#follow(frame, data as string);
    } finally {
      // Frames of the extensions go to those parts of the client that ask for them.
      const isOurs = frame && (this.#options.messages === "plain" ||
        frame.type.startsWith("roam_"));
      this.#tell(
        isOurs
          ? new MessageEvent(frame.type, { data: frame })
          : new MessageEvent("message", { data }),
      );
    }
  }

  failed(error: unknown): void {
    const message = (error as Partial<Error>)?.message || "Connection failed";
    this.#tell(Object.assign(new Event("error"), { message, error }));
  }

  ended(end: CloseInfo, next: AfterClose, status?: number): void {
    const isFinal = next !== "retry";
    const error = next === "failed"
      ? new AgentConnectionError(end, status)
      : null;
    this.identified = false;
    this.connectionError = error;
    // Else they may be answered yet.
    if (isFinal) this.calls.lost(next);
    this.ready.renew();
    if (isFinal) this.ready.settle(error ?? lostError(false));
    try {
      this.mirror.lost(isFinal, end.code);
      if (error) this.#options.onConnectionError?.(error);
    } finally {
      this.changed();
      // When a probe found out about a refusal, the end has been told before.
      if (!status) this.#tell(Object.assign(new Event("close"), end));
    }
  }

  /** The server has sent all that it sends at the beginning of a connection. */
  #greeted(): void {
    this.mirror.settle();
    this.ready.settle();
  }

  #follow(frame: ServerFrame, text: string): void {
    const { mirror } = this;
    switch (frame.type) {
      case "roam_hello":
        this.id = frame.id as string | undefined;
        this.#place(frame.log as LogPlace ?? {});
        mirror.opened(frame);
        if (frame.greeting === false) this.#greeted();
        return;
      case "roam_log":
        return this.#place(frame as LogPlace);
      case "cf_agent_identity":
        return this.#identify(frame);
      case "cf_agent_state":
        mirror.received(frame, text);
        return this.#greeted();
      case "roam_state_patch":
        return mirror.patched(frame, text);
      case "cf_agent_state_error":
        return mirror.refused(frame);
      case "roam_state_ack":
        return mirror.accepted(frame);
      case "rpc":
        return this.calls.received(frame);
      case "cf_agent_mcp_servers":
        this.#greeted();
        this.#options.onMcpUpdate?.(frame.mcp);
    }
  }

  #identify(frame: ServerFrame): void {
    const { name: oldName, agent: oldAgent } = this;
    const { name, agent } = frame as unknown as Identity;
    const isOther = this.#wasIdentified &&
      (name !== oldName || agent !== oldAgent);
    this.name = name;
    this.agent = agent;
    this.identified = this.#wasIdentified = true;
    if (isOther) this.mirror.forget();
    this.changed();
    const { onIdentity, onIdentityChange = console.warn } = this.#options;
    if (isOther) onIdentityChange(oldName, name, oldAgent, agent);
    onIdentity?.(name, agent);
  }

  /** The server says where in the log this client is. */
  #place({ cursor, gap, skip = 0 }: LogPlace): void {
    if (cursor) {
      const [epoch, offset] = cursor.split(":");
      this.#log = [epoch, +offset];
      this.#step = 1;
    }
    // Adds up until there is a message.
    this.#step += skip;
    if (gap) this.#missed(gap);
  }

  /** Tells why something may have been missed. */
  #missed(reason: string): void {
    this.#tell(Object.assign(new Event("gap"), { reason }));
  }

  changed(): void {
    this.#tell(new Event("change"));
  }
}

/** What the hello and frames of type `roam_log` say. */
interface LogPlace {
  readonly cursor?: string;
  readonly gap?: string | undefined;
  readonly skip?: number;
}

/** What a frame of type `cf_agent_identity` says. */
interface Identity {
  readonly name: string;
  readonly agent: string;
}
