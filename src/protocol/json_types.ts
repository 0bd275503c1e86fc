/**
 * What arrives where a value travels as JSON: a `Date` as a string, methods
 * not at all. What JSON can't carry is an error on its way, and here a type that
 * nothing fits.
 */

/** What JSON can't carry: sending it is an error. */
export interface NotJson {
  /** There is no such value. */
  readonly "JSON can't carry this": never;
}

/** What has no JSON, or would arrive as something else. */
export type Uncarried =
  | bigint
  | symbol
  | ArrayBuffer
  | ArrayBufferView
  | ReadonlyMap<unknown, unknown>
  | ReadonlySet<unknown>
  | WeakMap<WeakKey, unknown>
  | RegExp;

/** Any method. */
// deno-lint-ignore no-explicit-any -- no other parameters match those of every method
export type AnyMethod = (...args: any[]) => unknown;

/** An `Error`, and not just an object with a message. */
export type RealError<T> = T extends Error ? "stack" extends keyof T ? T : never
  : never;

/** `T` as it arrives. */
export type Jsonified<T> =
  // What is not known stays so.
  0 extends 1 & T ? T
    : unknown extends T ? T
    : T extends string | number | boolean | null | undefined | void ? T
    : T extends { toJSON(...args: never[]): infer Json } ? Jsonified<Json>
    : T extends Uncarried | AnyMethod | RealError<T> ? NotJson
    : T extends readonly unknown[] ? number extends T["length"]
        // Spelled as an array it is looked into when it has to be: types contain themselves.
        ? T extends unknown[] ? Jsonified<T[number]>[]
        : readonly Jsonified<T[number]>[]
      : { [K in keyof T]: Jsonified<T[K]> }
    : {
      [K in keyof T as T[K] extends AnyMethod ? never : K]: Jsonified<T[K]>;
    };

/** `T` as a client has to give it, where the server's code declares `T`: what would arrive as something else can't be given. */
export type AsArgument<T> = 0 extends 1 & T ? T
  : unknown extends T ? T
  : T extends string | number | boolean | null | undefined ? T
  : T extends { toJSON(...args: never[]): unknown } ? NotJson
  : T extends Uncarried | AnyMethod | RealError<T> ? NotJson
  : T extends readonly unknown[]
    ? number extends T["length"] ? T extends unknown[] ? AsArgument<T[number]>[]
      : readonly AsArgument<T[number]>[]
    : { [K in keyof T]: AsArgument<T[K]> }
  : T extends object ? { [K in keyof T]: AsArgument<T[K]> }
  : T;

/** `T`, all through, as nobody may change it. */
export type DeepReadonly<T> = 0 extends 1 & T ? T
  : unknown extends T ? T
  : T extends string | number | boolean | bigint | symbol | null | undefined ? T
  : T extends AnyMethod ? T
  : { readonly [K in keyof T]: DeepReadonly<T[K]> };
