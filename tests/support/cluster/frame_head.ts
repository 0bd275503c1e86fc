/** The head of a frame between nodes that says it has `length` bytes and this type, whatever that is; it is about no connection. */
export function frameHead(length: number, type: number): Uint8Array {
  const head = new Uint8Array(9);
  const view = new DataView(head.buffer);
  view.setUint32(0, length);
  view.setUint8(4, type);
  return head;
}
