import { type Page, servePage } from "../shared/serve_page.ts";
import style from "./built/app.css" with { type: "text" };
import { indexBody } from "./index_body.ts";
import type { Shown } from "./shown.ts";
import { sourceBody } from "./source_body.ts";

/**
 * Serves the index at `/`, each example below its name, as `/chat/`, and its
 * source as `/source/chat/?file=chat/room.ts`.
 */
export function serveGallery(
  examples: readonly Shown[],
): (request: Request) => Response {
  const known = new Map(examples.map((example) => [example.name, example]));
  const index = servePage(pageOf("Roam examples", indexBody(examples)));
  const apps = new Map(
    examples.flatMap(({ name, app }) =>
      app === undefined ? [] : [[name, servePage(app.page, `/${name}/`)]]
    ),
  );
  return (request) => {
    const url = new URL(request.url);
    const [, first, second] = url.pathname.split("/");
    const source = first === "source" ? known.get(second) : undefined;
    const app = apps.get(first);
    if (source === undefined && app === undefined) return index(request);
    const path = source === undefined ? `/${first}/` : `/source/${second}/`;
    // What a page names is below it.
    if (!url.pathname.startsWith(path)) {
      const headers = { location: `${path}${url.search}` };
      return new Response(null, { status: 308, headers });
    }
    if (source === undefined) return app!(request);
    const body = sourceBody(source, url.searchParams.get("file"));
    return servePage(pageOf(`${source.title}: source`, body), path)(request);
  };
}

function pageOf(title: string, body: string): Page {
  return { title, body, style };
}
