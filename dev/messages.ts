/** What the page and its server say to each other, as JSON. */

/** What the page looks at: its server tells what is new of it, line by line. */
export interface Watch {
  /** Only instances whose names have this in them. */
  readonly filter?: string;
  readonly agent?: string;
  readonly name?: string;
  /** Whose frames are recorded. */
  readonly connection?: string;
}

/** What the page asks for, and where. */
export type Action =
  & { readonly agent: string; readonly name: string }
  & (
    | { readonly do: "look" | "start" }
    | { readonly do: "set"; readonly state: string }
    | { readonly do: "sql"; readonly query: string; readonly writes: boolean }
    | { readonly do: "run" | "cancel"; readonly job: string }
    | { readonly do: "close"; readonly connection: string }
  );

/** What became of an action. */
export type Result =
  | { readonly error: string }
  | {
    readonly rows?: readonly Record<string, unknown>[];
    /** Of `look`. */
    readonly instance?: InstanceView;
    readonly state?: StateView;
  };

/** The parts of what the page shows; a line has those that have changed. */
export interface News {
  readonly host?: HostView;
  readonly agents?: readonly AgentView[];
  readonly instance?: InstanceView | null;
  readonly state?: StateView | null;
  readonly frames?: FramesView | null;
  readonly events?: readonly EventView[];
}

export interface HostView {
  readonly connections: number;
  /** Milliseconds that the event loop was late, at most, in the last five seconds. */
  readonly lag: number;
}

/** A class, and the instances of it that were asked for. */
export interface AgentView {
  readonly agent: string;
  /** The path of its instances, up to their names. */
  readonly path: string;
  /** What clients may call. */
  readonly methods: readonly string[];
  /** How many are in memory. */
  readonly inMemory: number;
  readonly names: readonly NameView[];
  /** Whether there are more that fit. */
  readonly hasMore: boolean;
}

export interface NameView {
  readonly name: string;
  readonly isInMemory: boolean;
  readonly connections: number;
}

export interface InstanceView {
  readonly isInMemory: boolean;
  readonly connections: readonly ConnectionView[];
  /** Whether there are more. */
  readonly hasMore: boolean;
  readonly jobs: readonly JobView[];
}

export interface ConnectionView {
  readonly id: string;
  readonly uri: string;
  /** `away` while its client has lost its socket, and may come back. */
  readonly status: "connecting" | "open" | "away" | "closing";
  readonly tags: readonly string[];
  readonly state: unknown;
  readonly presence?: string;
  /** What else is true of the connection: readonly, without the library's frames, … */
  readonly notes: readonly string[];
}

export interface JobView {
  readonly id: string;
  readonly type: string;
  readonly callback: string;
  readonly payload: string;
  /** When it is due, in milliseconds since 1970. */
  readonly due: number | null;
  /** The cron expression, or the interval. */
  readonly repeats?: string;
  /** Why it was given up. */
  readonly failed?: string;
}

export interface StateView {
  /** As JSON; `undefined` where there is no state. */
  readonly text?: string;
  readonly rev: number;
}

export interface FramesView {
  readonly connection: string;
  readonly frames: readonly FrameView[];
}

export interface FrameView {
  /** Counts the frames of the connection. */
  readonly number: number;
  readonly at: number;
  readonly isIn: boolean;
  readonly bytes: number;
  /** The beginning of a text; absent for bytes. */
  readonly text?: string;
}

export interface EventView {
  readonly at: number;
  readonly type: string;
  /** The agent and the instance, as far as they are known. */
  readonly where: string;
  readonly text: string;
  /** How to mend it, where that is known. */
  readonly cure?: string;
}
