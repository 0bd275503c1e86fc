/** Whether `data` has more than `limit` bytes; text counts as UTF-8. */
export function isLargerThan(
  data: string | ArrayBuffer | ArrayBufferView,
  limit: number,
): boolean {
  if (typeof data !== "string") return data.byteLength > limit;
  // A UTF-16 unit is one to three bytes of UTF-8; most texts are decided here.
  if (data.length * 3 <= limit) return false;
  if (data.length > limit) return true;
  return bytesOf(data) > limit;
}

/** How many bytes `text` has as UTF-8. */
export function bytesOf(text: string): number {
  return new TextEncoder().encode(text).length;
}
