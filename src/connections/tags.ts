const MAX_TAGS = 9;
const MAX_TAG_LENGTH = 256;

/** A connection's tags: its id and the user's, which are as Workers has them. Throws a `RangeError` for others. */
export function checkedTags(id: string, tags: readonly string[]): string[] {
  if (!Array.isArray(tags) || !tags.every(isTag)) {
    throw new RangeError(
      `Cannot tag a connection: tags must be an array of strings of 1 to ${MAX_TAG_LENGTH} characters`,
    );
  }
  if (tags.length > MAX_TAGS) {
    throw new RangeError(
      `Cannot tag a connection: at most ${MAX_TAGS} tags: received ${tags.length}`,
    );
  }
  return [id, ...tags];
}

function isTag(tag: unknown): boolean {
  return typeof tag === "string" && tag !== "" && tag.length <= MAX_TAG_LENGTH;
}
