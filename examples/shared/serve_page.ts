/** What a page is made of: its own part of the HTML, one style sheet, one script. */
export interface Page {
  readonly title: string;
  readonly body: string;
  readonly style: string;
  /** None for a page that only shows something. */
  readonly script?: string;
  /** Where else than to its own server it connects, as a Content-Security-Policy says it. */
  readonly connect?: string;
}

// Whatever people write, nothing of it can run.
const policy = (connect = "") =>
  "default-src 'none'; script-src 'self'; style-src 'self'; " +
  `connect-src 'self' ${connect}; img-src data:; base-uri 'none'; ` +
  "form-action 'none'; frame-ancestors 'none'";

/**
 * A fallback for `serveAgents` that serves `page` at `/`, or below another
 * path that ends with a slash. Workers have no file system: its parts are
 * imported as text, which Deno, Bun and esbuild all understand.
 */
export function servePage(
  page: Page,
  path = "/",
): (request: Request) => Response {
  const { style, script } = page;
  const files = new Map([
    [path, { type: "text/html", text: html(page) }],
    [`${path}app.css`, { type: "text/css", text: style }],
  ]);
  if (script !== undefined) {
    files.set(`${path}app.js`, { type: "text/javascript", text: script });
  }
  return (request) => {
    const file = files.get(new URL(request.url).pathname);
    if (file === undefined) return new Response("Not found", { status: 404 });
    if (request.method !== "GET" && request.method !== "HEAD") {
      const headers = { allow: "GET, HEAD" };
      return new Response("Method not allowed", { status: 405, headers });
    }
    return new Response(file.text, {
      headers: {
        "content-type": `${file.type}; charset=utf-8`,
        "content-security-policy": policy(page.connect),
        "x-content-type-options": "nosniff",
        "cache-control": "no-cache",
      },
    });
  };
}

function html({ title, body, script }: Page): string {
  return `<!DOCTYPE html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover, interactive-widget=resizes-content">
    <meta name="color-scheme" content="light dark">
    <title>${title}</title>
    <link rel="icon" href="data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 32 32'%3E%3Crect width='32' height='32' rx='9' fill='%232f6b5b'/%3E%3Cpath d='M8 11a3 3 0 0 1 3-3h10a3 3 0 0 1 3 3v6a3 3 0 0 1-3 3h-6l-5 4v-4a3 3 0 0 1-2-3z' fill='%23fff'/%3E%3C/svg%3E">
    <link rel="stylesheet" href="app.css">
${
    script === undefined
      ? ""
      : `    <script type="module" src="app.js"></script>\n`
  }  </head>
  <body>
${body}
  </body>
</html>
`;
}
