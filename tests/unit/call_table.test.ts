import assert from "node:assert/strict";
import { test } from "node:test";
import {
  Agent,
  type AgentClass,
  callable,
  createHost,
  type Platform,
  Refusal,
} from "../../mod.ts";
import { callTable } from "../../src/agent/agent_kind.ts";
import { callableMethods } from "../../src/calls/call_table.ts";

const platform: Platform<undefined> = {
  upgrade() {
    throw new Refusal(501, "not here");
  },
};

/** A class with the methods `add` and `count`, and this declaration. */
function withCallable(declaration: unknown): AgentClass {
  return class Some extends Agent {
    static callable = declaration as string[];
    get getter(): never {
      throw new Error("must not be read");
    }
    add(): void {}
    async *count(): AsyncGenerator<number> {
      yield await Promise.resolve(1);
    }
  };
}

const schema = {
  "~standard": {
    version: 1,
    vendor: "test",
    validate: (value: unknown) => ({ value }),
  },
};

const accepted: [unknown, [string, unknown][]][] = [
  [[], []],
  [["add"], [["add", {}]]],
  [["add", "count"], [["add", {}], ["count", { streaming: true }]]],
  [{ add: {} }, [["add", {}]]],
  [{ add: { description: "d" } }, [["add", { description: "d" }]]],
  [{ add: { streaming: true } }, [["add", { streaming: true }]]],
  [{ add: { input: schema, output: schema } }, [["add", {}]]],
  [{ add: { input: [] } }, [["add", {}]]],
  [{ count: { input: [schema] } }, [["count", { streaming: true }]]],
];
for (const [declaration, methods] of accepted) {
  test(`callTable() takes ${JSON.stringify(declaration)}`, () => {
    const table = callTable(withCallable(declaration));
    assert.deepEqual([...callableMethods(table)], methods);
  });
}

const refused: [unknown, RegExp][] = [
  [["onMessage"], /callable "onMessage" is a name of the class Agent itself$/],
  [["broadcast"], /is a name of the class Agent itself$/],
  [["name"], /is a name of the class Agent itself$/],
  [["constructor"], /is a name of the class Agent itself$/],
  [["toString"], /is a name of the class Agent itself$/],
  [["__proto__"], /is a name of the class Agent itself$/],
  [["missing"], /callable "missing" is no method of the class$/],
  [["getter"], /callable "getter" is no method of the class$/],
  [{ missing: {} }, /is no method of the class$/],
  [{ add: true }, /must have an object of options$/],
  [{ add: { input: {} } }, /must have a Standard Schema as input/],
  [{ add: { input: [schema, 1] } }, /must have a Standard Schema as input/],
  [{ add: { output: [schema] } }, /must have a Standard Schema as output/],
  [{ count: { output: schema } }, /streams, and an output schema is for/],
  ["add", /static callable must be an array of names, or an object/],
  [[1], /static callable must be an array of names, or an object/],
  [null, /static callable must be an array of names, or an object/],
  [undefined, /static callable must be an array of names, or an object/],
];
for (const [declaration, message] of refused) {
  test(`createHost() refuses static callable = ${JSON.stringify(declaration)}`, () => {
    const serve = () =>
      createHost({ Some: withCallable(declaration) }, {}, platform);
    assert.throws(serve, { name: "TypeError", message });
  });
}

test("a class inherits what its bases declare, and options of the nearest count", () => {
  class Base extends Agent {
    static callable: unknown = { add: { description: "base" }, sub: {} };
    add(): void {}
    sub(): void {}
    @callable({ description: "base" })
    decorated(): void {}
    @callable()
    closed(): void {}
  }
  class Sub extends Base {
    static override callable: unknown = { add: { description: "sub" } };
    override closed(): void {}
    @callable({ description: "sub" })
    override sub(): void {}
  }
  const methods = callableMethods(callTable(Sub as AgentClass));
  assert.deepEqual(Object.fromEntries(methods), {
    add: { description: "sub" },
    sub: { description: "sub" },
    decorated: { description: "base" },
  });
  assert.equal(callTable(Sub as AgentClass), callTable(Sub as AgentClass));
});

test("a decorated hook is refused when its class is served", () => {
  class Some extends Agent {
    @callable()
    override onMessage(): void {}
  }
  assert.throws(() => createHost({ Some }, {}, platform), {
    name: "TypeError",
    message: /callable "onMessage" is a name of the class Agent itself$/,
  });
});

// deno-lint-ignore no-explicit-any -- what its type forbids
const decorate = callable() as any;
const contexts: [string, unknown][] = [
  ["a static method", { kind: "method", name: "a", static: true }],
  ["a private method", { kind: "method", name: "#a", private: true }],
  ["a method named by a symbol", { kind: "method", name: Symbol("a") }],
  ["a getter", { kind: "getter", name: "a" }],
  ["a field", { kind: "field", name: "a" }],
  ["one of experimentalDecorators", "a"],
];
for (const [what, context] of contexts) {
  test(`callable() refuses ${what}`, () => {
    assert.throws(() => decorate(() => {}, context), TypeError);
  });
}
