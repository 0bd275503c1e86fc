import type { AgentClasses } from "@roam/agents";
import type { ServeOptions } from "@roam/agents/auto";
import type { Page } from "./serve_page.ts";

/** What `app.ts` of each example exports. */
export interface ExampleApp {
  readonly agents: AgentClasses;
  readonly page: Page;
  /** Who may talk to the agents; everybody, where it says nothing. */
  readonly guards?: Pick<ServeOptions, "onBeforeConnect" | "onBeforeRequest">;
}
