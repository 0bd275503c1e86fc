import { bytesOf } from "./byte_size.ts";

/** The longest name of an instance, in bytes of UTF-8. */
export const MAX_NAME_BYTES = 256;

// deno-lint-ignore no-control-regex -- control characters are what it looks for
const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;
const PLAIN = /^[A-Za-z0-9_~-][A-Za-z0-9_.~-]{0,255}$/;

/**
 * What is wrong with `name` as the name of an instance, or `undefined` when
 * nothing is. Names are compared by their exact code points.
 */
export function instanceNameProblem(name: string): string | undefined {
  // A number would be another instance than the same number as a text.
  if (typeof name !== "string") return "name must be a string";
  if (PLAIN.test(name)) return undefined;
  const bytes = bytesOf(name);
  if (bytes === 0 || bytes > MAX_NAME_BYTES) {
    return `name must be 1 to ${MAX_NAME_BYTES} bytes: received ${bytes}`;
  }
  if (CONTROL.test(name)) return "name must not contain control characters";
  if (!isWellFormed(name)) return "name must not contain lone surrogates";
  // URL parsers remove these from a path, and some proxies after they have unescaped it.
  const dots = name.split(/[\\/]/).find((part) =>
    part === "." || part === ".."
  );
  if (dots === undefined) return undefined;
  return name === dots
    ? `name must not be "${dots}"`
    : `name must not have a part "${dots}"`;
}

/**
 * `segment` of a URL's path, percent-decoded. What encodes nothing stands for
 * itself: Cloudflare's clients put names into the URL as they are.
 */
export function decodeSegment(segment: string): string {
  if (!segment.includes("%")) return segment;
  return segment.replace(/(?:%[0-9a-f]{2})+/gi, (bytes) => {
    try {
      return decodeURIComponent(bytes);
    } catch {
      return bytes;
    }
  });
}

function isWellFormed(text: string): boolean {
  try {
    encodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
