import assert from "node:assert/strict";
import { test } from "node:test";
import { OriginPolicy } from "../../src/host/origin.ts";
import { addressed, HostPolicy } from "../../src/host/request_origin.ts";

const URL = "http://10.0.0.7:8000/agents/a/b";

function request(headers: Record<string, string>): Request {
  return new Request(URL, { headers });
}

const told: [
  what: string,
  headers: Record<string, string>,
  host: string,
  scheme: string | undefined,
][] = [
  ["nothing", {}, "10.0.0.7:8000", undefined],
  [
    "host and scheme",
    { "x-forwarded-host": "App.example.com", "x-forwarded-proto": "HTTPS" },
    "app.example.com",
    "https",
  ],
  [
    "a list, of which the nearest proxy wrote the last",
    { "x-forwarded-host": "evil.io, app.example.com" },
    "app.example.com",
    undefined,
  ],
  ["an empty host", { "x-forwarded-host": "" }, "10.0.0.7:8000", undefined],
];

for (const [what, headers, host, scheme] of told) {
  test(`addressed() believes a trusted proxy that says ${what}`, () => {
    assert.deepEqual(addressed(request(headers), true), { host, scheme });
  });

  test(`addressed() believes nobody else who says ${what}`, () => {
    assert.deepEqual(addressed(request(headers), false), {
      host: "10.0.0.7:8000",
      scheme: undefined,
    });
  });
}

test("allows() compares the scheme too where a trusted proxy tells it", () => {
  const policy = new OriginPolicy([]);
  const place = { host: "app.example.com", scheme: "https" };
  assert.equal(policy.allows("https://app.example.com", place), true);
  assert.equal(policy.allows("http://app.example.com", place), false);
});

const hosts: [list: string[] | undefined, host: string, allowed: boolean][] = [
  [undefined, "anything.example:1", true],
  [["app.example.com"], "app.example.com", true],
  [["App.Example.com"], "app.example.com:8443", true],
  [["app.example.com:8443"], "app.example.com:8443", true],
  [["app.example.com:8443"], "app.example.com", false],
  [["app.example.com"], "app.example.com.evil.io", false],
  [["app.example.com"], "evil.io", false],
  [["[::1]"], "[::1]:8000", true],
  [[], "localhost", false],
];

for (const [list, host, allowed] of hosts) {
  test(`HostPolicy ${allowed ? "takes" : "refuses"} ${host} where ${JSON.stringify(list)} is allowed`, () => {
    const place = { host, scheme: undefined };
    assert.equal(new HostPolicy(list).allows(place), allowed);
  });
}

for (
  const host of ["", "https://a.example", "a.example/x", "*.example", "a b"]
) {
  test(`HostPolicy refuses the entry "${host}", which no host equals`, () => {
    assert.throws(() => new HostPolicy([host]), {
      name: "TypeError",
      message: /it must be like "example.com"/,
    });
  });
}
