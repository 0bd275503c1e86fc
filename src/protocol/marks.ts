/** Begins what a server sends to learn how far a client has read, and what the client sends back. A number follows. */
const MARK = '{"type":"roam_mark","id":';

/** What a server sends behind what it wants to know about. */
export function markFrame(number: number): string {
  return `${MARK}${number}}`;
}

/** The number of the mark that `text` is; `undefined` when it is none. */
export function markNumber(text: string): number | undefined {
  return text.startsWith(MARK) ? parseInt(text.slice(MARK.length)) : undefined;
}
