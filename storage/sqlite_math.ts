import type { SqlValue } from "../src/ports/storage.ts";
import type { Engine } from "./engine.ts";

/** Whether it is one of the functions that {@linkcode defineMath} defines. */
export function isMath(name: string): boolean {
  return Object.hasOwn(FUNCTIONS, name.toLowerCase());
}

/** Defines SQLite's mathematical functions on an engine that was built without them. */
export function defineMath(engine: Engine): void {
  for (const [name, run] of Object.entries(FUNCTIONS)) {
    const options = {
      deterministic: true,
      useBigIntArguments: true,
      varargs: name === "log",
    };
    engine.function(name, options, run);
  }
  // Else a column or an index could not use them. They do nothing but compute.
  engine.exec("PRAGMA trusted_schema = ON");
}

type MathFunction = (...values: SqlValue[]) => SqlValue;

const FUNCTIONS: Readonly<Record<string, MathFunction>> = {
  acos: unary(Math.acos),
  acosh: unary(Math.acosh),
  asin: unary(Math.asin),
  asinh: unary(Math.asinh),
  atan: unary(Math.atan),
  atan2: binary(Math.atan2),
  atanh: unary(Math.atanh),
  ceil: rounding(Math.ceil),
  ceiling: rounding(Math.ceil),
  cos: unary(Math.cos),
  cosh: unary(Math.cosh),
  degrees: unary((x) => x * (180 / Math.PI)),
  exp: unary(Math.exp),
  floor: rounding(Math.floor),
  ln: unary(logarithm(Math.log)),
  log: (...values) => {
    if (values.length === 1) return log10(values[0]);
    if (values.length === 2) return logOfBase(values[0], values[1]);
    throw new TypeError("wrong number of arguments to function log()");
  },
  log10: (value) => log10(value),
  log2: unary(logarithm(Math.log2)),
  mod: binary((x, y) => x % y),
  pi: () => Math.PI,
  pow: binary(Math.pow),
  power: binary(Math.pow),
  radians: unary((x) => x * (Math.PI / 180)),
  sin: unary(Math.sin),
  sinh: unary(Math.sinh),
  sqrt: unary(Math.sqrt),
  tan: unary(Math.tan),
  tanh: unary(Math.tanh),
  trunc: rounding(Math.trunc),
};

const log10 = unary(logarithm(Math.log10));
const logOfBase = binary((base, x) =>
  base > 0 && x > 0 && base !== 1 ? Math.log(x) / Math.log(base) : NaN
);

/** Has to have as many parameters as the function takes. */
function unary(
  compute: (x: number) => number,
): (value: SqlValue) => SqlValue {
  return (value) => {
    const x = numeric(value);
    return x === null ? null : result(compute(Number(x)));
  };
}

function binary(
  compute: (x: number, y: number) => number,
): (first: SqlValue, second: SqlValue) => SqlValue {
  return (first, second) => {
    const [x, y] = [numeric(first), numeric(second)];
    if (x === null || y === null) return null;
    return result(compute(Number(x), Number(y)));
  };
}

/** An integer stays one. */
function rounding(
  round: (x: number) => number,
): (value: SqlValue) => SqlValue {
  return (value) => {
    const x = numeric(value);
    return typeof x === "number" ? result(round(x)) : x;
  };
}

/** SQLite has no infinity for the logarithm of nothing. */
function logarithm(compute: (x: number) => number): (x: number) => number {
  return (x) => x > 0 ? compute(x) : NaN;
}

function result(x: number): number | null {
  return Number.isNaN(x) ? null : x;
}

/** A text counts when all of it is a number; bytes never do. */
function numeric(value: SqlValue): number | bigint | null {
  if (typeof value === "number" || typeof value === "bigint") return value;
  if (typeof value !== "string") return null;
  const text = value.trim();
  if (/^[+-]?\d+$/.test(text)) {
    const integer = BigInt(text.replace("+", ""));
    return BigInt.asIntN(64, integer) === integer ? integer : Number(text);
  }
  const isReal = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text);
  return isReal ? Number(text) : null;
}
