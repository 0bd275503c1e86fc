import { CloseCode } from "../protocol/close_codes.ts";
import type { Instance } from "./instance.ts";

/** Removes what is stored of an instance, then closes its connections and lets go of it. */
export async function destroy(instance: Instance): Promise<void> {
  const { home, address } = instance;
  instance.dispose("the agent is destroyed");
  home.commits.save(instance, { address });
  await instance.outbox?.durable();
  home.renewEpoch();
  for (const link of [...instance.connections.links()]) {
    link.close(CloseCode.GOING_AWAY, "destroyed");
  }
  home.discard(instance);
}
