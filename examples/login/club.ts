import {
  Agent,
  CallError,
  type Connection,
  type ConnectionContext,
  getCurrentAgent,
  type RequestContext,
} from "@roam/agents";
import type { Environment } from "../shared/environment.ts";
import { type Account, Accounts, farewell } from "./accounts.ts";
import { type Note, Notes } from "./notes.ts";
import { type Session, sessionCookie } from "./session.ts";

/** What all members see, and only the admin may change. */
interface Board {
  readonly notice: string;
}

/** Who is at the other end of a connection. */
type Member = Pick<Account, "name" | "role">;

/** An account, as the admin sees it. */
export interface Person extends Account {
  readonly isHere: boolean;
}

const HOURS = 3_600_000;
/** A close frame has room for 123 bytes. */
const MAX_REASON = 80;

/** Clients stay away after it, as after most codes from 4000 to 4999. */
const KICKED = 4403;

/**
 * A club: who has an account may come in. All see the notice, each sees notes
 * of their own, and the admin sees everybody, and may ask them to leave.
 */
export class Club extends Agent<Environment, Board> {
  declare events: { you: Member; notes: Note[]; people: Person[] };
  static callable = {
    addNote: { description: "Keeps a note, for whoever calls" },
    deleteNote: { description: "Deletes one of the caller's" },
    kick: { description: "Keeps somebody out (admin)" },
    letIn: { description: "Lets them in again (admin)" },
  };

  override initialState: Board = { notice: "" };
  #accounts = new Accounts(this);
  #notes = new Notes(this);

  override onStart(): void {
    this.#accounts.open();
    this.#notes.open();
  }

  /** `POST …/sign-up`, `…/sign-in`, `…/sign-out`. */
  override async onRequest(
    request: Request,
    { data: session }: RequestContext<Session | null>,
  ): Promise<Response> {
    const action = new URL(request.url).pathname.split("/").at(-1);
    if (action === "me") {
      const status = session === null ? 401 : 200;
      return Response.json({ name: session?.name ?? null }, { status });
    }
    if (request.method !== "POST") {
      return new Response("Method not allowed", { status: 405 });
    }
    if (action === "sign-out") return await this.#answer(request, undefined);
    if (action !== "sign-in" && action !== "sign-up") {
      return new Response("Not found", { status: 404 });
    }
    try {
      const { name, password, seconds } = await request.json();
      const account = action === "sign-in"
        ? await this.#accounts.signIn(name, password)
        : await this.#accounts.signUp(name, password);
      if (action === "sign-up") this.#tellAdmin();
      const ms = Math.min(Math.max(1, Number(seconds)) * 1000, 12 * HOURS);
      const expires = Date.now() + (ms || 12 * HOURS);
      return await this.#answer(request, { name: account.name, expires });
    } catch (error) {
      if (error instanceof SyntaxError) {
        return new Response("JSON, please", { status: 400 });
      }
      if (!(error instanceof CallError)) throw error;
      return new Response(error.message, { status: 403 });
    }
  }

  /** To find all connections of somebody, or of all with a role. */
  override getConnectionTags(
    _connection: Connection,
    { data }: ConnectionContext<Session>,
  ): string[] {
    const account = this.#accounts.find(data.name);
    return [`name:${data.name}`, `role:${account?.role}`];
  }

  /** Members see the notice, and can't change it. */
  override shouldConnectionBeReadonly(
    _connection: Connection,
    { data }: ConnectionContext<Session>,
  ): boolean {
    return this.#accounts.find(data.name)?.role !== "admin";
  }

  override onConnect(
    connection: Connection<Member, this["events"]>,
    { data: { name, expires } }: ConnectionContext<Session>,
  ): void {
    // The cookie says who it was at the time. What they may do, the account says.
    const account = this.#accounts.find(name);
    if (account === undefined) {
      return connection.close(KICKED, "There is no such account");
    }
    if (account.barred !== null) {
      return connection.close(KICKED, farewell(account.barred));
    }
    const { role } = account;
    connection.setState({ name, role });
    // It would outlive the session that it began with.
    connection.expiresAt(expires);
    connection.emit("you", { name, role });
    connection.emit("notes", this.#notes.of(name));
    this.#tellAdmin();
  }

  /** The same page is back, with a cookie that may be another one by now. */
  override onResume(
    connection: Connection<Member>,
    { data }: ConnectionContext<Session>,
  ): void {
    connection.expiresAt(data.expires);
    if (data.name === connection.state?.name) return;
    connection.close(KICKED, "You have signed in as somebody else");
  }

  override onClose(): void {
    this.#tellAdmin();
  }

  override validateStateChange(next: Board): void {
    const { notice, ...others } = next ?? {};
    if (
      typeof notice === "string" && notice.length <= 200 &&
      Object.keys(others).length === 0
    ) return;
    throw new CallError("INVALID", "A notice has at most 200 characters");
  }

  addNote(text: string): void {
    const { name } = caller();
    this.#notes.add(name, text);
    this.#showNotes(name);
  }

  deleteNote(id: number): void {
    const { name } = caller();
    this.#notes.delete(name, id);
    this.#showNotes(name);
  }

  /** Ends all connections of a member, who sees why, and can't come back. */
  kick(name: string, why: string): void {
    needAdmin();
    if (this.#accounts.find(name)?.role !== "member") {
      throw new CallError("REFUSED", "Only members can be asked to leave");
    }
    const reason = String(why).trim().slice(0, MAX_REASON);
    this.#accounts.bar(name, reason);
    for (const connection of this.getConnections(`name:${name}`)) {
      connection.close(KICKED, farewell(reason));
    }
    this.#tellAdmin();
  }

  letIn(name: string): void {
    needAdmin();
    this.#accounts.bar(name, null);
    this.#tellAdmin();
  }

  async #answer(
    request: Request,
    session: Session | undefined,
  ): Promise<Response> {
    const cookie = await sessionCookie(session, request, this.env);
    const headers = { "set-cookie": cookie, "cache-control": "no-store" };
    return new Response(null, { status: 204, headers });
  }

  #showNotes(name: string): void {
    const notes = this.#notes.of(name);
    for (const connection of this.getConnections(`name:${name}`)) {
      connection.emit("notes", notes);
    }
  }

  #tellAdmin(): void {
    const here = new Set(
      [...this.getConnections<Member>()].map(({ state }) => state?.name),
    );
    const people = this.#accounts.all().map((account) => ({
      ...account,
      isHere: here.has(account.name),
    }));
    for (const connection of this.getConnections("role:admin")) {
      connection.emit("people", people);
    }
  }
}

/** Who called. To be asked before the first `await`. */
function caller(): Member {
  return getCurrentAgent().connection!.state as Member;
}

function needAdmin(): void {
  if (caller().role === "admin") return;
  throw new CallError("FORBIDDEN", "Only the admin may do that");
}
