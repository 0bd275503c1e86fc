import type { HostEvent } from "../src/runtime/events.ts";
import type { MaybePromise, Platform } from "../src/host/platform.ts";
import { isWellAddressed } from "../src/host/request_origin.ts";
import type { ServedAgents } from "../src/host/serve.ts";
import { isDevelopment } from "../platform/development.ts";
import {
  assertDevOption,
  DEV_PATH,
  type DevOption,
  hasToken,
  isOfPage,
  whyForeign,
} from "./dev_access.ts";

/** An event, and when it was. */
export interface TimedEvent {
  readonly at: number;
  readonly event: HostEvent;
}

/** What the module of the page makes, which is loaded when somebody opens it. */
interface DevServer {
  /** Answers a request of somebody who may come; `isOfPage` tells whether the page itself sent it. */
  answer(request: Request, isOfPage: boolean): MaybePromise<Response>;
  /** Does what the page of another process of a cluster asks for. */
  act(asked: unknown): Promise<unknown>;
  close(): void;
}

/** What the page shows. */
interface Place {
  /** Of a host. */
  readonly inside: object;
  readonly prefix: string;
}

/** What is kept of the past. */
const MOST_EVENTS = 200;
const KEPT = new Set(["cut", "failed", "refused", "uncaught"]);

/** The way to the development page: it knows who may come, and what went wrong before anybody came. */
export class DevPage {
  #token: string | undefined;
  #events: TimedEvent[] = [];
  #lag = 0;
  #loading: Promise<DevServer> | undefined;
  #said = new Set<string>();
  #isAnnounced = false;
  #isClosed = false;

  private constructor(token: string | undefined) {
    this.#token = token;
  }

  /** `undefined` where there is none. Throws a `TypeError` for an option that can't be. */
  static of(option: DevOption | undefined): DevPage | undefined {
    assertDevOption(option);
    if (option === false) return undefined;
    if (option === undefined && !isDevelopment()) return undefined;
    return new DevPage(typeof option === "object" ? option.token : undefined);
  }

  /** What a host tells, so that it is kept, and goes on to `next`. */
  listener(
    next: ((event: HostEvent) => void) | undefined,
  ): (event: HostEvent) => void {
    return (event) => {
      this.#note(event);
      next?.(event);
    };
  }

  #note(event: HostEvent): void {
    if (event.type === "lag") this.#lag = event.ms;
    if (!KEPT.has(event.type)) return;
    this.#events.push({ at: Date.now(), event });
    if (this.#events.length > MOST_EVENTS) this.#events.shift();
  }

  /** `served`, with the page in front of it. */
  before<Native extends unknown[]>(
    served: ServedAgents<Native>,
    platform: Platform<Native>,
    place: Place & {
      /** Whether nobody else answers what is no agent's. */
      readonly isAlone: boolean;
    },
  ): ServedAgents<Native> {
    const { namespace } = place.inside as {
      namespace: { inspect?: DevServer["act"] };
    };
    namespace.inspect = async (asked) =>
      await (await this.#load(place)).act(asked);
    const answer = (request: Request, native: Native) => {
      // Most requests are for an agent.
      if (!request.url.includes(DEV_PATH)) return null;
      const { pathname } = new URL(request.url);
      if (pathname !== DEV_PATH && !pathname.startsWith(`${DEV_PATH}/`)) {
        return null;
      }
      if (!this.#admits(request, platform.peer?.(request, native))) return null;
      if (this.#token !== undefined && !hasToken(request, this.#token)) {
        return new Response("The development page wants its token", {
          status: 401,
          headers: { "www-authenticate": 'Basic realm="Roam"' },
        });
      }
      platform.answering?.(request, native);
      return this.#answer(request, place);
    };
    const leads = (request: Request, native: Native) =>
      place.isAlone && this.#token === undefined && request.method === "GET" &&
      new URL(request.url).pathname === "/" &&
      whyForeign(request, platform.peer?.(request, native)) === undefined;
    return {
      ...served,
      route: (request, ...native) => {
        const answered = isReadable(request) && answer(request, native);
        return answered || served.route(request, ...native);
      },
      fetch: (request, ...native) => {
        if (!isReadable(request)) return served.fetch(request, ...native);
        if (!this.#isAnnounced) {
          this.#announce(request, platform.peer?.(request, native));
        }
        return leads(request, native)
          ? new Response(null, { status: 302, headers: { location: DEV_PATH } })
          : answer(request, native) ?? served.fetch(request, ...native);
      },
      close: (options) => {
        this.#isClosed = true;
        this.#loading?.then((server) => server.close(), () => {});
        return served.close(options);
      },
    };
  }

  /** Says where the page is, once: only a request tells by which name and port. */
  #announce(request: Request, peer: string | undefined): void {
    const isForeign = whyForeign(request, peer) !== undefined;
    if (isForeign || this.#token !== undefined) return;
    this.#isAnnounced = true;
    console.log(`What runs here: ${new URL(DEV_PATH, request.url)}`);
  }

  /** Whoever has the token may come from anywhere. To all others there is no page. */
  #admits(request: Request, peer: string | undefined): boolean {
    if (this.#token !== undefined) return true;
    const why = whyForeign(request, peer);
    if (why === undefined) return true;
    if (!this.#said.has(why)) {
      this.#said.add(why);
      console.warn(
        `Refused a request for the development page: ${why}. It is for this machine alone, unless serveAgents has dev: { token }.`,
      );
    }
    return false;
  }

  #load({ inside, prefix }: Place): Promise<DevServer> {
    return this.#loading ??= load().then(({ createDevServer }) =>
      createDevServer({
        inside,
        prefix,
        events: () => this.#events,
        lag: () => this.#lag,
      })
    );
  }

  async #answer(request: Request, place: Place): Promise<Response> {
    if (this.#isClosed) return new Response("Closing", { status: 503 });
    let server: DevServer;
    try {
      server = await this.#load(place);
    } catch (error) {
      console.error("Cannot load the development page:", error);
      return new Response(
        "The development page is not there: was the server bundled?",
        { status: 500 },
      );
    }
    try {
      return await server.answer(request, isOfPage(request));
    } catch (error) {
      console.error("The development page failed:", error);
      return new Response("The development page failed", { status: 500 });
    }
  }
}

/** Whether it says where it goes to, in a URL: a client may send any host, or none. */
function isReadable(request: Request): boolean {
  return URL.canParse(request.url) && isWellAddressed(request);
}

/** Its module is named at the last moment, so that no bundler and no start of a server takes it in. */
async function load(): Promise<{
  createDevServer(options: {
    readonly inside: object;
    readonly prefix: string;
    readonly events: () => readonly TimedEvent[];
    readonly lag: () => number;
  }): DevServer;
}> {
  const here = import.meta.url;
  const name = here.endsWith(".ts") ? "../dev/dev.ts" : "../dev/dev.js";
  return await import(
    /* webpackIgnore: true */ /* @vite-ignore */ new URL(name, here).href
  );
}
