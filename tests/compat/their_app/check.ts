import { TestClient } from "../../support/clients/client.ts";
import { parsed } from "./frames.ts";

/** An app that runs somewhere. */
export class App {
  readonly host: string;

  constructor(host: string) {
    this.host = host;
  }

  /** Connects, and waits until the connection is open. */
  async open(
    path: string,
    headers?: Record<string, string>,
  ): Promise<TestClient> {
    const client = this.connect(path, headers);
    await client.opened;
    return client;
  }

  connect(path: string, headers?: Record<string, string>): TestClient {
    return new TestClient(`ws://${this.host}${path}`, headers);
  }

  /** Status and body, and `headers` of the answer that are asked for. */
  async fetch(
    path: string,
    { show = [], ...init }: RequestInit & { show?: string[] } = {},
  ): Promise<unknown[]> {
    const response = await fetch(`http://${this.host}${path}`, init);
    const text = await response.text();
    const shown = show.map((name) => response.headers.get(name));
    return [response.status, parsed(text), ...shown];
  }
}

/** One thing that the app does: what it shows on Cloudflare's SDK, and here. */
export interface Check {
  readonly name: string;
  /** Returns what there is to see. */
  readonly run: (app: App) => Promise<unknown>;
  readonly expected: unknown;
  /** What it shows here, where that differs, and why. */
  readonly here?: { readonly expected: unknown; readonly why: string };
}
