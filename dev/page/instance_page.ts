import type { News } from "../messages.ts";
import { ClientTab } from "./client_tab.ts";
import { ConnectionsTab } from "./connections_tab.ts";
import { fill, h } from "./dom.ts";
import { act } from "./live.ts";
import { hrefOf, type Tab, TABS } from "./place.ts";
import { SchedulesTab } from "./schedules_tab.ts";
import { SqlTab } from "./sql_tab.ts";
import { StateTab } from "./state_tab.ts";

/** One part of an instance's page. */
export interface TabView {
  readonly element: HTMLElement;
  show(news: News): void;
}

/** An instance. */
export class InstancePage {
  readonly element: HTMLElement;
  #agent: string;
  #name: string;
  #tabs: Record<Tab, TabView & { watches?: string }>;
  #tab: Tab = "state";
  #nav = h("nav", { class: "tabs", "aria-label": "Parts of the instance" });
  #where = h("p", { class: "where" });
  #panel = h("div", { class: "panel" });
  #start = h("button", { onclick: () => this.#begin() }, "Start it");
  #said = h("p", { class: "said error", role: "status" });
  #counted = "";

  constructor(agent: string, name: string) {
    this.#agent = agent;
    this.#name = name;
    const address = { agent, name };
    this.#tabs = {
      state: new StateTab(address),
      connections: new ConnectionsTab(address),
      client: new ClientTab(address),
      schedules: new SchedulesTab(address),
      sql: new SqlTab(address),
    };
    this.element = h(
      "section",
      { class: "instance", "aria-label": `${agent} ${name}` },
      h("a", { class: "back", href: "#/" }, "All instances"),
      h("h2", {}, h("span", {}, agent), " ", h("b", {}, name)),
      this.#where,
      this.#said,
      this.#nav,
      this.#panel,
    );
  }

  isOf(agent: string, name: string): boolean {
    return this.#agent === agent && this.#name === name;
  }

  go(tab: Tab, connection: string | undefined): void {
    this.#tab = tab;
    this.#tabs.connections.watches = connection;
    const { element } = this.#tabs[tab];
    if (element.parentNode !== this.#panel) {
      this.#panel.replaceChildren(element);
    }
    this.#counted = "";
  }

  async #begin(): Promise<void> {
    const result = await act({
      agent: this.#agent,
      name: this.#name,
      do: "start",
    });
    fill(this.#said, "error" in result ? result.error : "");
  }

  show(news: News): void {
    const { instance } = news;
    const { connections = [], isInMemory, jobs = [] } = instance ?? {};
    const counts: Partial<Record<Tab, number>> = {
      connections: connections.length,
      schedules: jobs.length,
    };
    const counted = JSON.stringify([counts, isInMemory]);
    if (counted !== this.#counted) {
      this.#counted = counted;
      fill(
        this.#where,
        isInMemory === undefined
          ? ""
          : isInMemory
          ? "In memory"
          : "Not in memory: shown as it is stored",
        isInMemory === false && this.#start,
      );
      fill(
        this.#nav,
        ...(Object.keys(TABS) as Tab[]).map((tab) =>
          h(
            "a",
            {
              href: hrefOf(this.#agent, this.#name, tab),
              "data-key": tab,
              "aria-current": tab === this.#tab && "true",
            },
            TABS[tab],
            !!counts[tab] && h("b", {}, counts[tab]),
          )
        ),
      );
    }
    for (const tab of Object.values(this.#tabs)) tab.show(news);
  }
}
