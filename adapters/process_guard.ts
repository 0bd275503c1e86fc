import { reportUncaught } from "../src/agent/uncaught.ts";

type Report = (error: unknown) => void;

/** All hosts of the process, also those of modules that were loaded anew. */
const REGISTRY = Symbol.for("@roam/agents guard");

/**
 * Has the process live on when something is thrown that nobody catches, or a
 * promise rejects that nobody awaits: its agent's `onError` hears of it where
 * that is known, and else `report`.
 */
export function guardProcess(report: Report): void {
  const registry = globalThis as { [REGISTRY]?: Set<Report> };
  const known = registry[REGISTRY];
  if (known !== undefined) return void known.add(report);
  const reports = registry[REGISTRY] = new Set([report]);
  listen((error) => {
    if (reportUncaught(error)) return;
    console.error("Uncaught:", error);
    for (const report of reports) report(error);
  });
}

/** The part of a `process` that tells of errors. */
interface ProcessErrors {
  on(
    event: "uncaughtException" | "unhandledRejection",
    listener: Report,
  ): void;
}

function listen(handle: Report): void {
  const { Deno: deno, process } = globalThis as unknown as {
    Deno?: unknown;
    process?: ProcessErrors;
  };
  if (deno === undefined) {
    process?.on("uncaughtException", handle);
    process?.on("unhandledRejection", handle);
    return;
  }
  globalThis.addEventListener("error", (event) => {
    event.preventDefault();
    handle((event as ErrorEvent).error);
  });
  globalThis.addEventListener("unhandledrejection", (event) => {
    event.preventDefault();
    handle((event as PromiseRejectionEvent).reason);
  });
}
