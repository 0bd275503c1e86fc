import { type ChildProcess, spawn } from "node:child_process";
import process from "node:process";

/** How long a server may take to close its connections before it is ended. */
const PATIENCE_MS = 5000;

/** A file that is served in a process of its own, one process at a time: the store has one owner. */
export class ServedFile {
  #command: () => [string, string[]];
  #child: ChildProcess | undefined;
  #exited: Promise<void> = Promise.resolve();
  #restarting: Promise<void> | undefined;
  #isClosed = false;

  /** `command` says what to run. */
  constructor(command: () => [string, string[]]) {
    this.#command = command;
  }

  /** Starts the process. If it ends by itself, the next change starts another one. */
  start(): void {
    if (this.#isClosed) return;
    const [program, args] = this.#command();
    // The pipe ends with this process, however that ends, and the server with the pipe.
    const stdio = ["pipe", "inherit", "inherit"] as const;
    const child = spawn(program, args, { stdio: [...stdio] });
    this.#child = child;
    this.#exited = new Promise((resolve) => {
      const ended = (why: string) => {
        if (this.#child === child) {
          this.#child = undefined;
          console.error(`${why}; waiting for a change`);
        }
        resolve();
      };
      child.once("error", ({ message }) => ended(message));
      child.once("exit", (code, signal) => {
        ended(`The server has ended with ${signal ?? code}`);
      });
    });
  }

  /** Ends the process, and starts another one. Changes that come meanwhile are the same restart. */
  restart(): void {
    this.#restarting ??= this.#stop().then(() => {
      this.#restarting = undefined;
      this.start();
    });
  }

  /** Ends the process for good, and resolves when it has ended. */
  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#stop();
  }

  async #stop(): Promise<void> {
    const child = this.#child;
    this.#child = undefined;
    if (child === undefined) return await this.#exited;
    child.kill("SIGTERM");
    const timer = setTimeout(() => {
      if (child.pid === undefined) return;
      try {
        // Not by `child.kill`, which signals once on some runtimes.
        process.kill(child.pid, "SIGKILL");
      } catch {
        // It has ended meanwhile.
      }
    }, PATIENCE_MS);
    await this.#exited;
    clearTimeout(timer);
  }
}
