/** The part of Node's `process` that this file uses. */
interface NodeProcess {
  exitCode?: number | string;
  once(event: "beforeExit", listener: () => void): void;
}

/** Entries that nobody has asked for anything yet. */
const unused = new Set<Unused>();
let isWatching = false;

/** An entry that nothing serves: Node ends without a word when there is nothing to wait for, and this says why. */
export class Unused {
  /** From now on the process does not end in silence. */
  constructor() {
    unused.add(this);
    if (isWatching) return;
    isWatching = true;
    const { process } = globalThis as unknown as { process: NodeProcess };
    process.once("beforeExit", () => {
      if (unused.size === 0) return;
      console.error(
        "Nothing serves these agents, so the process ends: on Node, call listen() on what serveAgents() returns, " +
          "as in: await agents.listen({ port: 3000 }), or run the file by: npx roam dev main.ts",
      );
      process.exitCode ||= 1;
    });
  }

  /** Somebody uses the entry. */
  end(): void {
    unused.delete(this);
  }
}
