import { openDeaf } from "./raw_client.ts";

/** A WebSocket client that reads from TCP only when it is asked for a message. */
export class LazyClient {
  #tcp: Deno.Conn;
  #chunk = new Uint8Array(256 * 1024);
  #bytes: Uint8Array = new Uint8Array();

  private constructor(tcp: Deno.Conn) {
    this.#tcp = tcp;
  }

  static async open(host: string, path: string): Promise<LazyClient> {
    const client = new LazyClient(await openDeaf(host, path));
    const decoder = new TextDecoder("latin1");
    while (true) {
      const end = decoder.decode(client.#bytes).indexOf("\r\n\r\n");
      if (end >= 0) {
        client.#bytes = client.#bytes.slice(end + 4);
        return client;
      }
      await client.#read();
    }
  }

  /** The next text; answers pings, and what the server asks of clients with extensions. */
  async text(): Promise<string> {
    while (true) {
      const { opcode, payload } = await this.#frame();
      if (opcode === 9) await this.#send(10, payload);
      if (opcode !== 1) continue;
      const text = new TextDecoder().decode(payload);
      if (!text.startsWith('{"type":"roam_mark"')) return text;
      await this.send(text);
    }
  }

  send(text: string): Promise<void> {
    return this.#send(1, new TextEncoder().encode(text));
  }

  destroy(): void {
    this.#tcp.close();
  }

  async #send(opcode: number, payload: Uint8Array): Promise<void> {
    if (payload.length > 125) {
      throw new RangeError("too long for a short frame");
    }
    const head = [0x80 | opcode, 0x80 | payload.length, 0, 0, 0, 0];
    await this.#tcp.write(new Uint8Array([...head, ...payload]));
  }

  async #frame(): Promise<{ opcode: number; payload: Uint8Array }> {
    const [first, second] = await this.#take(2);
    let length = second & 127;
    if (length >= 126) {
      const bytes = await this.#take(length === 126 ? 2 : 8);
      length = bytes.reduce((sum, byte) => sum * 256 + byte, 0);
    }
    return { opcode: first & 15, payload: await this.#take(length) };
  }

  async #take(count: number): Promise<Uint8Array> {
    const parts: Uint8Array[] = [];
    let missing = count;
    while (true) {
      const part = this.#bytes.subarray(0, missing);
      parts.push(part);
      missing -= part.length;
      this.#bytes = this.#bytes.subarray(part.length);
      if (missing === 0) break;
      await this.#read();
    }
    const all = new Uint8Array(count);
    let at = 0;
    for (const part of parts) {
      all.set(part, at);
      at += part.length;
    }
    return all;
  }

  /** More bytes, behind those that are there. */
  async #read(): Promise<void> {
    const count = await this.#tcp.read(this.#chunk);
    if (count === null) throw new Error("TCP has ended");
    const bytes = new Uint8Array(this.#bytes.length + count);
    bytes.set(this.#bytes);
    bytes.set(this.#chunk.subarray(0, count), this.#bytes.length);
    this.#bytes = bytes;
  }
}
