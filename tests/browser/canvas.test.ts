import assert from "node:assert/strict";
import { after } from "node:test";
import { AgentClient, presenceOf } from "../../client.ts";
import type { Canvas } from "../../examples/canvas/canvas.ts";
import type { Drawing } from "../../examples/canvas/drawing.ts";
import { seriousProblems } from "./axe.ts";
import { CanvasVisitor } from "./canvas_visitor.ts";
import { testExample } from "./example_site.ts";
import { photograph } from "./photograph.ts";
import { twoPeople } from "./two_people.ts";

/** How many are there besides the two. */
const CROWD = 48;
const TEN = Array.from({ length: 10 }, (_, at) => at);

testExample("canvas", (site, runtime) => {
  let ada: CanvasVisitor;
  let grace: CanvasVisitor;
  const { everywhere: canvas, page } = twoPeople(
    runtime,
    (name, options) => CanvasVisitor.join(site(), name, options),
    (...people) => [ada, grace] = people,
  );
  const clients: AgentClient<Canvas>[] = [];
  after(() => clients.forEach((client) => client.close()));

  /** What is on a canvas that has been used for a while, at its edge. */
  const furnish = async () => {
    const { host } = site().server;
    const options = { agent: "CanvasAgent", name: "Canvas", host };
    const client = new AgentClient<Canvas>(options);
    const shapes = Object.fromEntries(Array.from({ length: 20 }, (_, at) => {
      const place = { x: 20, y: 40 + at * 45 };
      return [`old-${at}`, { kind: "circle", colour: "amber", ...place }];
    })) as Drawing["shapes"];
    await client.setState({ shapes });
    client.close();
  };

  /** Somebody with a cursor and no page. */
  const join = (name: string, at: { x: number; y: number }) => {
    const { host } = site().server;
    const options = { agent: "CanvasAgent", name: "Canvas", host };
    const client = new AgentClient<Canvas>(options);
    clients.push(client);
    const presence = presenceOf(client);
    presence.set({ name, at });
    return presence;
  };

  canvas(
    "everybody sees the cursors of all others, and them only",
    async () => {
      await ada.point(200, 250);
      await grace.cursor("Ada").waitFor();
      await grace.touch("touchStart", 600, 750);
      await ada.cursor("Grace").waitFor();
      assert.equal(await ada.cursor("Ada").count(), 0);
      assert.deepEqual(await ada.placeOf("Grace"), [600, 750]);
      await grace.touch("touchMove", 400, 500);
      await ada.cursorAt("Grace", 400, 500);
      await grace.touch("touchEnd");
      await ada.cursor("Grace").waitFor({ state: "detached" });
      // She is here, and points at nothing.
      await ada.page.getByText("2 here").waitFor();
    },
  );

  canvas(
    "a shape follows who drags it, at everybody's, by small patches",
    async () => {
      const sent = await ada.sent();
      await furnish();
      for (const kind of ["square", "circle", "triangle"]) await ada.add(kind);
      await ada.page.getByRole("radio", { name: "Violet" }).check();
      await grace.shape("violet triangle").waitFor();
      await ada.drag("violet triangle", 200, 800);
      await grace.shapeAt("violet triangle", 200, 800);
      const changes = sent().filter((text) => /_state/.test(text));
      assert.ok(changes.length > 4, `${changes.length} changes`);
      for (const text of changes.filter((text) => !text.includes("kind"))) {
        assert.match(text, /"type":"roam_state_patch"/);
        assert.ok(text.length < 250, text);
      }
      // On a phone too.
      await grace.dragByTouch("green circle", 600, 300);
      await ada.shapeAt("green circle", 600, 300);
    },
  );

  canvas(
    "what one person deletes is gone for all, and keys do as well",
    async () => {
      await ada.shape("green square").focus();
      await ada.page.keyboard.press("ArrowLeft");
      await ada.page.keyboard.press("ArrowUp");
      const [x, y] = await ada.shapePlace("green square");
      await grace.shapeAt("green square", x, y);
      await ada.page.keyboard.press("Delete");
      await grace.shape("green square").waitFor({ state: "detached" });
      assert.equal(await ada.page.locator(".shape").count(), 22);
    },
  );

  canvas(
    "shapes outlive the server, cursors their connection alone",
    async () => {
      await site().restart();
      await Promise.all([ada, grace].map(({ visitor }) => visitor.mend()));
      await ada.page.getByText("2 here").waitFor();
      await grace.page.reload();
      await grace.shape("violet triangle").waitFor();
      await ada.point(100, 100);
      await grace.cursor("Ada").waitFor();
      const url = ada.page.url();
      await ada.page.goto("about:blank");
      await grace.cursor("Ada").waitFor({ state: "detached" });
      await ada.page.goto(url);
      await ada.page.getByText("2 here").waitFor();
    },
  );

  canvas(
    `two people see ${CROWD} more cursors, and each of them move`,
    async () => {
      const crowd = Array.from({ length: CROWD }, (_, at) => {
        const place = {
          x: 60 + at % 7 * 110,
          y: 60 + Math.floor(at / 7) * 140,
        };
        return join(`Guest ${at}`, place);
      });
      await ada.point(300, 420);
      await grace.page.getByText(`${CROWD + 2} here`).waitFor();
      for (const each of [ada, grace]) {
        await each.cursors(CROWD + (each === ada ? 0 : 1));
      }
      if (runtime === "deno") {
        for (const { page } of [ada, grace]) {
          assert.deepEqual(await seriousProblems(page), []);
        }
        await photograph(ada.visitor, "canvas-desktop-light");
        await photograph(grace.visitor, "canvas-phone-dark");
      }
      // All move, many times; who looks ends at the last places.
      for (const step of TEN) {
        crowd.forEach((presence, at) =>
          presence.set({
            name: `Guest ${at}`,
            at: { x: at * 16, y: step * 100 },
          })
        );
      }
      for (const each of [ada, grace]) {
        for (const at of [0, 7, CROWD - 1]) {
          await each.cursorAt(`Guest ${at}`, at * 16, 900);
        }
      }
      for (const client of clients.splice(0)) client.close();
      await ada.cursors(0);
    },
  );

  canvas("a place that is none is shown to nobody", async () => {
    const strange = join("Strange", { x: -5, y: 1e9 });
    const fine = join("Fine", { x: 5, y: 5 });
    await ada.cursor("Fine").waitFor();
    assert.equal(await ada.cursor("Strange").count(), 0);
    strange.set({ name: "", at: { x: 9, y: 9 } });
    await ada.cursor("Somebody").waitFor();
    fine.set(undefined);
    await ada.cursor("Fine").waitFor({ state: "detached" });
    for (const client of clients.splice(0)) client.close();
    await ada.page.getByText("2 here").waitFor();
  });

  page("begins with a hint, on any screen", async () => {
    for (
      const [device, width] of [["desktop", 1280], ["phone", 390]] as const
    ) {
      for (const colorScheme of ["light", "dark"] as const) {
        const viewport = { width, height: 844 };
        const guest = await site().visit("#New", { viewport, colorScheme });
        await guest.page.getByText("Add a shape below").waitFor();
        assert.deepEqual(await seriousProblems(guest.page), []);
        await photograph(guest, `canvas-new-${device}-${colorScheme}`);
        await guest.leave();
      }
    }
  });
});
