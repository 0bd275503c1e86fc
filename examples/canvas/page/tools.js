const kinds = document.getElementById("kinds");
const colours = document.getElementById("colours");
const remove = document.getElementById("delete");

/** What one can do to the shapes. */
export function onTools(shapes) {
  const colour = () => colours.querySelector(":checked").value;
  for (const button of kinds.children) {
    button.addEventListener("click", () => {
      shapes.add(button.dataset.kind, colour());
    });
  }
  colours.addEventListener("change", () => shapes.paint(colour()));
  remove.addEventListener("click", () => shapes.delete());
  shapes.onSelect = (id) => remove.disabled = id === undefined;
}
