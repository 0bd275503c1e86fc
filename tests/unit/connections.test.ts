import assert from "node:assert/strict";
import { test } from "node:test";
import { Agent } from "../../src/agent/agent.ts";
import { Connections } from "../../src/connections/connections.ts";
import type { Instance } from "../../src/agent/instance.ts";
import { Namespace, served } from "../../src/host/namespace.ts";
import { Link } from "../../src/connections/link.ts";

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const kind = served("Chat", Agent);
// Not while the file is loaded: Workers allow no timers then.
let known: Instance | undefined;

function instance(): Instance {
  return known ??= new Namespace({}, {}).get(kind, "room")!;
}

function newLink(): Link {
  return new Link(instance(), "http://h/agents/chat/room");
}

function newConnections(): Connections {
  return new Connections(instance());
}

/** `count` connections that all ask for the id "same". */
function crowd(count: number): { connections: Connections; links: Link[] } {
  const connections = newConnections();
  const links = Array.from({ length: count }, newLink);
  for (const link of links) connections.add(link, "same");
  return { connections, links };
}

for (const id of ["a", "A-z_09", "x".repeat(64), crypto.randomUUID]) {
  const wanted = typeof id === "string" ? id : "a uuid";
  test(`add() gives a connection the id ${wanted} that its client asked for`, () => {
    const asked = typeof id === "string" ? id : crypto.randomUUID();
    const connections = newConnections();
    const link = newLink();
    connections.add(link, asked);
    assert.equal(link.id, asked);
    assert.equal(connections.get(asked), link.connection);
  });
}

for (
  const id of [null, "", "x".repeat(65), "a b", "é", "a%20b", "../x", "a\n"]
) {
  test(`add() gives a new id instead of ${JSON.stringify(id)}`, () => {
    const connections = newConnections();
    const link = newLink();
    connections.add(link, id);
    assert.match(link.id, uuid);
  });
}

test("add() gives the id to the first of 100 that ask for it, and others to the rest", () => {
  const { connections, links } = crowd(100);
  assert.equal(links[0].id, "same");
  assert.equal(new Set(links.map(({ id }) => id)).size, 100);
  assert.equal(connections.size, 100);
  assert.equal([...connections.list()].length, 100);
});

const orders: Record<string, (links: Link[]) => Link[]> = {
  "the order they came": (links) => links,
  "the opposite order": (links) => links.reverse(),
  "odd ones first": (links) => [
    ...links.filter((_, i) => i % 2 === 1),
    ...links.filter((_, i) => i % 2 === 0),
  ],
};

for (const [what, order] of Object.entries(orders)) {
  test(`delete() removes 100 that asked for one id, in ${what}, each only itself`, () => {
    const { connections, links } = crowd(100);
    const left = new Set(links);
    for (const link of order([...links])) {
      connections.delete(link);
      left.delete(link);
      assert.equal(connections.size, left.size);
      assert.equal(connections.get(link.id), undefined);
      for (const other of left) {
        assert.equal(connections.get(other.id), other.connection);
      }
    }
  });
}

test("add() gives an id again whose connection has gone", () => {
  const { connections, links } = crowd(2);
  connections.delete(links[0]);
  const next = newLink();
  connections.add(next, "same");
  assert.equal(next.id, "same");
  assert.equal(connections.get("same"), next.connection);
});

test("delete() leaves another connection that has the id by now", () => {
  const { connections, links: [first] } = crowd(1);
  connections.delete(first);
  const next = newLink();
  connections.add(next, "same");
  connections.delete(first);
  assert.equal(connections.get("same"), next.connection);
});

test("list() yields the connections with a tag, of which the id is one", () => {
  const { connections, links } = crowd(3);
  links[1].tags = [links[1].id, "admin"];
  assert.deepEqual([...connections.list("admin")], [links[1].connection]);
  assert.deepEqual([...connections.list("same")], [links[0].connection]);
  assert.deepEqual([...connections.list("nobody")], []);
});

test("list() stays right while connections go and come", () => {
  const { connections, links } = crowd(4);
  const late = newLink();
  const seen = [];
  for (const connection of connections.list()) {
    seen.push(connection);
    if (seen.length > 1) continue;
    connections.delete(links[0]);
    connections.delete(links[2]);
    connections.add(late, null);
  }
  const expected = [links[0], links[1], links[3], late];
  assert.deepEqual(seen, expected.map(({ connection }) => connection));
});
