import assert from "node:assert/strict";

/** Sends text and bytes to the echo agent at `host`, and waits for both to come back. */
export async function echo(host: string): Promise<void> {
  const socket = new WebSocket(`ws://${host}/agents/echo-agent/one`);
  socket.binaryType = "arraybuffer";
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code);
  });
  const answers: unknown[] = [];
  const answered = new Promise<void>((resolve, reject) => {
    closed.then((code) => reject(new Error(`it closed with ${code}`)));
    socket.onmessage = ({ data }) => {
      // The agent's own frames come first.
      if (typeof data === "string" && data.startsWith("{")) return;
      answers.push(data);
      if (answers.length === 2) resolve();
    };
  });
  socket.onopen = () => {
    socket.send("hello");
    socket.send(Uint8Array.of(1, 2, 3));
  };
  await answered;
  assert.deepEqual(answers, ["hello", Uint8Array.of(1, 2, 3).buffer]);
  socket.close(1000);
  assert.equal(await closed, 1000);
}
