import { escapeHtml } from "./html.ts";
import type { Shown } from "./shown.ts";

/** What there is to try. */
export function indexBody(examples: readonly Shown[]): string {
  return `<main class="index">
  <h1>Roam, by example</h1>
  <p class="intro">
    Each of these is a few small files: a class on the server, and a page that
    talks to it. Open one in two windows, side by side.
  </p>
  <ul class="cards">
${examples.map(card).join("\n")}
  </ul>
</main>`;
}

function card({ name, title, shows, attempt, files, app }: Shown): string {
  const own = files.filter(({ path }) => path.startsWith(`${name}/`));
  const about = `<span class="unseen"> ${escapeHtml(title)}</span>`;
  const way = app === undefined
    ? `<code class="command">npm start -- ${name}</code>`
    : `<a class="main" href="/${name}/">Try it${about}</a>`;
  return `    <li class="card">
      <h2>${escapeHtml(title)}</h2>
      <p>${escapeHtml(shows)}</p>
      <p class="attempt">${escapeHtml(attempt)}</p>
      <p class="ways">
        ${way}
        <a class="quiet" href="/source/${name}/">Source${about}</a>
        <small>${own.length} files</small>
      </p>
    </li>`;
}
