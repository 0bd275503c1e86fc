import { Agent, callable } from "agents";

type Session = { userId: string; role: string };

/** One for each user; which, the server decides. */
export class UserAgent extends Agent<object, { visits: number }, Session> {
  initialState = { visits: 0 };
  #session: Session | undefined;

  onStart(session?: Session): void {
    this.#session = session;
  }

  onConnect(): void {
    this.setState({ visits: this.state.visits + 1 });
  }

  onRequest(request: Request): Response {
    const { pathname, search } = new URL(request.url);
    return Response.json({ name: this.name, pathname, search });
  }

  @callable()
  session(): Session | null {
    return this.#session ?? null;
  }
}
