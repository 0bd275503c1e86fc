import assert from "node:assert/strict";
import {
  copyFileSync,
  existsSync,
  mkdtempSync,
  readFileSync,
  rmSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { DatabaseSync } from "node:sqlite";
import { type Runtime, type Server, start } from "../../targets/targets.ts";
import { TestClient } from "../clients/client.ts";
import { randomOf } from "../random/random.ts";
import { frame, greeting, write } from "../clients/state_client.ts";
import { strace } from "./strace.ts";

/** What of a disk fails: the writing of a page, for one of two reasons, or the flush. */
const FAULTS = [
  ["pwrite64", "EIO"],
  ["pwrite64", "ENOSPC"],
  ["fsync,fdatasync", "EIO"],
] as const;

/** How much happened. */
export interface Survey {
  acknowledged: number;
  failed: number;
}

/**
 * Writes to a server on whose disk a system call fails again and again, until
 * `failures` writes have failed; `kind` says which call. After each failure
 * the state in memory and the one in the store are the last acknowledged one,
 * and the agent goes on. Throws when that is not so.
 */
export async function writeOnFailingDisk(
  runtime: Runtime,
  { failures, kind, seed, profile }: {
    failures: number;
    kind: number;
    seed: number;
    profile?: string;
  },
): Promise<Survey> {
  const folder = mkdtempSync(`${tmpdir()}/roam-io-`);
  const random = randomOf(seed);
  const [calls, error] = FAULTS[kind % FAULTS.length];
  // So many succeed at least that the store can be made: that takes 18, and 3.
  const least = calls === "pwrite64" ? 20 : 5;
  const first = 1 + Math.floor(random() * 2 * least);
  const step = least + Math.floor(random() * least);
  const trace = `${folder}/trace`;
  const store = `${folder}/store`;
  const options = {
    entry: "tests/fixtures/crash_server.ts",
    objects: {},
    store,
    profile,
  };
  const through = strace(
    trace,
    ...["-P", `${store}/agents.sqlite`, "-P", `${store}/agents.sqlite-wal`],
    ...["-e", `trace=${calls}`],
    ...["-e", `inject=${calls}:error=${error}:when=${first}+${step}`],
  );
  const server = await start(runtime, { ...options, through });
  const client = new Client(server, store);
  try {
    const survey = { acknowledged: 0, failed: 0 };
    await client.join();
    while (survey.failed < failures) {
      const wrote = await client.write(random() < 0.7);
      survey[wrote ? "acknowledged" : "failed"]++;
    }
    const injected = readFileSync(trace, "utf8").match(/\(INJECTED\)/g);
    assert(injected!.length >= failures, `${injected?.length} injected`);
    await server.stop();
    const next = await start(runtime, options);
    try {
      await new Client(next, store, client.state, client.rev).join();
    } finally {
      await next.stop();
    }
    return survey;
  } finally {
    await server.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Two connections to the agent, and what they know to be stored. */
class Client {
  state: unknown;
  rev: number;
  #server: Server;
  #store: string;
  #writer!: TestClient;
  #reader!: TestClient;
  #count = 0;

  constructor(server: Server, store: string, state?: unknown, rev = 0) {
    this.#server = server;
    this.#store = store;
    this.state = state;
    this.rev = rev;
  }

  /** Connects, and finds the last state that was acknowledged. */
  async join(): Promise<void> {
    [this.#writer, this.#reader] = [
      await this.#connect(),
      await this.#connect(),
    ];
  }

  /** Writes by a frame or by a request; returns whether that was acknowledged. */
  async write(byFrame: boolean): Promise<boolean> {
    const next = `${this.#count++} ${"x".repeat(300)}`;
    const done = byFrame ? await this.#frame(next) : await this.#request(next);
    if (done) {
      this.state = next;
      this.rev++;
      const { rev, state } = await frame(this.#reader, "cf_agent_state");
      assert.deepEqual([rev, state === next], [this.rev, true]);
    } else {
      for (const client of [this.#writer, this.#reader]) {
        assert.equal((await client.closed).code, 1011);
        assert.deepEqual(await client.rest(), []);
      }
      await this.join();
    }
    // Not in full: they are long.
    const [disk, memory] = [this.#stored(), this.state].map(countIn);
    assert.equal(disk, memory, "what is on disk");
    return done;
  }

  async #connect(again = true): Promise<TestClient> {
    const url = `ws://${this.#server.host}/agents/kept-agent/x?_roam=1`;
    const client = new TestClient(url);
    const frames = await greeting(client).catch(() => []);
    if (frames.length === 0 && again) {
      // The store could not be made, nor opened.
      assert.equal((await client.closed).code, 1011);
      return this.#connect(false);
    }
    const [hello, , third] = frames;
    assert.deepEqual(
      [hello.rev, countIn(third.state)],
      [this.rev, countIn(this.state)],
    );
    return client;
  }

  async #frame(next: string): Promise<boolean> {
    write(this.#writer, next, { id: String(this.#count) });
    try {
      const { rev } = await frame(this.#writer, "roam_state_ack");
      assert.equal(rev, this.rev + 1);
      return true;
    } catch (error) {
      if (error instanceof assert.AssertionError) throw error;
      return false;
    }
  }

  async #request(next: string): Promise<boolean> {
    const url = `http://${this.#server.host}/agents/kept-agent/x`;
    const body = JSON.stringify(next);
    const response = await fetch(url, { method: "POST", body });
    await response.body?.cancel();
    if (response.status !== 200) {
      assert.equal(response.status, 500);
      return false;
    }
    await frame(this.#writer, "cf_agent_state");
    return true;
  }

  /** What a process would find that came now. */
  #stored(): unknown {
    const [file, copy] = [
      `${this.#store}/agents.sqlite`,
      `${this.#store}.copy`,
    ];
    if (!existsSync(file)) return undefined;
    for (const end of ["", "-wal"]) {
      rmSync(copy + end, { force: true });
      if (existsSync(file + end)) copyFileSync(file + end, copy + end);
    }
    const database = new DatabaseSync(copy);
    try {
      database.exec("PRAGMA synchronous = OFF");
      const tables = "SELECT * FROM sqlite_schema WHERE name = 'state'";
      if (database.prepare(tables).get() === undefined) return undefined;
      const row = database.prepare("SELECT state FROM state").get();
      return row && JSON.parse(row.state as string);
    } finally {
      database.close();
    }
  }
}

function countIn(state: unknown): string | undefined {
  return state === undefined ? undefined : String(state).split(" ", 1)[0];
}
