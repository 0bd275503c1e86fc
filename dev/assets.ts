import { script, style } from "../built/dev_page.ts";

/** Nothing of the page comes from elsewhere, and no other page shows it in a frame. */
const HEADERS = {
  "content-security-policy":
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  "x-frame-options": "DENY",
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "cache-control": "no-store",
};

const HTML = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<meta name="color-scheme" content="light dark">
<title>Roam</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="/_roam/page.css">
<body>
<script type="module" src="/_roam/page.js"></script>
</body>
</html>
`;

/** The page itself. */
export function html(): Response {
  return answer(HTML, "text/html");
}

/** The page's script and its style sheet; 404 for any other path. */
export function assets(path: string): Response {
  if (path === "/page.js") return answer(script, "text/javascript");
  if (path === "/page.css") return answer(style, "text/css");
  return new Response("Not found", { status: 404 });
}

function answer(text: string, type: string): Response {
  return new Response(text, {
    headers: { ...HEADERS, "content-type": `${type}; charset=utf-8` },
  });
}
