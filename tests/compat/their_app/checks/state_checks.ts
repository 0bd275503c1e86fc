import type { Check } from "../check.ts";
import { call, take, write } from "../frames.ts";
import {
  board,
  changed,
  done,
  failed,
  fresh,
  greeting,
  until,
} from "../scenes.ts";

/** Who may change the state, and who hears of it. */
export const stateChecks: Check[] = [
  {
    name:
      "A client's write goes to the others, and onStateChanged() knows whose",
    async run(app) {
      const [ada, bob] = await board(app, "writes");
      const next = { ...fresh, title: "Plans" };
      write(ada, next);
      const changed = [await take(ada, 1), await take(bob, 2)];
      return [changed, await app.fetch("/agents/board/writes")];
    },
    expected: [
      [
        [changed("ada", "Plans")],
        [
          { state: { ...fresh, title: "Plans" }, type: "cf_agent_state" },
          changed("ada", "Plans"),
        ],
      ],
      [200, { ...fresh, title: "Plans" }],
    ],
  },
  {
    name:
      "validateStateChange() refuses a client's write, whose message stays secret",
    async run(app) {
      const [ada, bob] = await board(app, "refusals");
      write(ada, { ...fresh, title: "x".repeat(21) });
      const told = await take(ada, 1);
      // Whatever follows comes before the answer to a call.
      const after = await until(ada, "nothing");
      await call(bob, "rename", "Good");
      return [told, after, await app.fetch("/agents/board/refusals")];
    },
    expected: [
      [{ type: "cf_agent_state_error", error: "State update rejected" }],
      [],
      [200, { ...fresh, title: "Good" }],
    ],
    here: {
      expected: [
        [{ type: "cf_agent_state_error", error: "State update rejected" }],
        [{ state: fresh, type: "cf_agent_state" }],
        [200, { ...fresh, title: "Good" }],
      ],
      why: "A client whose write is refused is sent the true state",
    },
  },
  {
    name:
      "validateStateChange() refuses what a method sets, and the caller hears why",
    async run(app) {
      const [ada] = await board(app, "untitled");
      return [
        await call(ada, "rename", ""),
        await app.fetch("/agents/board/untitled"),
      ];
    },
    expected: [
      [failed("rename", "a board needs a title")],
      [200, fresh],
    ],
  },
  {
    name: "A readonly client's write is refused, and so is what its calls set",
    async run(app) {
      const [ada] = await board(app, "readonly");
      const eve = await app.open("/agents/board/readonly?mode=view&_pk=eve");
      await greeting(eve);
      write(eve, { ...fresh, title: "Eve's" });
      const told = await take(eve, 1);
      const refused = await call(eve, "rename", "Eve's");
      const may = await call(eve, "permissions");
      await call(ada, "rename", "Ada's");
      const got = await take(eve, 1);
      await call(eve, "lock", false);
      return [told, refused, may, got, await call(eve, "permissions")];
    },
    expected: [
      [{ type: "cf_agent_state_error", error: "Connection is readonly" }],
      [failed("rename", "Connection is readonly")],
      [done("permissions", { canEdit: false })],
      [{ state: { ...fresh, title: "Ada's" }, type: "cf_agent_state" }],
      [done("permissions", { canEdit: true })],
    ],
  },
];
