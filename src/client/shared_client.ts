import { MountedClient } from "./mounted_client.ts";
import { addressKey } from "./option_keys.ts";
import type { UseAgentOptions } from "./use_agent_options.ts";

/** How long a client is kept for components that were rendered, and are not shown yet. */
const PATIENCE_MS = 10_000;
/** How long they have to be shown, or to be rendered again, when what they waited for is there. */
const GRACE_MS = 1000;

const clients = new Map<string, SharedClient<unknown, unknown>>();

/** The client of all components on this page that name the same address. */
export class SharedClient<A, State> extends MountedClient<A, State> {
  /** Components that have it, and waits. */
  #holds = 0;
  #mounts = 0;
  #unmount: (() => void) | undefined;
  #isKnown = false;
  /** What components wait for that are not mounted, and what holds the client for them. */
  #waiting: Promise<void> | undefined;
  #lease: (() => void) | undefined;
  #grace: ReturnType<typeof setTimeout> | undefined;

  /** The one for these options, also before it is shown. */
  static of<A, State>(
    options: UseAgentOptions<State>,
  ): SharedClient<A, State> {
    const known = clients.get(addressKey(options)) as
      | SharedClient<A, State>
      | undefined;
    const client = known ?? new SharedClient<A, State>(options);
    // On a server nothing is shown, and nobody waits.
    if ("window" in globalThis && !client.#holds) {
      client.#enter();
      // A rendering may be given up without a word.
      client.endIn(PATIENCE_MS);
    }
    return client;
  }

  override keep(): () => void {
    this.#holds++;
    this.#enter();
    const end = super.keep();
    return () => {
      this.#holds--;
      end();
    };
  }

  override mount(): () => void {
    // Where it throws, nobody has the client, and the next one tries again.
    if (!this.#mounts) this.#unmount = super.mount();
    this.#mounts++;
    const release = this.keep();
    return () => {
      if (!--this.#mounts) this.#unmount!();
      release();
    };
  }

  /** Throws a promise until the first state has come, for Suspense, and the error when there will be no connection. */
  first(): void {
    const { connectionError } = this.client;
    if (connectionError) {
      // React renders twice before it believes an error, the second time perhaps later; who tries again has another client.
      this.#endLease(this.#mounts > 1 ? 0 : GRACE_MS);
      throw connectionError;
    }
    if (!this.#isKnown && "window" in globalThis) {
      throw this.#waiting ??= this.#wait();
    }
  }

  protected override end(): void {
    if (this.#holds) return;
    if (clients.get(this.address) === this as unknown) {
      clients.delete(this.address);
    }
    super.end();
  }

  #enter(): void {
    if (!clients.has(this.address)) {
      clients.set(this.address, this as SharedClient<unknown, unknown>);
    }
  }

  /** A component that waits is not mounted: it connects all the same, and is asked now and then whether it is there. */
  #wait(): Promise<void> {
    const { client } = this;
    clearTimeout(this.#grace);
    this.#lease ??= this.mount();
    return new Promise((resolve) => {
      const end = () => {
        clearTimeout(timer);
        this.#waiting = undefined;
        resolve();
        this.#endLease(GRACE_MS);
      };
      const timer = setTimeout(end, PATIENCE_MS);
      client.ready.then(() => {
        this.#isKnown = true;
        end();
      }, () => client.connectionError && end());
    });
  }

  #endLease(ms: number): void {
    this.#grace = setTimeout(() => {
      this.#lease?.();
      this.#lease = undefined;
    }, ms);
  }
}
