import type { Page } from "../shared/serve_page.ts";
import script from "./built/app.js" with { type: "text" };
import style from "./built/app.css" with { type: "text" };
import { Board } from "./board.ts";

/** What is served: by `main.ts`, and by the gallery together with the others. */
export const agents = { BoardAgent: Board };
export const page: Page = {
  title: "Roam board",
  body: `    <div id="root"></div>`,
  style,
  script,
};
