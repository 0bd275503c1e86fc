// For production, after `npm run build`: PORT=8080 npm start
import { createServer } from "node:http";
import sirv from "sirv";
import agents from "./agents.ts";

const port = Number(process.env.PORT ?? 3000);
const pages = sirv("dist", { single: true });
const server = createServer((request, response) => pages(request, response));
agents.handle(server).listen(port, () => {
  console.log(`Listening on http://localhost:${port}/`);
});
process.once("SIGTERM", async () => {
  await agents.close();
  server.close();
});
