/** A module of Node's, which Deno and Bun have too; loaded when asked for, so that a Worker's bundle does without. */
export function builtin<T>(name: string): T {
  const { process } = globalThis as unknown as {
    process?: { getBuiltinModule?(name: string): unknown };
  };
  const found = process?.getBuiltinModule?.(name);
  if (found !== undefined) return found as T;
  throw new Error(`Cannot load ${name}: this runtime does not have it`);
}
