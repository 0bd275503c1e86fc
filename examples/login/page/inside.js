import { hueOf, initialOf } from "../../shared/page/face.ts";

/** The part of the page with this id. */
export function element(id) {
  return document.getElementById(id);
}

/** Shows the club to `member`. */
export function showInside({ name, role }) {
  element("door").hidden = true;
  element("inside").hidden = false;
  const isAdmin = role === "admin";
  element("me").replaceChildren(avatar(name), text("bdi", name));
  if (isAdmin) element("me").append(text("small", "admin"));
  element("change").hidden = !isAdmin;
  element("notice").hidden = isAdmin;
  element("people-section").hidden = !isAdmin;
}

/** Shows the notes of this member. */
export function showNotes(notes, forget) {
  element("notes").replaceChildren(...notes.map((note) => {
    const item = document.createElement("li");
    const label = `Delete ${note.text}`;
    item.append(
      text("p", note.text),
      button("Delete", label, () => forget(note.id)),
    );
    return item;
  }));
}

/** Shows who there is, to the admin. */
export function showPeople(people, { kick, letIn }) {
  element("people").replaceChildren(...people.map((person) => {
    const { name, role, barred, isHere } = person;
    const item = document.createElement("li");
    const who = document.createElement("p");
    who.append(text("bdi", name));
    const state = barred !== null
      ? `Kept out${barred === "" ? "" : `: ${barred}`}`
      : isHere
      ? "Here now"
      : "Away";
    who.append(text("small", role === "admin" ? `${state}, admin` : state));
    item.append(avatar(name), who);
    if (barred !== null) {
      item.append(button("Let in", `Let ${name} in`, () => letIn(name)));
    } else if (role === "member") {
      const label = `Ask ${name} to leave`;
      item.append(button("Ask to leave", label, () => kick(name)));
    }
    item.dataset.here = String(isHere);
    return item;
  }));
}

function text(tag, content) {
  const element = document.createElement(tag);
  element.textContent = content;
  return element;
}

function button(content, label, run) {
  const element = text("button", content);
  element.type = "button";
  element.className = "quiet";
  element.title = label;
  element.addEventListener("click", run);
  return element;
}

function avatar(name) {
  const element = text("span", initialOf(name));
  element.className = "avatar";
  element.ariaHidden = "true";
  element.style.setProperty("--hue", String(hueOf(name)));
  return element;
}
