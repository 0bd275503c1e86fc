/** A message as it is shown. */
export function bubbleOf(text) {
  const element = document.createElement("div");
  element.className = "bubble";
  element.dir = "auto";
  const body = document.createElement("p");
  // Text, never HTML: people write what they like.
  body.textContent = text;
  element.append(body);
  return element;
}
