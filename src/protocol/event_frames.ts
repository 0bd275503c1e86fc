import { copyJson } from "./json.ts";

/** What follows the name of an event: its data, which may be left out where it may be undefined. */
export type EventArguments<Data, More extends unknown[] = []> =
  undefined extends Data ? [data?: Data, ...more: More]
    : [data: Data, ...more: More];

/** What an agent tells by name to clients that announced the extensions. Throws a `TypeError` for what JSON can't carry. */
export function eventFrame(name: string, data: unknown): string {
  if (typeof name !== "string" || name === "") {
    const received = typeof name === "string" ? "none" : typeof name;
    throw new TypeError(
      `Cannot emit: an event must have a name, a string: received ${received}`,
    );
  }
  const json = copyJson(
    data,
    undefined,
    (problem) => new TypeError(`Cannot emit "${name}": ${problem}`),
  );
  return JSON.stringify({ type: "roam_event", name, data: json });
}
