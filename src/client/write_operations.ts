import { isRecord, same } from "./json.ts";

// deno-lint-ignore no-explicit-any -- parts of JSON
type Part = any;

/**
 * As `diff` of the protocol, in half of its bytes: the operations, as
 * JSON, that make `next` of `previous`, or `undefined` where they have more
 * than `maxLength` characters. An array of another length gets one splice.
 */
export function writeOperations(
  previous: unknown,
  next: unknown,
  maxLength: number,
): string | undefined {
  const operations: string[] = [];
  const path: (string | number)[] = [];
  let left = maxLength - 1;
  const add = (...change: unknown[]) => {
    const text = JSON.stringify([path, ...change]);
    left -= text.length + 1;
    operations.push(text);
  };
  const compare = (from: Part, to: Part) => {
    if (from === to || left < 0) return;
    let keys: (string | number)[] = [];
    if (Array.isArray(from) && Array.isArray(to)) {
      const more = to.length - from.length;
      if (more) {
        const most = Math.min(from.length, to.length);
        let head = 0;
        let tail = 0;
        while (head < most && same(from[head], to[head])) head++;
        while (head + tail < most && same(from.at(~tail), to.at(~tail))) tail++;
        const end = to.length - tail;
        return add(head, end - more - head, to.slice(head, end));
      }
      keys = [...to.keys()];
    } else if (isRecord(from) && isRecord(to)) {
      keys = Object.keys({ ...from, ...to });
      const kept = keys.filter((key) => Object.hasOwn(to, key));
      // Who reads a state may go by the order of its keys.
      const wanted = Object.keys(to);
      if (kept.some((key, at) => key !== wanted[at])) return add(to);
    } else return add(to);
    for (const key of keys) {
      path.push(key);
      if (Object.hasOwn(to, key)) {
        compare((from as Part)[key], (to as Part)[key]);
      } else add();
      path.pop();
    }
  };
  compare(previous, next);
  return left < 0 ? undefined : `[${operations}]`;
}
