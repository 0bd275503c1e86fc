import { prefixSegments } from "../protocol/address.ts";

/** The client as one JavaScript module, for pages that no bundler makes. */
export interface ClientModule {
  /** Its text. */
  readonly source: string;
  /** Answers a request for it, `/agents/client.js` where the prefix is `agents`; `null` what is for somebody else. */
  answer(request: Request, prefix?: string): Response | null;
}

/**
 * A module of this text, and of a hash that is another one for each text.
 * Pages of any origin may import it; browsers ask each time whether it is
 * still the same.
 */
export function clientModule(source: string, hash: string): ClientModule {
  const etag = `"${hash}"`;
  const headers = {
    "access-control-allow-origin": "*",
    "cache-control": "no-cache",
    "content-type": "text/javascript; charset=utf-8",
    etag,
  };
  return {
    source,
    answer({ method, url, headers: asked }, prefix = "agents") {
      if (method !== "GET" && method !== "HEAD") return null;
      const path = `/${[...prefixSegments(prefix), "client.js"].join("/")}`;
      if (new URL(url, "http://host").pathname !== path) return null;
      const known = asked.get("if-none-match");
      // A proxy that compresses makes it a weak one.
      if (known?.replace(/^W\//, "") === etag) {
        return new Response(null, { status: 304, headers });
      }
      return new Response(method === "HEAD" ? null : source, { headers });
    },
  };
}
