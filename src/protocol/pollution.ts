/**
 * Whether the frame that was parsed from `text` has a key `__proto__`, or a key
 * `constructor` with a `prototype` in it: what is copied from such an object,
 * key by key, may change what all objects inherit.
 */
export function pollutes(text: string, frame: object): boolean {
  // Most have no object inside, and so no keys but their own.
  if (text.indexOf("{", text.indexOf("{") + 1) < 0) {
    return Object.hasOwn(frame, "__proto__");
  }
  // A key without escapes is spelled out; every escape that spells one has a \u00.
  return (text.includes("__proto__") || text.includes('"constructor"') ||
    text.includes("\\u00")) && hasForbiddenKey(frame);
}

function hasForbiddenKey(root: unknown): boolean {
  // Not recursive: JSON may be nested deeper than the stack.
  const left: unknown[] = [root];
  while (left.length > 0) {
    const value = left.pop();
    if (typeof value !== "object" || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) left.push(item);
      continue;
    }
    if (Object.hasOwn(value, "__proto__")) return true;
    for (const key of Object.keys(value)) {
      const inner = (value as Record<string, unknown>)[key];
      if (
        key === "constructor" && typeof inner === "object" && inner !== null &&
        Object.hasOwn(inner, "prototype")
      ) return true;
      left.push(inner);
    }
  }
  return false;
}
