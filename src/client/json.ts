/** `value` as JSON; throws a `TypeError` when it is none. */
export function jsonOf(value: unknown): string {
  const json = JSON.stringify(value);
  if (json !== undefined) return json;
  throw new TypeError(`Cannot set the state to ${typeof value}: no JSON`);
}

/** Whether two states are the same JSON. */
export function same(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}
