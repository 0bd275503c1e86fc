// Places in a network, each with a namespace of its own, and links between them that delay and lose packets.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const PROGRAM = fileURLToPath(new URL("./lossy_network.py", import.meta.url));

/** The two places that a link joins. 0 is where the tests are. */
export type LinkEnds = readonly [a: number, b: number];

/** What a link does to packets of one direction. What is left out stays as it is. */
export interface Conditions {
  readonly delayMs?: number;
  /** The part of the packets that is lost: 1 is all of them. */
  readonly loss?: number;
}

/** Packets of one direction so far. */
export interface PacketCounts {
  readonly passed: number;
  readonly dropped: number;
}

/** Why there can be no such network here, or `false`. */
export const noLossyNetwork: string | false = whyNot();

/** Addresses end with numbers that no network of this process has had. */
let nextAddress = 1;

export class LossyNetwork {
  /** The addresses in it begin with that. */
  readonly prefix: string;
  #first: number;
  #links: readonly LinkEnds[];
  #files: Readonly<Record<number, string>>;
  #child: ChildProcess;
  /** Who waits for the next answers. */
  #waiting: ((line: string) => void)[] = [];

  private constructor(
    prefix: string,
    first: number,
    links: readonly LinkEnds[],
    child: ChildProcess,
  ) {
    this.prefix = prefix;
    this.#first = first;
    this.#links = links;
    this.#files = {};
    this.#child = child;
  }

  /** Makes the places that `links` join. Nothing is delayed or lost yet. */
  static async start(
    links: readonly LinkEnds[],
    seed: number,
  ): Promise<LossyNetwork> {
    // No other process of the machine has this one's id.
    const prefix = `10.${process.pid >> 8 & 255}.${process.pid & 255}`;
    const pairs = links.map((ends) => ends.join(":"));
    const first = nextAddress;
    nextAddress += 2 * links.length;
    const numbers = [`${seed}`, prefix, `${first}`];
    const child = spawn("python3", [PROGRAM, ...numbers, ...pairs], {
      // It ends with this process, however that ends: then its input does.
      stdio: ["pipe", "pipe", "pipe"],
    });
    const network = new LossyNetwork(prefix, first, links, child);
    let log = "";
    child.stderr!.on("data", (chunk) => log += chunk);
    const begun = network.#answer();
    const ended = new Promise<never>((_, reject) =>
      child.once("close", () => reject(new Error(`the network ended: ${log}`)))
    );
    ended.catch(() => {});
    createInterface({ input: child.stdout! }).on(
      "line",
      (line) => network.#waiting.shift()!(line),
    );
    network.#files = JSON.parse(await Promise.race([begun, ended]));
    return network;
  }

  /** The address of `place` at this link. */
  address(link: number, place: number): string {
    const number = this.#first + 2 * link + this.#end(link, place);
    return `${this.prefix}.${number}`;
  }

  /** What a command has to be behind to run at `place`: it keeps its process id. */
  inside(place: number): readonly string[] {
    return ["nsenter", `--net=${this.#files[place]}`, "--"];
  }

  /** What happens to the packets of this link that are for `place` from now on. */
  async towards(
    link: number,
    place: number,
    { delayMs, loss }: Conditions = {},
  ): Promise<PacketCounts> {
    const way = 1 - this.#end(link, place);
    const delay = delayMs === undefined ? undefined : delayMs / 1000;
    const answer = this.#answer();
    this.#child.stdin!.write(
      JSON.stringify({ link, way, delay, loss }) + "\n",
    );
    return JSON.parse(await answer);
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.stdin!.end();
    await ended;
  }

  #end(link: number, place: number): number {
    return this.#links[link].indexOf(place);
  }

  #answer(): Promise<string> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function whyNot(): string | false {
  const { error, status, stderr } = spawnSync(
    "python3",
    [PROGRAM, "0", "10.255.255", "1", "1:2"],
    { input: "", encoding: "utf8" },
  );
  if (error !== undefined) return "python3 is not installed";
  if (spawnSync("nsenter", ["--version"]).status !== 0) {
    return "nsenter is not installed";
  }
  if (status === 0) return false;
  const why = stderr.trim().split("\n").at(-1);
  return `no network namespaces and TUN devices here: ${why}`;
}
