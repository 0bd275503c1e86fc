// The agents that every server here serves, and what it stores them in.
import { Agent } from "../../../mod.ts";

export class Counter extends Agent {
  initialState = 0;
  static callable = ["add"];

  add() {
    this.setState(this.state + 1);
    return this.state;
  }

  onMessage(connection, message) {
    connection.send(message);
  }

  async onRequest(request) {
    return Response.json({ said: await request.text(), state: this.state });
  }
}

export const storage = process.env.ROAM_STORE ?? "memory";

/** Says where `server` listens, as the tests expect it. */
export function tell(server) {
  const { port } = server.address();
  console.log(`Listening on http://127.0.0.1:${port}`);
}
