import type { Clock } from "../ports/clock.ts";

/** The clock of the machine. */
export const systemClock: Required<Clock> = {
  now: () => performance.now(),
  every(ms, tick) {
    const timer: unknown = setInterval(tick, ms);
    // Where timers keep a process alive, an idle instance is no reason to.
    (timer as { unref?: () => void }).unref?.();
    return () => clearInterval(timer as ReturnType<typeof setInterval>);
  },
  wall: () => Date.now(),
  after(ms, job) {
    const timer: unknown = setTimeout(job, ms);
    (timer as { unref?: () => void }).unref?.();
    return () => clearTimeout(timer as ReturnType<typeof setTimeout>);
  },
  soon(job) {
    const { setImmediate } = globalThis as {
      setImmediate?: (job: () => void) => void;
    };
    // Comes after the messages that have arrived; a microtask would come before them.
    if (setImmediate !== undefined) return setImmediate(job);
    const { port1, port2 } = new MessageChannel();
    port1.onmessage = () => {
      port1.close();
      job();
    };
    port2.postMessage(0);
  },
};
