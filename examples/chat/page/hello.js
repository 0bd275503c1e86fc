import { avatar } from "./people.js";

const dialog = document.querySelector("#hello");
const input = document.querySelector("#name");
const problemLine = document.querySelector("#name-problem");
const me = document.querySelector("#me");

/** Asks for a name, and says what was wrong with the last one. */
export function askName(name, problem = "") {
  problemLine.textContent = problem;
  input.value = name;
  if (!dialog.open) dialog.showModal();
  input.select();
}

/** Shows `name`, and calls `chosen` with each one that is given. */
export function onName(name, chosen) {
  const show = () => {
    const [sign, text] = me.children;
    sign.replaceWith(avatar(name || "?"));
    text.textContent = name || "No name yet";
  };
  dialog.addEventListener("cancel", () => input.value = name);
  dialog.addEventListener("close", () => {
    const value = input.value.trim();
    if (value === "" && name === "") return askName(name);
    if (value === "") return;
    name = value;
    show();
    chosen(name);
  });
  me.addEventListener("click", () => askName(name));
  show();
}
