import type { HostServices } from "../runtime/host_services.ts";
import { Watcher } from "../runtime/watcher.ts";

/** A client is sent one frame in so many milliseconds, whatever changes. */
const INTERVAL_MS = 50;

/** Something that has news for its clients. */
export interface Flushable {
  /** Sends them. Returns whether some have to wait for the next time. */
  flush(): boolean;
}

/** The timer of a host, for all of its instances. */
export const presenceTimer = ({ timer }: HostServices) =>
  new Watcher<Flushable>(
    timer.clock,
    INTERVAL_MS,
    (presence) => presence.flush(),
  );
