import { element } from "./inside.js";

const form = element("enter");
const why = element("why");

/** Shows where one signs in, and why one has to. */
export function showDoor(reason) {
  element("inside").hidden = true;
  element("door").hidden = false;
  why.textContent = reason;
  why.hidden = reason === "";
  element("name").focus();
}

/** Calls `enter(action, account)`, which resolves with what is wrong, if something is. */
export function onEntering(enter) {
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    // Return in a field is the first button.
    const action = event.submitter?.value ?? "sign-in";
    const buttons = form.querySelectorAll("button");
    for (const button of buttons) button.disabled = true;
    why.hidden = true;
    try {
      const problem = await enter(action, {
        name: element("name").value,
        password: element("password").value,
        seconds: Number(element("seconds").value),
      });
      if (problem !== undefined) showDoor(problem);
      else element("password").value = "";
    } catch {
      showDoor("The server does not answer. Try again.");
    }
    for (const button of buttons) button.disabled = false;
  });
}
