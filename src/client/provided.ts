/** A value, or how to get it: asked anew for each connection, or request. */
export type Provided<T> = T | (() => T | Promise<T>);

/** The value, or what comes of asking for it. */
export function provided<T>(value: Provided<T>): T | Promise<T> {
  return typeof value === "function"
    ? (value as () => T | Promise<T>)()
    : value;
}
