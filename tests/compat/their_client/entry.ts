/** What the server runs. */
export const entry = "tests/compat/their_client/server.ts";
/** The classes that it exports. */
export const classes: readonly string[] = [
  "CallsAgent",
  "StreamsAgent",
  "CommandAgent",
  "EchoAgent",
  "AIAssistant",
  "PlainStateAgent",
  "RoomAgent",
  "SilentAgent",
  "BurstAgent",
  "DoorAgent",
  "MY_AGENT",
  "My_Agent",
  "HTTPServer",
  "TestOAuthAgent",
  "agent2B",
  "otherAgent_",
];
/** The same as Durable Objects, by their bindings. */
export const objects: Record<string, string> = Object.fromEntries(
  classes.map((name) => [name, name]),
);
