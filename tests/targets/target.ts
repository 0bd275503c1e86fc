import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";

/** A server in a process of its own, and what it prints. */
export class ServerProcess {
  readonly lines: string[] = [];
  #child: ChildProcess;
  #waiting = new Set<() => void>();
  #exited: Promise<void>;

  constructor(
    command: string,
    args: readonly string[],
    options: { cwd?: string; env?: Record<string, string | undefined> } = {},
  ) {
    this.#child = spawn(command, args, {
      cwd: options.cwd,
      env: { ...process.env, NO_COLOR: "1", ...options.env },
      stdio: ["ignore", "pipe", "pipe", "pipe"],
    });
    for (const stream of [1, 2, 3]) {
      const input = this.#child.stdio[stream] as NodeJS.ReadableStream;
      createInterface({ input }).on("line", (line) => this.#add(line));
    }
    this.#exited = new Promise((resolve) => {
      this.#child.once("exit", () => {
        this.#add("(the process has ended)");
        resolve();
      });
    });
  }

  get pid(): number {
    return this.#child.pid!;
  }

  get isAlive(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  /** Resolves with what `find` returns for the first line that it accepts, also an earlier one. */
  until<T>(find: (line: string) => T | undefined, what: string): Promise<T> {
    let next = 0;
    return new Promise((resolve, reject) => {
      const fail = (why: string) => {
        clearTimeout(deadline);
        this.#waiting.delete(look);
        const last = this.lines.slice(-80).join("\n");
        reject(new Error(`No line says ${what}: ${why}. The last:\n${last}`));
      };
      const deadline = setTimeout(() => fail("time is up"), 20_000);
      const look = () => {
        while (next < this.lines.length) {
          const found = find(this.lines[next++]);
          if (found === undefined) continue;
          clearTimeout(deadline);
          this.#waiting.delete(look);
          return resolve(found);
        }
        if (!this.isAlive) fail("the process has ended");
      };
      this.#waiting.add(look);
      look();
    });
  }

  async stop(signal: NodeJS.Signals = "SIGKILL"): Promise<void> {
    if (this.isAlive) this.#child.kill(signal);
    await this.#exited;
  }

  /** Kills what this process has started, which then ends too. */
  async stopChild(): Promise<void> {
    if (this.isAlive) {
      const { pid } = this;
      const children = `/proc/${pid}/task/${pid}/children`;
      for (const child of readFileSync(children, "utf8").trim().split(" ")) {
        process.kill(Number(child), "SIGKILL");
      }
    }
    await this.#exited;
  }

  #add(line: string): void {
    this.lines.push(line);
    for (const look of [...this.#waiting]) look();
  }
}
