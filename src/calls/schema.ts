import type {
  SchemaIssue,
  SchemaResult,
  StandardSchema,
} from "../ports/standard_schema.ts";
import { CallCode, type CallIssue } from "../protocol/calls.ts";
import { CallError } from "../runtime/call_error.ts";
import { isThenable } from "../runtime/thenable.ts";

/** Returns what a schema makes of `value`, or a promise of it where the schema is asynchronous. Throws what the schema refuses. */
export type Check<T> = (value: T) => T | Promise<T>;

/** Throws through `fail` unless these are schemas. */
export function assertSchemas(
  input: unknown,
  output: unknown,
  fail: (problem: string) => never,
): void {
  const inputs = Array.isArray(input) ? input : [input];
  if (input !== undefined && !inputs.every(isSchema)) {
    fail("must have a Standard Schema as input, or an array of them");
  }
  if (output !== undefined && !isSchema(output)) {
    fail("must have a Standard Schema as output");
  }
}

/** The check of a call's arguments. */
export function inputCheck(
  method: string,
  input: StandardSchema | readonly StandardSchema[],
): Check<readonly unknown[]> {
  if (isSchema(input)) {
    return (args) =>
      settle(input["~standard"].validate(args), (result) => {
        const value = accepted(method, [result], (issue) => pathOf(issue))[0];
        if (Array.isArray(value)) return value;
        throw new TypeError(
          `Cannot call ${method}: its input schema must give an array`,
        );
      });
  }
  return (args) => {
    if (args.length > input.length) {
      throw new CallError(
        CallCode.INVALID_ARGUMENT,
        `Invalid arguments for ${method}: at most ${input.length}: received ${args.length}`,
      );
    }
    const results = input.map((schema, at) =>
      schema["~standard"].validate(args[at])
    );
    return settle(
      results.some(isThenable) ? Promise.all(results) : results,
      (results) =>
        accepted(
          method,
          results as SchemaResult<unknown>[],
          (issue, at) => [at, ...pathOf(issue)],
        ),
    );
  };
}

/** The check of a method's result. */
export function outputCheck(
  method: string,
  output: StandardSchema,
): Check<unknown> {
  return (value) =>
    settle(output["~standard"].validate(value), (result) => {
      if (result.issues === undefined) return result.value;
      const [first] = result.issues.map((issue) => issueOf(issue, pathOf));
      throw new TypeError(
        `The result of ${method} does not fit its output schema: ${
          describe(first)
        }`,
      );
    });
}

/** The values, if all were accepted. */
function accepted(
  method: string,
  results: readonly SchemaResult<unknown>[],
  path: (issue: SchemaIssue, at: number) => (string | number)[],
): unknown[] {
  const issues = results.flatMap((result, at) =>
    (result.issues ?? []).map((issue) =>
      issueOf(issue, (issue) => path(issue, at))
    )
  );
  if (issues.length === 0) {
    return results.map((result) => (result as { value: unknown }).value);
  }
  throw new CallError(
    CallCode.INVALID_ARGUMENT,
    `Invalid arguments for ${method}: ${describe(issues[0])}`,
    issues,
  );
}

function issueOf(
  issue: SchemaIssue,
  path: (issue: SchemaIssue) => (string | number)[],
): CallIssue {
  return { message: String(issue.message), path: path(issue) };
}

/** `path` without the forms it may take. */
function pathOf({ path = [] }: SchemaIssue): (string | number)[] {
  return path.map((part) => {
    const key = typeof part === "object" ? part.key : part;
    return typeof key === "number" ? key : String(key);
  });
}

function describe({ message, path }: CallIssue): string {
  return path.length === 0 ? message : `${path.join(".")}: ${message}`;
}

function settle<A, B>(value: A | Promise<A>, next: (value: A) => B) {
  return isThenable(value)
    ? (value as Promise<A>).then(next)
    : next(value as A);
}

function isSchema(value: unknown): value is StandardSchema {
  // ArkType's are functions.
  if (typeof value !== "function" && typeof value !== "object") return false;
  const standard = (value as StandardSchema | null)?.["~standard"];
  return typeof standard?.validate === "function";
}
