/**
 * Serves all examples, and a page that leads to each of them and to its source.
 * One file for all runtimes:
 *
 *     npm start
 *     npm start -- bun
 *     npm start -- node
 *     npm start -- workerd
 */
import { serveAgents } from "@roam/agents/auto";
import * as agents from "./built/agents.ts";
import { examples } from "./built/examples.ts";
import { environment } from "../shared/environment.ts";
import { guardsOf } from "./guards.ts";
import { serveGallery } from "./serve_gallery.ts";

// Workers find their Durable Objects here.
export * from "./built/agents.ts";
export default serveAgents({ ...agents }, {
  ...guardsOf(examples),
  env: environment(),
  signals: true,
  fallback: serveGallery(examples),
});
