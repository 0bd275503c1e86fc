import type { Page } from "../shared/serve_page.ts";
import script from "./built/app.js" with { type: "text" };
import style from "./built/app.css" with { type: "text" };
import body from "./page/body.html" with { type: "text" };
import { Club } from "./club.ts";

/** What is served: by `main.ts`, and by the gallery together with the others. */
export const agents = { ClubAgent: Club };
export const page: Page = { title: "Club", body, style, script };
export * as guards from "./guards.ts";
