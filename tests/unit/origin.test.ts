import assert from "node:assert/strict";
import { test } from "node:test";
import { OriginPolicy } from "../../src/host/origin.ts";
import { addressed } from "../../src/host/request_origin.ts";

const APP = "http://app.example.com/agents/chat/room?x=https://evil.io";
const PORT = "http://app.example.com:8443/agents/chat/room";
const LOCAL = "http://localhost:8000/agents/chat/room";

const at = (url: string) => addressed(new Request(url), false);

type Row = [origin: string | null, url: string, allowed: boolean];

/** Without a list. */
const matrix: Row[] = [
  [null, APP, true],
  ["http://app.example.com", APP, true],
  // TLS may end in front of the server.
  ["https://app.example.com", APP, true],
  ["HTTPS://APP.EXAMPLE.COM", APP, true],
  ["https://app.example.com", "http://APP.example.com/agents/a/b", true],
  ["https://app.example.com:8443", PORT, true],
  ["https://[2001:db8::1]:8443", "http://[2001:db8::1]:8443/agents/a/b", true],
  ["https://xn--bcher-kva.example", "http://xn--bcher-kva.example/a", true],
  // An origin never says the port of its scheme.
  ["https://app.example.com", "http://app.example.com:443/agents/a/b", true],
  ["http://app.example.com", "http://app.example.com:80/agents/a/b", true],
  ["https://[2001:db8::1]", "http://[2001:db8::1]:443/agents/a/b", true],
  ["http://app.example.com", "http://app.example.com:443/agents/a/b", false],
  ["https://app.example.com", "http://app.example.com:80/agents/a/b", true],
  ["https://app.example.com", "http://app.example.com:8443/agents/a", false],
  ["null", APP, false],
  ["file://", APP, false],
  ["", APP, false],
  ["app.example.com", APP, false],
  ["//app.example.com", APP, false],
  ["https://app.example.com.evil.io", APP, false],
  ["https://evil.io", APP, false],
  ["https://evil.io/app.example.com", APP, false],
  ["https://evil.io?app.example.com", APP, false],
  ["https://evil.io#app.example.com", APP, false],
  ["https://app.example.com@evil.io", APP, false],
  ["https://app.example.com:x@evil.io", APP, false],
  ["https://user@app.example.com", APP, false],
  ["https://evilapp.example.com", APP, false],
  ["https://sub.app.example.com", APP, false],
  ["https://example.com", APP, false],
  ["https://com", APP, false],
  ["https://app.example.com.", APP, false],
  ["https://app.example.com/", APP, false],
  ["https://app.example.com:8443", APP, false],
  ["https://app.example.com", PORT, false],
  ["https://app.example.com:84430", PORT, false],
  ["https://app.example.com:", APP, false],
  ["ftp://app.example.com", APP, false],
  ["ws://app.example.com", APP, false],
  ["file://", APP, false],
  ["chrome-extension://app.example.com", APP, false],
  ["https://app.example.com https://evil.io", APP, false],
  ["https://evil.io https://app.example.com", APP, false],
  ["https://app.example.com, https://evil.io", APP, false],
  [" https://app.example.com", APP, false],
  ["https://app.example.com\\.evil.io", APP, false],
  ["https://аpp.example.com", APP, false],
  ["https://xn--pp-6kc.example.com", APP, false],
  ["https://app.example.com%00.evil.io", APP, false],
  // Loopback needs both.
  ["http://localhost:8000", LOCAL, true],
  ["http://localhost:5173", LOCAL, true],
  ["http://localhost", LOCAL, true],
  ["https://localhost:5173", LOCAL, true],
  ["http://127.0.0.1:5173", LOCAL, true],
  ["http://127.1.2.3:5173", LOCAL, true],
  ["http://[::1]:5173", LOCAL, true],
  ["http://localhost:5173", "http://127.0.0.1:8000/agents/a/b", true],
  ["http://localhost:5173", "http://[::1]:8000/agents/a/b", true],
  ["http://localhost:5173", APP, false],
  ["https://app.example.com", LOCAL, false],
  ["http://localhost.evil.io:8000", LOCAL, false],
  ["http://127.0.0.1.evil.io", LOCAL, false],
  ["http://evil.io/localhost", LOCAL, false],
  ["http://localhost:5173@evil.io", LOCAL, false],
  ["http://localhost:5173/", LOCAL, false],
  ["http://notlocalhost:5173", LOCAL, false],
  ["http://128.0.0.1:5173", LOCAL, false],
  ["http://0.0.0.0:5173", LOCAL, false],
  ["http://[::2]:5173", LOCAL, false],
  ["http://[::1:5173", LOCAL, false],
  ["ftp://localhost:5173", LOCAL, false],
  ["null", LOCAL, false],
];

for (const [origin, url, allowed] of matrix) {
  const verb = allowed ? "lets in" : "keeps out";
  test(`allows() ${verb} ${JSON.stringify(origin)} at ${new URL(url).host}`, () => {
    assert.equal(new OriginPolicy([]).allows(origin, at(url)), allowed);
  });
}

const listed: [entry: string, origin: string, allowed: boolean][] = [
  ["https://a.example", "https://a.example", true],
  ["https://a.example/", "https://a.example", true],
  ["HTTPS://A.Example", "https://a.example", true],
  ["https://a.example:443", "https://a.example", true],
  ["http://a.example:80", "http://a.example", true],
  ["https://a.example:8443", "https://a.example:8443", true],
  ["https://bücher.example", "https://xn--bcher-kva.example", true],
  ["capacitor://localhost", "capacitor://localhost", true],
  ["chrome-extension://abcdef/", "chrome-extension://abcdef", true],
  ["null", "null", true],
  ["file://", "file://", true],
  ["null", "file://", false],
  ["file://", "null", false],
  ["file://", "file:///x", false],
  ["https://a.example", "http://a.example", false],
  ["https://a.example", "https://a.example:8443", false],
  ["https://a.example:8443", "https://a.example", false],
  ["https://a.example", "https://b.a.example", false],
  ["https://a.example", "https://a.example.evil.io", false],
  ["https://a.example", "https://a.example.", false],
  ["https://a.example", "null", false],
  ["capacitor://localhost", "null", false],
];

for (const [entry, origin, allowed] of listed) {
  const verb = allowed ? "lets in" : "keeps out";
  test(`allows() ${verb} ${origin} where ${entry} is listed`, () => {
    assert.equal(new OriginPolicy([entry]).allows(origin, at(APP)), allowed);
  });
}

test('allows() lets in everybody where "*" is listed', () => {
  const policy = new OriginPolicy("*");
  for (const [origin, url] of matrix) {
    assert.equal(policy.allows(origin, at(url)), true);
  }
});

for (
  const entry of [
    "",
    "*",
    "a.example",
    "localhost:3000",
    "a.example:8443",
  ]
) {
  test(`OriginPolicy refuses the entry "${entry}", which no origin equals`, () => {
    assert.throws(() => new OriginPolicy([entry]), {
      name: "TypeError",
      message: /it must be like "https:\/\/example.com"/,
    });
  });
}
