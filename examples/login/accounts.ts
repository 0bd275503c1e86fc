import { type Agent, CallError } from "@roam/agents";
import { cleanName } from "../shared/name.ts";
import { hashPassword, isPassword } from "./password.ts";

/** Somebody who may come in, or might before. */
export interface Account {
  readonly name: string;
  readonly role: "admin" | "member";
  /** Why not any more, if somebody said why; `null` for everybody else. */
  readonly barred: string | null;
}

/** What somebody is told who may not come in any more. */
export function farewell(why: string): string {
  return `You were asked to leave${why === "" ? "" : `: ${why}`}`;
}

const MIN_PASSWORD = 8;
const MAX_PASSWORD = 200;
/** So often in a row, and then not for a while. */
const MAX_FAILURES = 5;
const LOCK_MS = 60_000;

/** Who there is, in the agent's own database. Whoever comes first is the admin. */
export class Accounts {
  #agent: Agent;
  #failures = new Map<string, { count: number; at: number }>();

  constructor(agent: Agent) {
    this.#agent = agent;
  }

  open(): void {
    this.#agent.sql`
      CREATE TABLE IF NOT EXISTS accounts (
        name TEXT PRIMARY KEY COLLATE NOCASE,
        password TEXT NOT NULL,
        role TEXT NOT NULL,
        barred TEXT
      )`;
  }

  /** Makes an account. Throws what the page shows. */
  async signUp(wanted: unknown, password: unknown): Promise<Account> {
    const name = cleanName(wanted);
    if (name === undefined) throw refusal("Say a name, of 1 to 40 letters");
    if (typeof password !== "string" || password.length < MIN_PASSWORD) {
      throw refusal(`A password has at least ${MIN_PASSWORD} characters`);
    }
    if (password.length > MAX_PASSWORD) {
      throw refusal(`A password has at most ${MAX_PASSWORD} characters`);
    }
    const kept = await hashPassword(password);
    // From here on nobody else gets a turn in between.
    const [first] = this.#agent.sql`SELECT 1 FROM accounts LIMIT 1`;
    const role = first === undefined ? "admin" : "member";
    const [added] = this.#agent.sql<{ name: string }>`
      INSERT INTO accounts (name, password, role)
      VALUES (${name}, ${kept}, ${role})
      ON CONFLICT (name) DO NOTHING
      RETURNING name`;
    if (added === undefined) throw refusal("Somebody has that name already");
    return { name, role, barred: null };
  }

  /** Finds the account to a name and its password. Throws what the page shows. */
  async signIn(name: unknown, password: unknown): Promise<Account> {
    const given = String(name).trim().slice(0, 100);
    const failures = this.#failuresOf(given);
    if (failures >= MAX_FAILURES) throw refusal("Wait a minute, and try again");
    this.#failures.set(given, { count: failures + 1, at: Date.now() });
    const [row] = this.#agent.sql<{ password: string }>`
      SELECT password FROM accounts WHERE name = ${given}`;
    // It takes its time for an unknown name as well, and says the same.
    const kept = row?.password ?? await hashPassword("");
    const text = String(password).slice(0, MAX_PASSWORD);
    const isRight = await isPassword(text, kept) && row !== undefined;
    if (!isRight) throw refusal("Wrong name or password");
    this.#failures.delete(given);
    const account = this.find(given)!;
    if (account.barred !== null) throw refusal(farewell(account.barred));
    return account;
  }

  find(name: string): Account | undefined {
    return this.#agent.sql<Account & Record<string, string | null>>`
      SELECT name, role, barred FROM accounts WHERE name = ${name}`[0];
  }

  all(): Account[] {
    return this.#agent.sql<Account & Record<string, string | null>>`
      SELECT name, role, barred FROM accounts ORDER BY name`;
  }

  /** Keeps somebody out, and says why; `null` lets them in again. */
  bar(name: string, why: string | null): void {
    this.#agent.sql`UPDATE accounts SET barred = ${why} WHERE name = ${name}`;
  }

  #failuresOf(name: string): number {
    const now = Date.now();
    for (const [each, { at }] of this.#failures) {
      if (now - at > LOCK_MS) this.#failures.delete(each);
    }
    return this.#failures.get(name)?.count ?? 0;
  }
}

function refusal(message: string): CallError {
  return new CallError("REFUSED", message);
}
