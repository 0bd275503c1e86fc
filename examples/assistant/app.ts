import type { Page } from "../shared/serve_page.ts";
import script from "./built/app.js" with { type: "text" };
import style from "./built/app.css" with { type: "text" };
import body from "./page/body.html" with { type: "text" };
import { Assistant } from "./assistant.ts";

/** What is served: by `main.ts`, and by the gallery together with the others. */
export const agents = { AssistantAgent: Assistant };
export const page: Page = { title: "Assistant", body, style, script };
