import type { Page } from "../shared/serve_page.ts";
import script from "./built/app.js" with { type: "text" };
import style from "./built/app.css" with { type: "text" };
import body from "./page/body.html" with { type: "text" };

export const page: Page = {
  title: "Cluster",
  body,
  style,
  script,
  // The balancer is at another port.
  connect: ["ws", "http"].flatMap((scheme) => [
    `${scheme}://localhost:*`,
    `${scheme}://127.0.0.1:*`,
  ]).join(" "),
};
