import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { PATIENCE_MS } from "../support/patience.ts";
import { childrenOf, signal } from "../support/signal.ts";

/** What a server prints. */
export class ServerOutput {
  readonly lines: string[] = [];
  #waiting = new Set<() => void>();

  /** Whether more may come. */
  get isOpen(): boolean {
    return true;
  }

  /** Whether the server has not exited. */
  get isAlive(): boolean {
    return true;
  }

  /** One more line. */
  add(line: string): void {
    this.lines.push(line);
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves with what `find` returns for the first line that it accepts, also an earlier one. */
  until<T>(
    find: (line: string) => T | undefined,
    what: string,
    timeout = PATIENCE_MS,
  ): Promise<T> {
    let next = 0;
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(deadline);
        this.#waiting.delete(look);
        const last = this.lines.slice(-80).join("\n");
        reject(new Error(`No line says ${what}: ${why}. The last:\n${last}`));
      };
      const deadline = setTimeout(() => fail("time is up"), timeout);
      const look = () => {
        while (next < this.lines.length) {
          const found = find(this.lines[next++]);
          if (found === undefined) continue;
          clearTimeout(deadline);
          this.#waiting.delete(look);
          return resolve(found);
        }
        if (!this.isOpen) fail("the process has ended");
      };
      this.#waiting.add(look);
      look();
    });
  }
}

/** A server in a process of its own, and what it prints. */
export class ServerProcess extends ServerOutput {
  #child: ChildProcess;
  #exited: Promise<number | null>;
  /** All that it has printed has been read. */
  #ended: Promise<void>;
  #hasExited = false;
  #hasEnded = false;

  constructor(
    command: string,
    args: readonly string[],
    options: { cwd?: string; env?: Record<string, string | undefined> } = {},
  ) {
    super();
    this.#child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, NO_COLOR: "1", ...options.env },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    const outputs = [1, 2, 3].map((stream) => {
      const input = this.#child.stdio[stream] as NodeJS.ReadableStream;
      const lines = createInterface({ input });
      lines.on("line", (line) => this.add(line));
      return new Promise((resolve) => lines.once("close", resolve));
    });
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", (status) => {
        this.#hasExited = true;
        resolve(status);
      });
    });
    this.#ended = Promise.all([this.#exited, ...outputs]).then(() => {
      this.#hasEnded = true;
      this.add("(the process has ended)");
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  override get isOpen(): boolean {
    return !this.#hasEnded;
  }

  override get isAlive(): boolean {
    return !this.#hasExited;
  }

  /** Does nothing when it has ended. */
  signal(name: NodeJS.Signals): void {
    // Not by the child: Deno takes it for dead from then on.
    if (this.isAlive) signal(this.pid, name);
  }

  /** Resolves with the status it ended with; `null` when a signal killed it. What it printed has been read then. */
  async stop(by: NodeJS.Signals = "SIGKILL"): Promise<number | null> {
    this.signal(by);
    await this.#ended;
    return await this.#exited;
  }

  /** Kills what this process has started, which then ends too. */
  async stopChild(): Promise<void> {
    const children = this.isAlive ? childrenOf(this.pid) : [];
    for (const child of children) signal(child, "SIGKILL");
    await this.#exited;
  }
}
