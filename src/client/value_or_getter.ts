/** A value, or how to get it: asked anew for each connection, or request. */
export type ValueOrGetter<T> = T | (() => T | Promise<T>);

/** The value, or what comes of asking for it. */
export function getValue<T>(value: ValueOrGetter<T>): T | Promise<T> {
  return typeof value === "function"
    ? (value as () => T | Promise<T>)()
    : value;
}
