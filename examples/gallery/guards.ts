import type { BeforeHook } from "@roam/agents";
import type { ExampleApp } from "../shared/example_app.ts";
import type { Shown } from "./shown.ts";

type Guards = NonNullable<ExampleApp["guards"]>;

/** Guards that ask those of the example whose agent is meant. */
export function guardsOf(examples: readonly Shown[]): Required<Guards> {
  const guards = new Map<string, Guards | undefined>();
  for (const { app } of examples) {
    for (const name of Object.keys(app?.agents ?? {})) {
      guards.set(name, app?.guards);
    }
  }
  const ask = (hook: keyof Guards): BeforeHook => (request, target, context) =>
    guards.get(target.className)?.[hook]?.(request, target, context);
  return {
    onBeforeConnect: ask("onBeforeConnect"),
    onBeforeRequest: ask("onBeforeRequest"),
  };
}
