const TOKEN = /^[\w!#$%&'*+.^`|~-]+$/;

/**
 * The first of the subprotocols that a header offers: a browser gives up
 * unless one of them is chosen. `undefined` when there is none. The header is
 * a list as in RFC 9110: spaces around the commas, and empty elements, mean
 * nothing.
 */
export function chosenSubprotocol(
  offered: string | null | undefined,
): string | undefined {
  return offered?.split(",").map((element) => element.trim())
    .find((element) => TOKEN.test(element));
}

/** The header that offers them. */
export const SUBPROTOCOLS = "sec-websocket-protocol";
