/** What was said since somebody looked at the page last. */
let count = 0;
let room = "";

document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  count = 0;
  show();
});

/** Counts messages of others, while nobody looks. */
export function addUnread(messages) {
  if (!document.hidden || messages === 0) return;
  count += messages;
  show();
}

/** Begins anew in a room, whose name is the title of the page. */
export function startRoom(name) {
  room = name;
  count = 0;
  show();
}

function show() {
  document.title = `${count > 0 ? `(${count}) ` : ""}${room} · Roam chat`;
  const link = document.querySelector("#rooms [aria-current]");
  link.querySelector(".unread")?.remove();
  if (count === 0) return;
  const badge = document.createElement("span");
  badge.className = "unread";
  const more = document.createElement("span");
  more.className = "unseen";
  more.textContent = " unread";
  badge.append(String(count), more);
  link.append(badge);
}
