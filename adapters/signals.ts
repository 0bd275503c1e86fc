import type { CloseOptions } from "../src/host/serve.ts";

/** See {@linkcode LocalOptions.signals}. */
export type SignalsOption = boolean | CloseOptions;

type Signal = "SIGTERM" | "SIGINT";
type Close = () => Promise<void>;

const SIGNALS: Record<Signal, number> = { SIGINT: 2, SIGTERM: 15 };
/** All hosts of the process, also those of modules that were loaded anew. */
const REGISTRY = Symbol.for("@roam/agents signals");

/**
 * Has the process end when it is told to by SIGTERM or SIGINT: all that are
 * listed here close first. The second signal ends it at once.
 */
export function closeOnSignals(close: Close): void {
  const registry = globalThis as { [REGISTRY]?: Set<Close> };
  const known = registry[REGISTRY];
  if (known !== undefined) return void known.add(close);
  const closers = registry[REGISTRY] = new Set([close]);
  let isClosing = false;
  listen(async (signal) => {
    if (isClosing) return exit(128 + SIGNALS[signal]);
    isClosing = true;
    const results = await Promise.allSettled(
      [...closers].map((close) => close()),
    );
    let status = 0;
    for (const result of results) {
      if (result.status === "fulfilled") continue;
      status = 1;
      console.error("Cannot close:", result.reason);
    }
    exit(status);
  });
}

/** The part of Deno that has signals. */
interface DenoSignals {
  addSignalListener(signal: Signal, listener: () => void): void;
  exit(status: number): void;
}

/** The part of a `process` that has them. */
interface ProcessSignals {
  on(signal: Signal, listener: () => void): void;
  exit(status: number): void;
}

const { Deno: deno, process } = globalThis as unknown as {
  Deno?: DenoSignals;
  process?: ProcessSignals;
};

function exit(status: number): void {
  (deno ?? process)?.exit(status);
}

function listen(handle: (signal: Signal) => void): void {
  for (const signal of Object.keys(SIGNALS) as Signal[]) {
    const listener = () => handle(signal);
    if (deno === undefined) process?.on(signal, listener);
    else deno.addSignalListener(signal, listener);
  }
  if (deno !== undefined) precedeServe(deno);
}

/**
 * `deno serve` listens to the same signals, and then closes all sockets with
 * 1001 before anybody else can say a word. It does so by the function that
 * everybody uses, when the entry has been loaded: from there it is kept out.
 */
function precedeServe(deno: DenoSignals): void {
  const add = deno.addSignalListener;
  let missing = Object.keys(SIGNALS).length;
  try {
    deno.addSignalListener = (signal, listener) => {
      const [, , caller] = new Error().stack?.split("\n") ?? [];
      if (!caller?.includes("ext:deno_http")) return add(signal, listener);
      if (--missing === 0) deno.addSignalListener = add;
    };
  } catch {
    // Then they hear 1001, after which clients come back too.
  }
}
