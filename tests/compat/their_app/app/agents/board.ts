import {
  Agent,
  type AgentNamespace,
  callable,
  type Connection,
  type ConnectionContext,
  getAgentByName,
  getCurrentAgent,
  type StreamingResponse,
} from "agents";
import type { ChatRoom } from "./chat_room.ts";

interface Env {
  CHAT_ROOM: AgentNamespace<ChatRoom>;
}

export type BoardState = {
  title: string;
  cards: { id: number; text: string; done: boolean }[];
  updatedBy: string | null;
};

/** A board of cards that everybody sees and, unless only looking, changes. */
export class Board extends Agent<Env, BoardState> {
  initialState: BoardState = { title: "Untitled", cards: [], updatedBy: null };

  shouldConnectionBeReadonly(_: Connection, ctx: ConnectionContext): boolean {
    return new URL(ctx.request.url).searchParams.get("mode") === "view";
  }

  validateStateChange(next: BoardState, source: Connection | "server"): void {
    if (next.title === "") throw new Error("a board needs a title");
    if (source !== "server" && next.title.length > 20) {
      throw new Error("that is too long for a title");
    }
  }

  onStateChanged(state: BoardState, source: Connection | "server"): void {
    const who = source === "server" ? "server" : source.id;
    this.broadcast(
      JSON.stringify({ type: "changed", who, title: state.title }),
    );
  }

  onRequest(request: Request): Response {
    if (request.method === "GET") return Response.json(this.state);
    return new Response("Method not allowed", { status: 405 });
  }

  @callable({ description: "Adds a card" })
  addCard(text: string): number {
    const id = this.state.cards.length + 1;
    const cards = [...this.state.cards, { id, text, done: false }];
    this.setState({ ...this.state, cards, updatedBy: this.who() });
    return id;
  }

  @callable()
  async finish(id: number): Promise<void> {
    const cards = this.state.cards.map((card) =>
      card.id === id ? { ...card, done: true } : card
    );
    this.setState({ ...this.state, cards, updatedBy: this.who() });
    const room = await getAgentByName(this.env.CHAT_ROOM, this.name);
    await room.announce(`Card ${id} is done`);
  }

  @callable()
  rename(title: string): BoardState {
    this.setState({ ...this.state, title });
    return this.state;
  }

  @callable()
  async slow(milliseconds: number): Promise<number> {
    await new Promise((resolve) => setTimeout(resolve, milliseconds));
    return milliseconds;
  }

  @callable()
  nothing(): void {}

  @callable()
  fail(message: string): never {
    throw new Error(message);
  }

  @callable()
  permissions(): { canEdit: boolean } {
    const { connection } = getCurrentAgent();
    return { canEdit: !this.isConnectionReadonly(connection!) };
  }

  @callable()
  lock(readonly: boolean): void {
    const { connection } = getCurrentAgent();
    if (connection) this.setConnectionReadonly(connection, readonly);
  }

  @callable({ streaming: true, description: "Reads the cards out" })
  async read(stream: StreamingResponse, from: number): Promise<void> {
    for (const card of this.state.cards.slice(from)) {
      await Promise.resolve();
      stream.send(card.text);
    }
    stream.end({ read: this.state.cards.length - from });
  }

  @callable({ streaming: true })
  async breaks(stream: StreamingResponse): Promise<void> {
    stream.send("one");
    await Promise.resolve();
    throw new Error("in the middle");
  }

  @callable({ streaming: true })
  gives(stream: StreamingResponse): void {
    stream.send("one");
    stream.error("that was all");
  }

  @callable()
  methods(): unknown[] {
    return [...this.getCallableMethods()].sort(([a], [b]) => a < b ? -1 : 1);
  }

  /** For the server only. */
  secret(): string {
    return `secret of ${this.name}`;
  }

  private who(): string {
    return getCurrentAgent().connection?.id ?? "server";
  }
}
