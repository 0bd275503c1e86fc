import { behaviour, type Suite } from "../suite.ts";
import { Caller } from "./caller.ts";

/** Opens a client of `CallsAgent`; its instance is a new one, or that of this name. */
export async function openCaller(
  server: Suite,
  name: string = server.name("calls"),
): Promise<Caller> {
  return await Caller.open(server, `/agents/calls-agent/${name}`);
}

/** What defines behaviours of `CallsAgent`, each with an instance and a client of its own. */
export function callsOf(server: Suite) {
  return (
    name: string,
    test: (caller: Caller, instance: string) => Promise<void>,
  ): void =>
    behaviour(name, async () => {
      const instance = server.name("calls");
      const caller = await openCaller(server, instance);
      await test(caller, instance);
      await caller.close();
    });
}
