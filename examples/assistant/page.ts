/**
 * The page, served as it stands. Workers have no file system, so the files are
 * imported as text, which Deno, Bun and esbuild all understand.
 */
import html from "./page/index.html" with { type: "text" };
import style from "./page/style.css" with { type: "text" };
import app from "./page/app.js" with { type: "text" };
import calls from "./page/calls.js" with { type: "text" };

const files = new Map([
  ["/", { type: "text/html", text: html }],
  ["/style.css", { type: "text/css", text: style }],
  ["/app.js", { type: "text/javascript", text: app }],
  ["/calls.js", { type: "text/javascript", text: calls }],
]);

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
