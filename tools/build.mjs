// Makes what the library imports and is not in git: the folder built/.
import { buildBrowserClient } from "./browser_client.mjs";
import { buildDevPage } from "./dev_page.mjs";
import { buildStarters } from "./starters.mjs";

/** Throws when something can't be made. */
export function build() {
  buildBrowserClient();
  buildDevPage();
  buildStarters();
}
