/**
 * The page, served as it stands. Workers have no file system, so the files are
 * imported as text, which Deno, Bun and esbuild all understand.
 */
import html from "./page/index.html" with { type: "text" };
import base from "./page/base.css" with { type: "text" };
import composerStyle from "./page/composer.css" with { type: "text" };
import layout from "./page/layout.css" with { type: "text" };
import logStyle from "./page/log.css" with { type: "text" };
import panels from "./page/panels.css" with { type: "text" };
import app from "./page/app.js" with { type: "text" };
import composer from "./page/composer.js" with { type: "text" };
import log from "./page/log.js" with { type: "text" };
import memory from "./page/memory.js" with { type: "text" };
import notice from "./page/notice.js" with { type: "text" };
import people from "./page/people.js" with { type: "text" };
import rooms from "./page/rooms.js" with { type: "text" };
import socket from "./page/socket.js" with { type: "text" };

const styles = {
  base,
  composer: composerStyle,
  layout,
  log: logStyle,
  panels,
};
const scripts = { app, composer, log, memory, notice, people, rooms, socket };

const files = new Map([["/", { type: "text/html", text: html }]]);
for (const [name, text] of Object.entries(styles)) {
  files.set(`/${name}.css`, { type: "text/css", text });
}
for (const [name, text] of Object.entries(scripts)) {
  files.set(`/${name}.js`, { type: "text/javascript", text });
}

// Whatever people write, nothing of it can run.
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; " +
  "connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; " +
  "frame-ancestors 'none'";

/** Answers with a file of the page, or 404. */
export function servePage(request: Request): Response {
  const file = files.get(new URL(request.url).pathname);
  if (file === undefined) return new Response("Not found", { status: 404 });
  if (request.method !== "GET" && request.method !== "HEAD") {
    const headers = { allow: "GET, HEAD" };
    return new Response("Method not allowed", { status: 405, headers });
  }
  return new Response(file.text, {
    headers: {
      "content-type": `${file.type}; charset=utf-8`,
      "content-security-policy": POLICY,
      "x-content-type-options": "nosniff",
      "cache-control": "no-cache",
    },
  });
}
