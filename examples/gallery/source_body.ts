import { highlight } from "./highlight.ts";
import { escapeHtml } from "./html.ts";
import type { Shown } from "./shown.ts";

/** The files of an example, and one of them: that at `path`, or else the first. */
export function sourceBody(example: Shown, path: string | null): string {
  const { name, title, shows, files, app } = example;
  const file = files.find((each) => each.path === path) ?? files[0];
  const way = app === undefined
    ? `<code class="command">npm start -- ${name}</code>`
    : `<a class="main" href="/${name}/">Try it</a>`;
  const entries = files.map((each) => {
    const current = each === file ? ` aria-current="page"` : "";
    const query = encodeURIComponent(each.path);
    return `<li><a href="?file=${query}"${current}>${
      escapeHtml(each.path)
    }</a></li>`;
  });
  return `<header class="source">
  <a class="quiet" href="/">All examples</a>
  <h1>${escapeHtml(title)}</h1>
  ${way}
</header>
<main class="source">
  <p class="intro">${escapeHtml(shows)}</p>
  <div class="panes">
    <nav aria-label="Files"><ul>${entries.join("")}</ul></nav>
    <section aria-labelledby="path">
      <h2 id="path">${escapeHtml(file.path)}</h2>
      <pre tabindex="0" aria-labelledby="path" role="region"><code>${
    highlight(file.text, file.path)
  }</code></pre>
    </section>
  </div>
</main>`;
}
