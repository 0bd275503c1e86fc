import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { agentsOf, buildPage, type EXAMPLES } from "../../tools/examples.mjs";
import { type Runtime, type Server, start } from "../targets/targets.ts";

/** An example, or the gallery of all. */
export type Example = keyof typeof EXAMPLES | "gallery";

/** The server of an example, and what it stores. */
export class ExampleServer {
  readonly runtime: Runtime;
  #example: Example;
  #folder: string;
  #server!: Server;

  private constructor(runtime: Runtime, example: Example, folder: string) {
    this.runtime = runtime;
    this.#example = example;
    this.#folder = folder;
  }

  /** Bundles the page, and starts the server on an empty store. */
  static async open(runtime: Runtime, example: Example) {
    buildPage(example);
    const folder = await mkdtemp(join(tmpdir(), `roam-${example}-`));
    const server = new ExampleServer(runtime, example, folder);
    await server.#start();
    return server;
  }

  /** `host:port`. */
  get host(): string {
    return this.#server.host;
  }

  /** Resolves when it has printed so many lines that have `text`, since its start. */
  async printed(text: string, times: number): Promise<void> {
    await this.#server.process.until(
      (line) => line.includes(text) && --times === 0 || undefined,
      `"${text}"`,
    );
  }

  /** Kills it, and starts another one on the same store. */
  async restart(): Promise<void> {
    await this.#server.stop();
    await this.#start();
  }

  async close(): Promise<void> {
    await this.#server.stop();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #start(): Promise<void> {
    const names = agentsOf(this.#example);
    this.#server = await start(this.runtime, {
      entry: `examples/${this.#example}/main.ts`,
      objects: Object.fromEntries(names.map((name) => [name, name])),
      cwd: this.#folder,
      store: join(this.#folder, "workerd"),
      env: { SESSION_SECRET: "a secret of the tests" },
    });
  }
}
