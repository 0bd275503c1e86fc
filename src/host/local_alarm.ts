import type { HostContext } from "../agent/host_context.ts";
import type { AgentAddress } from "../ports/agent_address.ts";
import { DueTimer, type DueTimerHost } from "../schedules/due_timer.ts";
import type { Alarm } from "../schedules/owner.ts";

/** Wakes the instances of this process. What is due of those that are not in memory is in the storage. */
export class LocalAlarm implements Alarm {
  #timer: DueTimer;

  /** Sees to what is due already in the next turn, when the host is complete. */
  constructor(host: HostContext, wake: DueTimerHost["wake"]) {
    this.#timer = new DueTimer({
      storage: host.commits.storage,
      now: host.wall,
      steady: () => host.now,
      after: host.after,
      wake,
    });
    this.#timer.begin();
  }

  wakeAt(address: AgentAddress, due: number | undefined): void {
    if (due !== undefined) this.#timer.notice(address, due);
  }

  /** There may be something due that was another process's before. */
  renew(): void {
    this.#timer.renew();
  }

  stop(): void {
    this.#timer.stop();
  }
}
