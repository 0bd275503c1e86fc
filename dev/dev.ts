// The server of the development page. Nothing imports this: adapters/dev_page.ts
// loads it when somebody opens the page.
import type { HostInside } from "../src/host/host.ts";
import { prefixSegments } from "../src/protocol/address.ts";
import type { Action, Result, Watch } from "./messages.ts";
import { act, actHere } from "./actions.ts";
import type { TimedEvent } from "./event_views.ts";
import { assets, html } from "./assets.ts";
import { Watching } from "./watching.ts";

/** The host that the page shows. */
export interface DevServerOptions {
  /** A {@linkcode HostInside}. */
  readonly inside: object;
  readonly prefix: string;
  /** What went wrong, the oldest first. */
  readonly events: () => readonly TimedEvent[];
  /** Milliseconds that the event loop was late. */
  readonly lag: () => number;
}

/** Answers the requests of who may see the page. */
export interface DevServer {
  answer(request: Request, isOfPage: boolean): Response | Promise<Response>;
  /** What became of an {@linkcode Action} that the page of another process asks for. */
  act(asked: unknown): Promise<Result>;
  close(): void;
}

/** The server of a host's page. */
export function createDevServer(options: DevServerOptions): DevServer {
  const inside = options.inside as HostInside;
  const prefix = `/${[...prefixSegments(options.prefix), ""].join("/")}`;
  const watching = new Set<Watching>();
  return {
    answer(request, isOfPage) {
      const { pathname } = new URL(request.url);
      const part = pathname.slice("/_roam".length);
      if (request.method === "GET" || request.method === "HEAD") {
        return part === "" ? html() : assets(part);
      }
      if (!isOfPage) {
        return new Response("Only the page itself may ask that", {
          status: 403,
        });
      }
      if (part === "/watch") return watch(request);
      if (part === "/do") return perform(request);
      return new Response("Not found", { status: 404 });
    },
    act: (asked) => told(() => actHere(inside, asked as Action)),
    close() {
      for (const each of watching) each.end();
    },
  };

  async function watch(request: Request): Promise<Response> {
    const wanted = await request.json() as Watch;
    const { events, lag } = options;
    const each: Watching = new Watching(
      { inside, prefix, events, lag },
      wanted,
      () => watching.delete(each),
    );
    watching.add(each);
    return new Response(each.stream, {
      headers: {
        "content-type": "application/x-ndjson",
        "cache-control": "no-store",
      },
    });
  }

  async function perform(request: Request): Promise<Response> {
    const result = await told(async () =>
      act(inside, await request.json() as Action)
    );
    return Response.json(result, { headers: { "cache-control": "no-store" } });
  }
}

async function told(job: () => Promise<Result>): Promise<Result> {
  try {
    return await job();
  } catch (error) {
    return { error: messageOf(error) };
  }
}

/** What an error says, and what its causes do. */
function messageOf(error: unknown): string {
  const messages: string[] = [];
  for (let at = error; at !== undefined && messages.length < 5;) {
    const message = at instanceof Error ? at.message : String(at);
    if (!messages.some((known) => known.includes(message))) {
      messages.push(message);
    }
    at = at instanceof Error ? at.cause : undefined;
  }
  return messages.join(": ");
}
