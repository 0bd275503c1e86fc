import type { Page } from "../shared/serve_page.ts";
import script from "./built/app.js" with { type: "text" };
import style from "./built/app.css" with { type: "text" };
import body from "./page/body.html" with { type: "text" };
import { Canvas } from "./canvas.ts";

/** What is served: by `main.ts`, and by the gallery together with the others. */
export const agents = { CanvasAgent: Canvas };
export const page: Page = { title: "Canvas", body, style, script };
