const button = document.querySelector("#share");
const label = button.querySelector("span");

button.addEventListener("click", async () => {
  try {
    await navigator.clipboard.writeText(location.href);
    label.textContent = "Copied";
  } catch {
    // Without https a browser does not let us.
    label.textContent = "Copy it from above";
  }
  button.classList.add("copied");
  setTimeout(() => {
    button.classList.remove("copied");
    label.textContent = "Copy link";
  }, 2000);
});
