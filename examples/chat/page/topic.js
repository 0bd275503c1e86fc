const input = document.querySelector("#topic");
let client;

input.addEventListener("change", () => {
  const topic = input.value.trim();
  // A function is applied to the latest state, also after a time offline.
  client.setState((state) => ({ ...state, topic }));
});
input.addEventListener("keydown", ({ key, isComposing }) => {
  if (key === "Enter" && !isComposing) input.blur();
});

/** Shows the topic, but not over one that is being written. */
export function showTopic(room) {
  const isOther = client !== room;
  client = room;
  input.disabled = client.state === undefined;
  if (document.activeElement === input && !isOther) return;
  input.value = client.state?.topic ?? "";
}
