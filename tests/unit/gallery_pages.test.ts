import assert from "node:assert/strict";
import { test } from "node:test";
import { guardsOf } from "../../examples/gallery/guards.ts";
import { highlight } from "../../examples/gallery/highlight.ts";
import { indexBody } from "../../examples/gallery/index_body.ts";
import type { Shown } from "../../examples/gallery/shown.ts";
import { sourceBody } from "../../examples/gallery/source_body.ts";

const SOURCES: [path: string, text: string][] = [
  ["a.ts", 'const a = "<b>" // it\'s\nexport default `${a} & "b"`;\n'],
  ["a.ts", "const url = 'https://example.com//'; /* <!-- */ if (a < b) {}"],
  ["a.tsx", "<p title=\"'\">don't</p>\n// end"],
  ["a.js", "const re = /[\"'`]/; `unfinished ${\n"],
  [
    "a.css",
    '/* <style> */ @media (width < 3rem) { a::before { content: "<" } }',
  ],
  ["a.html", '<!-- <b> --><script src="a&b">alert("1")</script>'],
  ["a.ts", ""],
];

test("highlight() shows the source to the letter, and nothing of it is HTML", () => {
  for (const [path, text] of SOURCES) {
    const html = highlight(text, path);
    const shown = html.replace(
      /<span class="(?:comment|text|word)">|<\/span>/g,
      "",
    );
    assert.doesNotMatch(shown, /[<>]/);
    const letters = shown.replaceAll("&lt;", "<").replaceAll("&gt;", ">")
      .replaceAll("&quot;", '"').replaceAll("&amp;", "&");
    assert.equal(letters, text);
  }
});

test("highlight() marks comments, texts and keywords", () => {
  assert.equal(
    highlight('return "a"; // b', "a.ts"),
    '<span class="word">return</span> <span class="text">&quot;a&quot;</span>; ' +
      '<span class="comment">// b</span>',
  );
});

const alone: Shown = {
  name: "cluster",
  title: "A <cluster>",
  shows: "Several processes",
  attempt: "Kill one",
  files: [{ path: "cluster/main.ts", text: "export {};\n" }],
  app: undefined,
};

test("the gallery says how to start an example that needs more than it has", () => {
  for (const html of [indexBody([alone]), sourceBody(alone, null)]) {
    assert.match(html, /npm start -- cluster</);
    assert.match(html, /A &lt;cluster&gt;/);
    assert.doesNotMatch(html, /href="\/cluster\/"/);
  }
  assert.match(indexBody([alone]), /href="\/source\/cluster\/"/);
});

test("sourceBody() shows the file that is asked for, and else the first", () => {
  const files = [...alone.files, { path: "cluster/b.ts", text: "second" }];
  const example = { ...alone, files };
  assert.match(sourceBody(example, "cluster/b.ts"), />second</);
  for (const path of [null, "", "../main.ts", "__proto__"]) {
    assert.doesNotMatch(sourceBody(example, path), />second</);
  }
});

test("guardsOf() asks the guards of the agent's own example", async () => {
  const guards = guardsOf([
    { ...alone, app: appOf("Open") },
    {
      ...alone,
      app: { ...appOf("Shut"), guards: { onBeforeConnect: () => shut } },
    },
  ]);
  const shut = new Response("Shut", { status: 401 });
  const ask = (className: string) =>
    guards.onBeforeConnect(
      new Request("http://localhost/"),
      { className } as never,
      { env: {} } as never,
    );
  assert.equal(await ask("Shut"), shut);
  assert.equal(await ask("Open"), undefined);
  assert.equal(await ask("Other"), undefined);
  assert.equal(await shut.text(), "Shut");
});

function appOf(agent: string): NonNullable<Shown["app"]> {
  return {
    agents: { [agent]: undefined as never },
    page: { title: "", body: "", style: "" },
  };
}
