import { queryValue } from "../protocol/address.ts";

/** How a request wants to be answered: by an upgrade, by what one would be refused with, or by `onRequest`. */
export type Manner = "connect" | "probe" | "request";

/** A request on its way to an instance. */
export interface Visit<Kind, Native> {
  readonly manner: Manner;
  readonly kind: Kind;
  /** The instance's name. */
  readonly name: string;
  readonly request: Request;
  readonly native: Native;
  /** What hooks get as `env`. */
  readonly env: unknown;
}

/** How `request` wants to be answered. */
export function mannerOf(request: Request): Manner {
  const upgrade = request.headers.get("upgrade");
  if (upgrade !== null && upgrade.toLowerCase() === "websocket") {
    return "connect";
  }
  return queryValue(request.url, "_roam") === "probe" ? "probe" : "request";
}
