import { kebabCase } from "../protocol/agent_name.ts";
import type { ServerFrame } from "../protocol/server_frames.ts";
import { urlOf } from "./address.ts";
import { Calls } from "./calls.ts";
import type { End, Next } from "./end.ts";
import { after } from "./environment.ts";
import { AgentConnectionError, lostError } from "./errors.ts";
import type { AgentClientOptions } from "./options.ts";
import { provided } from "./provided.ts";
import { Ready } from "./ready.ts";
import { StateMirror } from "./state_mirror.ts";
import { Wire } from "./wire.ts";
import type { Target, WireEvents } from "./wire_options.ts";

/**
 * What a client and its server know of each other: who answers, what the
 * state is, which calls wait. Follows the frames of the server over all
 * connections, and tells by events what happens.
 */
export class Session implements WireEvents {
  // What is only declared here the constructor sets.
  declare agent: string;
  declare name: string;
  /** The server has said who answers on this connection. */
  identified = false;
  connectionError: AgentConnectionError | null = null;
  declare readonly wire: Wire;
  declare readonly calls: Calls;
  declare readonly mirror: StateMirror;
  readonly ready = new Ready();
  #options: AgentClientOptions;
  #tell: (event: Event) => void;
  /** A connection before this one counts too. */
  #wasIdentified = false;
  #cancel: (() => void) | undefined;

  constructor(
    options: AgentClientOptions,
    tell: (event: Event) => void,
  ) {
    this.#options = options;
    this.#tell = tell;
    this.agent = kebabCase(options.agent);
    this.name = options.name || "default";
    this.wire = new Wire(options, this);
    this.calls = new Calls(this.wire, this.ready, options);
    this.mirror = new StateMirror(this.wire, options, () => this.#changed());
  }

  async target(): Promise<Target> {
    this.connectionError = null;
    this.ready.renew();
    this.#changed();
    const { id, query, protocols } = this.#options;
    const [entries, offered] = await Promise.all([
      provided(query),
      provided(protocols),
    ]);
    const own = { _pk: id, _roam: "1" };
    return {
      url: urlOf("ws", this.#options, { ...own, ...entries, ...own }),
      protocols: offered,
    };
  }

  opened(): void {
    this.#wait(15_000);
    this.#tell(new Event("open"));
    this.#changed();
  }

  received(data: unknown, frame: ServerFrame | undefined): void {
    try {
      if (frame) this.#follow(frame);
    } finally {
      if (!frame?.type.startsWith("roam_")) {
        this.#tell(new MessageEvent("message", { data }));
      }
    }
  }

  failed(error: unknown): void {
    const message = (error as Partial<Error>)?.message || "Connection failed";
    this.#tell(Object.assign(new Event("error"), { message, error }));
  }

  ended(end: End, next: Next, status?: number): void {
    const isFinal = next !== "retry";
    const error = next === "failed"
      ? new AgentConnectionError(end, status)
      : null;
    this.#cancel?.();
    this.identified = false;
    this.connectionError = error;
    this.calls.lost(isFinal);
    this.ready.renew();
    if (isFinal) this.ready.settle(error ?? lostError(false));
    try {
      this.mirror.lost(isFinal);
      if (error) this.#options.onConnectionError?.(error);
    } finally {
      this.#changed();
      // When a probe found out about a refusal, the end has been told before.
      if (!status) this.#tell(Object.assign(new Event("close"), end));
    }
  }

  /** Servers may do without identity and state: nobody waits for them for ever. */
  #wait(ms: number): void {
    this.#cancel?.();
    this.#cancel = after(ms, () => this.#begun());
  }

  /** What a server says at the beginning it has said. */
  #begun(): void {
    this.#cancel?.();
    this.mirror.settle();
    this.ready.settle();
  }

  #follow(frame: ServerFrame): void {
    const { mirror } = this;
    switch (frame.type) {
      case "roam_hello":
        mirror.opened(frame);
        return this.#wait(1000);
      case "cf_agent_identity":
        return this.#identify(frame);
      case "cf_agent_state":
        mirror.received(frame);
        return this.#begun();
      case "cf_agent_state_error":
        return mirror.refused(frame);
      case "roam_state_ack":
        return mirror.accepted(frame);
      case "rpc":
        return this.calls.received(frame);
      case "cf_agent_mcp_servers":
        this.#begun();
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
    // Otherwise the state follows.
    if (!this.wire.isRoam && !frame.stateFollows) this.ready.settle();
    this.#changed();
    const { onIdentity, onIdentityChange = console.warn } = this.#options;
    if (isOther) onIdentityChange(oldName, name, oldAgent, agent);
    onIdentity?.(name, agent);
  }

  #changed(): void {
    this.#tell(new Event("change"));
  }
}

/** What a frame of type `cf_agent_identity` says. */
interface Identity {
  readonly name: string;
  readonly agent: string;
}
