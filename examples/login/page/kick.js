import { element } from "./inside.js";

const dialog = element("kick");
const reason = element("reason");

/** Asks for a reason to keep `name` out; `undefined` for not after all. */
export function askWhy(name) {
  element("kick-title").textContent = `Ask ${name} to leave?`;
  reason.value = "";
  dialog.returnValue = "";
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener(
      "close",
      () => resolve(dialog.returnValue === "kick" ? reason.value : undefined),
      { once: true },
    );
  });
}
