import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";

/** What is known of one process of the cluster. */
export interface NodeView {
  readonly name: string;
  readonly port: number;
  readonly phase: "starting" | "up" | "paused" | "ending" | "down";
  /** What it says of itself; `undefined` where it does not answer. */
  readonly state?: string;
  /** How many of the shards it has. */
  readonly shards: number;
}

/** How the three runtimes serve a file. */
function command(port: number): string[] {
  const { execPath, execArgv, argv, versions } = process;
  if ("deno" in versions) {
    const options = ["-A", "--no-lock", "--host=127.0.0.1", `--port=${port}`];
    return [execPath, "serve", ...options, "node.ts"];
  }
  if ("bun" in versions) return [execPath, "run", `--port=${port}`, "node.ts"];
  return [execPath, ...execArgv, argv[1], "node.ts"];
}

/** One process of the cluster, which may be killed, paused and started anew. */
export class NodeProcess {
  readonly name: string;
  readonly port: number;
  #databaseUrl: string;
  #tell: (what: string) => void;
  #child: ChildProcess | undefined;
  #phase: NodeView["phase"] = "down";
  #health: { readonly state?: string; readonly shards: number } = { shards: 0 };

  constructor(
    name: string,
    port: number,
    databaseUrl: string,
    tell: (what: string) => void,
  ) {
    this.name = name;
    this.port = port;
    this.#databaseUrl = databaseUrl;
    this.#tell = (what) => tell(`${name} ${what}`);
  }

  get view(): NodeView {
    const { name, port } = this;
    return { name, port, phase: this.#phase, ...this.#health };
  }

  get isUp(): boolean {
    return this.#health.state === "live";
  }

  start(): void {
    if (this.#child !== undefined) return;
    const [file, ...args] = command(this.port);
    const child = spawn(file, args, {
      cwd: import.meta.dirname,
      env: {
        ...process.env,
        DATABASE_URL: this.#databaseUrl,
        NODE_NAME: this.name,
        PORT: `${this.port}`,
      },
      stdio: ["pipe", "ignore", "inherit"],
    });
    this.#child = child;
    this.#enter("starting", "is started");
    child.once("exit", (code, signal) => {
      this.#child = undefined;
      this.#health = { shards: 0 };
      this.#enter("down", `has ended (${signal ?? code})`);
    });
  }

  kill(): void {
    this.#signal("SIGKILL");
  }

  pause(): void {
    if (this.#signal("SIGSTOP")) this.#enter("paused", "is paused");
  }

  resume(): void {
    if (this.#signal("SIGCONT")) this.#enter("up", "goes on");
  }

  /** Has it hand over what it has, and end. */
  drain(): void {
    if (this.#signal("SIGTERM")) this.#enter("ending", "is asked to end");
  }

  /** Asks how it is. */
  async look(): Promise<void> {
    if (this.#child === undefined) return;
    try {
      const response = await fetch(
        `http://127.0.0.1:${this.port}/agents/_health`,
        { signal: AbortSignal.timeout(1000) },
      );
      const { state, shards } = await response.json();
      this.#health = { state, shards: shards.owned };
      if (this.#phase === "starting" && state === "live") {
        this.#enter("up", "has joined");
      }
    } catch {
      const { shards } = this.#health;
      this.#health = { shards: this.#child === undefined ? 0 : shards };
    }
  }

  /** Ends it, paused or not. */
  async end(): Promise<void> {
    const child = this.#child;
    if (child === undefined) return;
    const ended = new Promise((resolve) => child.once("exit", resolve));
    this.#signal("SIGKILL");
    await ended;
  }

  /** Deno's own `kill()` of a child takes it for ended, whatever the signal. */
  #signal(signal: string): boolean {
    const pid = this.#child?.pid;
    return pid !== undefined && process.kill(pid, signal);
  }

  #enter(phase: NodeView["phase"], what: string): void {
    this.#phase = phase;
    this.#tell(what);
  }
}
