import { AgentClient, type AgentClientOptions } from "../../../client.ts";
import { FaultProxy } from "../network/fault_proxy.ts";
import { PATIENCE_MS } from "../patience.ts";

/** A client behind a network of its own, and all that it was told, in order. */
export class SessionClient {
  readonly client: AgentClient;
  readonly proxy: FaultProxy;
  /** `open`, `close 1006`, `resumed`, `gap closed`, and `message x` for the application's. */
  readonly log: string[] = [];
  #waiting = new Set<() => void>();
  #read = 0;

  private constructor(proxy: FaultProxy, options: AgentClientOptions) {
    this.proxy = proxy;
    this.client = new AgentClient({
      minReconnectionDelay: 10,
      maxReconnectionDelay: 50,
      ...options,
      host: proxy.host,
    });
    this.client.binaryType = "arraybuffer";
    const note = (line: string) => {
      this.log.push(line);
      for (const look of [...this.#waiting]) look();
    };
    const { client } = this;
    client.addEventListener("open", () => note("open"));
    client.addEventListener("close", ({ code }) => note(`close ${code}`));
    client.addEventListener("resumed", () => note("resumed"));
    client.addEventListener("gap", ({ reason }) => note(`gap ${reason}`));
    client.addEventListener("message", ({ data }) => {
      if (data instanceof ArrayBuffer) {
        note(`bytes ${new Uint8Array(data)}`);
      } else if (!/"type":"(cf_agent_|rpc")/.test(data)) {
        note(`message ${data}`);
      }
    });
  }

  static async open(
    host: string,
    options: AgentClientOptions,
  ): Promise<SessionClient> {
    const proxy = await FaultProxy.start(host);
    const made = new SessionClient(proxy, options);
    await made.client.ready;
    return made;
  }

  /** Resolves when the log has `line`, once more than the last time. */
  async until(line: string): Promise<void> {
    const at = await this.#when(() => {
      const found = this.log.indexOf(line, this.#read);
      return found < 0 ? undefined : found;
    }, line);
    this.#read = at + 1;
  }

  /** Sends a message, and resolves with the next one that comes. */
  async ask(message: string): Promise<string> {
    const from = this.log.length;
    this.client.send(message);
    return await this.#when(
      () =>
        this.log.slice(from).find((line) => line.startsWith("message "))
          ?.slice(8),
      `an answer to ${message}`,
    );
  }

  /** The application's messages so far. */
  get messages(): string[] {
    return this.log.flatMap((line) =>
      line.startsWith("message ") ? [line.slice(8)] : []
    );
  }

  /** Breaks the connection, and resolves when the client goes on with it. */
  async cut(): Promise<void> {
    this.proxy.cut();
    await this.until("resumed");
  }

  async stop(): Promise<void> {
    this.client.close();
    await this.proxy.stop();
  }

  #when<T>(find: () => T | undefined, what: string): Promise<T> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look);
        reject(new Error(`${what} does not come: ${this.log.slice(-40)}`));
      }, PATIENCE_MS);
      const look = () => {
        const found = find();
        if (found === undefined) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        resolve(found);
      };
      this.#waiting.add(look);
      look();
    });
  }
}
