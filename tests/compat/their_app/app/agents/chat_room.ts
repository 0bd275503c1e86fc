import {
  Agent,
  callable,
  type Connection,
  type ConnectionContext,
  getCurrentAgent,
  type WSMessage,
} from "agents";

type Member = { user: string; sent: number };

/** Who is connected, as a helper outside of the class finds out. */
function current(): string {
  const { agent, connection } = getCurrentAgent<ChatRoom>();
  const member = connection?.state as Member | undefined;
  return `${member?.user ?? "nobody"} in ${agent?.name}`;
}

/** A room for people with a name; administrators have a tag. */
export class ChatRoom extends Agent<object> {
  started = 0;

  onStart(): void {
    this.started++;
    this.sql`CREATE TABLE IF NOT EXISTS lines (
      id INTEGER PRIMARY KEY AUTOINCREMENT, user TEXT, text TEXT
    )`;
  }

  getConnectionTags(_: Connection, ctx: ConnectionContext): string[] {
    const role = new URL(ctx.request.url).searchParams.get("role");
    return role ? [role, "known"] : [];
  }

  async onConnect(
    connection: Connection<Member>,
    ctx: ConnectionContext,
  ): Promise<void> {
    const query = new URL(ctx.request.url).searchParams;
    const user = query.get("user");
    await Promise.resolve();
    if (!user) {
      connection.close(4001, "Who are you?");
      return;
    }
    connection.setState({ user, sent: 0 });
    connection.send(JSON.stringify({
      type: "welcome",
      id: connection.id,
      tags: connection.tags,
      started: this.started,
      language: ctx.request.headers.get("accept-language"),
    }));
    this.broadcast(JSON.stringify({ type: "join", user }), [connection.id]);
  }

  onMessage(connection: Connection<Member>, message: WSMessage): void {
    if (typeof message !== "string") {
      connection.send(new Uint8Array(message as ArrayBuffer).reverse());
      return;
    }
    if (message === "who") return connection.send(this.people("known"));
    if (message === "me") return connection.send(current());
    if (message === "throw") throw new Error("in onMessage");
    if (message === "kick") return connection.close(4002, "You asked for it");
    if (message === "uri") {
      const { pathname, search } = new URL(connection.uri!);
      return connection.send(pathname + search);
    }
    const next = connection.setState((member) => ({
      ...member!,
      sent: member!.sent + 1,
    }));
    this.sql`INSERT INTO lines (user, text) VALUES (${next!.user}, ${message})`;
    this.broadcast(JSON.stringify({ type: "line", ...next, text: message }));
  }

  onClose(
    connection: Connection<Member>,
    code: number,
    reason: string,
    wasClean: boolean,
  ): void {
    const user = connection.state?.user;
    const gone = { type: "leave", user, code, reason, wasClean };
    this.broadcast(JSON.stringify(gone), [connection.id]);
  }

  onError(connection: unknown, error?: unknown): void {
    const thrown = (error ?? connection) as Error;
    for (const admin of this.getConnections("admin")) {
      admin.send(JSON.stringify({ type: "error", message: thrown.message }));
    }
  }

  async onRequest(request: Request): Promise<Response> {
    const url = new URL(request.url);
    if (url.pathname.endsWith("/history")) {
      return Response.json(this.sql`SELECT user, text FROM lines ORDER BY id`);
    }
    if (url.pathname.endsWith("/announce") && request.method === "POST") {
      this.announce(await request.text());
      return Response.json({ announced: true }, { status: 201 });
    }
    if (url.pathname.endsWith("/stream")) {
      const lines = ["data: one\n\n", "data: two\n\n"].map((line) =>
        new TextEncoder().encode(line)
      );
      return new Response(ReadableStream.from(lines), {
        headers: { "content-type": "text/event-stream" },
      });
    }
    return new Response("Not found", { status: 404 });
  }

  announce(text: string): number {
    this.broadcast(JSON.stringify({ type: "announce", text }));
    return [...this.getConnections()].length;
  }

  @callable()
  whisper(id: string, text: string): boolean {
    const other = this.getConnection<Member>(id);
    other?.send(JSON.stringify({ type: "whisper", text, from: current() }));
    return other !== undefined;
  }

  private people(tag: string): string {
    const found = [...this.getConnections<Member>(tag)];
    return JSON.stringify(found.map(({ state }) => state!.user).sort());
  }
}
