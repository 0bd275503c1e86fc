/** The part of an `AsyncLocalStorage` that the library uses. */
export interface AsyncContext {
  /** Calls `callback` with `args`; `getStore` returns `store` inside, also past an await. */
  // deno-lint-ignore no-explicit-any -- AsyncLocalStorage<unknown> is only assignable to a signature this loose
  run(store: any, callback: (...args: any[]) => any, ...args: any[]): any;
  /** The innermost store. */
  getStore(): unknown;
}
