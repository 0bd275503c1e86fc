import { AgentClient } from "@roam/agents/client";

const TICK_MS = 300;

/** One room of the cluster, and the tile that shows it. */
export class Room {
  ticks = 0;
  wentBack = 0;
  /** Milliseconds. */
  longest = 0;
  /** The process that answered last. */
  node;
  onCount = () => {};
  element = document.createElement("li");
  #count = 0;
  #name;
  #client;
  #tell;

  constructor(name, host, tell) {
    this.#name = name;
    this.#tell = tell;
    const [label, count] = ["span", "b"].map((tag) =>
      document.createElement(tag)
    );
    label.textContent = name;
    this.element.append(label, count);
    this.#client = new AgentClient({
      agent: "Room",
      name,
      host,
      // A process that is paused is noticed soon.
      heartbeatInterval: 2000,
    });
    this.#client.addEventListener("change", () => {
      this.element.dataset.status = this.#client.status;
    });
    this.#client.addEventListener("close", ({ code }) => {
      tell(`${name} was closed with ${code}`);
    });
    this.#run();
  }

  async #run() {
    for (;;) {
      const begin = performance.now();
      const { count, node } = await this.#tick();
      const wait = performance.now() - begin;
      if (wait > 1000) {
        this.#tell(`${this.#name} counts again, after ${seconds(wait)}`);
      }
      if (count <= this.#count) this.wentBack++;
      if (this.node !== undefined && this.node !== node) {
        this.#tell(`${this.#name} is ${node}'s now`);
      }
      this.ticks++;
      this.longest = Math.max(this.longest, wait);
      this.node = node;
      this.#count = count;
      this.element.querySelector("b").textContent = count;
      this.onCount();
      await new Promise((resolve) => setTimeout(resolve, TICK_MS));
    }
  }

  /** Asks again when an answer was lost: one tick more does no harm. */
  async #tick() {
    for (;;) {
      try {
        return await this.#client.call("tick");
      } catch {
        await new Promise((resolve) => setTimeout(resolve, TICK_MS));
      }
    }
  }
}

function seconds(ms) {
  return `${(ms / 1000).toFixed(1)} s`;
}
