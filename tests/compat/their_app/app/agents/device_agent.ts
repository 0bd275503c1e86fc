import { Agent, type Connection, type ConnectionContext } from "agents";

/** For devices, some of which know nothing but their own bytes. */
export class DeviceAgent extends Agent<object, { level: number } | null> {
  static options = { sendIdentityOnConnect: false };

  shouldSendProtocolMessages(_: Connection, ctx: ConnectionContext): boolean {
    return new URL(ctx.request.url).searchParams.get("protocol") !== "false";
  }

  onConnect(connection: Connection): void {
    const enabled = this.isConnectionProtocolEnabled(connection);
    connection.send(
      JSON.stringify({ enabled, hasState: this.state !== undefined }),
    );
  }

  onMessage(connection: Connection, message: string): void {
    if (message === "null") this.setState(null);
    else if (message.startsWith("level ")) {
      this.setState({ level: Number(message.slice(6)) });
    }
    connection.send(`got ${message}`);
  }
}
