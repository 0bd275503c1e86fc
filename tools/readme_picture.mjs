// Makes the picture of README.md: two people in the chat of examples, while
// their server is killed and started again. `node tools/readme_picture.mjs`
import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";
import { CHROMIUM_ARGS, ensureChromium } from "./chromium.mjs";
import { buildPage } from "./examples.mjs";
import { bin, root, setup } from "./setup.mjs";

const WINDOW = { width: 720, height: 470 };
const PEOPLE = ["Ada", "Grace"];
const PATH = join(root, "docs/images/kill.png");

await setup();
buildPage("chat");
const { path, reason } = ensureChromium();
if (path === undefined) throw new Error(`Cannot make the picture: ${reason}`);
const store = mkdtempSync(join(tmpdir(), "roam-picture-"));
const browser = await chromium.launch({
  executablePath: path,
  args: CHROMIUM_ARGS,
});
let server;
try {
  server = await startServer(0);
  const [ada, grace] = await Promise.all(
    PEOPLE.map((name) => joinRoom(server.port, name)),
  );
  await say(ada, "Shall we move the launch to Thursday?");
  await said(grace, "Shall we move the launch to Thursday?");
  await say(grace, "Yes. The posters are ready.");
  await said(ada, "Yes. The posters are ready.");

  server.kill();
  await ada.locator("#notice").waitFor();
  await grace.locator("#notice").waitFor();
  await say(ada, "Thursday it is. Ten o'clock?");
  const before = await pictures(ada, grace);

  server = await startServer(server.port);
  for (const person of [ada, grace]) {
    await person.evaluate(() => dispatchEvent(new Event("online")));
    await person.locator("#notice").waitFor({ state: "hidden" });
  }
  await said(grace, "Thursday it is. Ten o'clock?");
  await say(grace, "See you there");
  await said(ada, "See you there");
  await compose([
    ["The server has been ended by <code>kill -9</code>.", before],
    [
      "It runs again. What was said meanwhile has arrived, by itself.",
      await pictures(ada, grace),
    ],
  ]);
  console.log(PATH);
} finally {
  await browser.close();
  server?.kill();
  rmSync(store, { recursive: true, force: true });
}

/** Serves the chat from the same store each time. Resolves when it listens. */
function startServer(port) {
  const child = spawn(join(bin, "deno"), [
    "serve",
    "-A",
    "--no-lock",
    "--host=127.0.0.1",
    `--port=${port}`,
    `--config=${join(root, "deno.json")}`,
    join(root, "examples/chat/main.ts"),
  ], { cwd: store, env: { ...process.env, NO_COLOR: "1" } });
  return new Promise((resolve, reject) => {
    const lines = [];
    child.once("exit", (code) =>
      reject(
        new Error(
          `Cannot start the chat: it ended with ${code}\n${lines.join("\n")}`,
        ),
      ));
    createInterface({ input: child.stderr }).on("line", (line) => {
      lines.push(line);
      const listening = /Listening on http:\/\/[^:]+:(\d+)/.exec(line);
      if (listening === null) return;
      resolve({
        port: Number(listening[1]),
        kill: () => child.kill("SIGKILL"),
      });
    });
  });
}

async function joinRoom(port, name) {
  const page = await browser.newPage({
    viewport: WINDOW,
    deviceScaleFactor: 1.5,
    colorScheme: "light",
    reducedMotion: "reduce",
  });
  await page.goto(`http://127.0.0.1:${port}/#launch`);
  await page.getByRole("textbox", { name: "Your name" }).fill(name);
  await page.getByRole("button", { name: "Join the room" }).click();
  await page.locator("#people li", { hasText: name })
    .waitFor({ state: "attached" });
  return page;
}

async function say(page, text) {
  const composer = page.getByRole("textbox", { name: "Message" });
  await composer.fill(text);
  await composer.press("Enter");
  await page.locator("article.mine", { hasText: text }).waitFor();
}

function said(page, text) {
  return page.locator("article:not(.unsent)", { hasText: text }).waitFor();
}

function pictures(...pages) {
  return Promise.all(
    pages.map(async (page) =>
      `data:image/png;base64,${(await page.screenshot()).toString("base64")}`
    ),
  );
}

/** Puts the windows side by side, a row for each moment. */
async function compose(rows) {
  const page = await browser.newPage({
    viewport: { width: 1240, height: 100 },
    deviceScaleFactor: 1.5,
  });
  const window = (image, at) => `
    <figure>
      <div class="bar"><i></i><i></i><i></i><span>${PEOPLE[at]}</span></div>
      <img src="${image}" alt="">
    </figure>`;
  await page.setContent(`<!doctype html><style>
    body { background: #fff; font: 17px system-ui, sans-serif; margin: 0; padding: 8px; color: #222 }
    h2 { font-size: 18px; font-weight: 600; margin: 14px 4px 10px }
    code { background: #f1eef8; border-radius: 4px; padding: 2px 6px }
    .row { display: grid; gap: 16px; grid-template-columns: 1fr 1fr }
    figure { border: 1px solid #ccc; border-radius: 10px; margin: 0; overflow: hidden }
    .bar { align-items: center; background: #eee; display: flex; gap: 6px; height: 28px; padding: 0 12px }
    .bar i { background: #bbb; border-radius: 50%; height: 10px; width: 10px }
    .bar span { color: #555; flex: 1; font-size: 13px; margin-right: 42px; text-align: center }
    img { display: block; width: 100% }
  </style>${
    rows.map(([text, images], at) =>
      `<h2>${at + 1}. ${text}</h2><div class="row">${
        images.map(window).join("")
      }</div>`
    ).join("")
  }`);
  await page.screenshot({ path: PATH, fullPage: true });
}
