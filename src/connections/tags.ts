const MAX_TAGS = 9;
const MAX_TAG_LENGTH = 256;

/** A connection's tags: its id and the user's, which are as Workers has them. Throws a `RangeError` for others. */
export function checkedTags(id: string, tags: readonly string[]): string[] {
  if (tags.length > MAX_TAGS) {
    throw new RangeError(
      `Cannot tag a connection: at most ${MAX_TAGS} tags: received ${tags.length}`,
    );
  }
  for (const tag of tags) {
    if (typeof tag === "string" && tag !== "" && tag.length <= MAX_TAG_LENGTH) {
      continue;
    }
    throw new RangeError(
      `Cannot tag a connection: a tag must be a string of 1 to ${MAX_TAG_LENGTH} characters`,
    );
  }
  return [id, ...tags];
}
