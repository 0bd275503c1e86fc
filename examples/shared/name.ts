/** The longest name, in UTF-16 code units, as an input counts them. */
export const MAX_NAME = 40;

/** `name`, which may be anything, as others get to see it; `undefined` when it can't be one. */
export function cleanName(name: unknown): string | undefined {
  if (typeof name !== "string") return undefined;
  const clean = name.replace(/[\p{Cc}\s]+/gu, " ").trim();
  // Something of it has to be visible.
  if (!/[\p{L}\p{N}\p{P}\p{S}]/u.test(clean)) return undefined;
  return clean.length <= MAX_NAME ? clean : undefined;
}
