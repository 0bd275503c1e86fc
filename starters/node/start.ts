// For production: PORT=8080 node start.ts
import agents from "./main.ts";

const { url, close } = await agents.listen();
console.log(`Listening on ${url}`);
process.once("SIGTERM", close);
