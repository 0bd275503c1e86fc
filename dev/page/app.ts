import { EventList } from "./event_list.ts";
import { InstanceList } from "./instance_list.ts";
import { InstancePage } from "./instance_page.ts";
import { fill, h } from "./dom.ts";
import { Live } from "./live.ts";
import { currentPlace, EVENTS } from "./place.ts";

const live = new Live(show);
const list = new InstanceList(look);
const events = new EventList();
let instance: InstancePage | undefined;

const eventsLink = h("a", { href: EVENTS });
const instancesLink = h("a", { href: "#/" }, "Instances");
const status = h("p", { class: "status", role: "status" });
const main = h("main", { id: "main" });
document.body.append(
  h(
    "header",
    {},
    h("h1", {}, "Roam"),
    h("nav", { "aria-label": "Pages" }, instancesLink, eventsLink),
    status,
  ),
  main,
);
addEventListener("hashchange", look);
look();

/** Goes where the address says. */
function look(): void {
  const place = currentPlace();
  const { agent, connection, isEvents, name, tab } = place;
  const isOne = agent !== undefined && name !== undefined;
  live.watch({ filter: list.filter, agent, name, connection });
  if (!isOne) instance = undefined;
  else if (!instance?.isOf(agent, name)) {
    instance = new InstancePage(agent, name);
  }
  instance?.go(tab, connection);
  document.body.className = isEvents ? "events" : isOne ? "one" : "all";
  mark(instancesLink, !isEvents);
  mark(eventsLink, isEvents);
  const shown = isEvents
    ? [events.element]
    : [list.element, instance?.element ?? nothing()];
  if (
    shown.some((each) => each.parentNode !== main) ||
    main.childElementCount !== shown.length
  ) main.replaceChildren(...shown);
  show();
}

function mark(link: HTMLElement, isHere: boolean): void {
  if (isHere) link.setAttribute("aria-current", "page");
  else link.removeAttribute("aria-current");
}

function nothing(): HTMLElement {
  return h(
    "section",
    { class: "nothing" },
    h("p", {}, "Choose an instance, or open one by its name."),
  );
}

/** Shows what is known now. */
function show(): void {
  const { news, isConnected } = live;
  const count = news.events?.length ?? 0;
  fill(eventsLink, "Errors", count > 0 && h("b", {}, `${count}`));
  const lag = news.host?.lag ?? 0;
  fill(
    status,
    h("i", { class: isConnected ? "on" : "off" }),
    isConnected
      ? `${news.host?.connections ?? 0} connections${
        lag >= 50 ? `, event loop ${lag} ms late` : ""
      }`
      : "The server does not answer",
  );
  list.show(news.agents ?? [], currentPlace());
  events.show(news.events ?? []);
  instance?.show(news);
}
