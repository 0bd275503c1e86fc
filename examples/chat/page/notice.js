import { statusText } from "../../shared/page/status_text.ts";

const notice = document.querySelector("#notice");
const [text, button] = notice.children;
let client;

button.addEventListener("click", () => client.reconnect());
addEventListener("online", () => showNotice(client));
addEventListener("offline", () => showNotice(client));

/** Says so when there is no connection, to somebody who has joined. */
export function showNotice(room) {
  client = room;
  const { status, connectionError } = client;
  const isWaitingForName = status === "closed" && connectionError === null;
  notice.hidden = status === "open" || isWaitingForName;
  notice.classList.toggle("lost", status !== "connecting");
  text.textContent = statusText(client);
  button.hidden = !navigator.onLine;
}
