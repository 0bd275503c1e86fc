// Finding the instance that a request is for, and everything that forbids it.
export const router = {
  tests: [
    "unit/address",
    "unit/agent_name",
    "unit/instance_name",
    "unit/origin",
    "unit/request_origin",
    "unit/spelling",
    "unit/refusal_log",
    "suite/routing",
    "suite/guards",
    "suite/origins",
    "suite/spelling",
    "suite/refusals",
    "suite/before_hooks",
  ],
  mutants: [
    {
      what: "a page of any origin opens WebSockets",
      file: "src/host/rules.ts",
      find: "if (place === undefined || this.#origins.allows(origin, place)) {",
      replace: "if (true) {",
    },
    {
      what: "a page of any origin sends requests that change something",
      file: "src/host/rules.ts",
      find:
        "(SAFE_METHODS.includes(request.method) || corsAllows(this.#cors, origin!));",
      replace: "true;",
    },
    {
      what: "cors does not let a page in",
      file: "src/host/rules.ts",
      find:
        "(SAFE_METHODS.includes(request.method) || corsAllows(this.#cors, origin!));",
      replace: "SAFE_METHODS.includes(request.method);",
    },
    {
      what: "allowedHosts is not looked at",
      file: "src/host/rules.ts",
      find: "if (place !== undefined && !this.#hosts.allows(place)) {",
      replace: "if (false) {",
    },
    {
      what: "a proxy that is not trusted is believed",
      file: "src/host/rules.ts",
      find: "addressed(request, this.#trustsProxy)",
      replace: "addressed(request, true)",
    },
    {
      what: "any name is a name",
      file: "src/host/rules.ts",
      find:
        "if (problem !== undefined) return { status: 400, reason: problem };",
      replace: "",
    },
    {
      what: "another transport is taken for ours",
      file: "src/host/rules.ts",
      find:
        'if (queryValue(request.url, "__agents_transport") === "capnweb") {',
      replace: "if (false) {",
    },
    {
      what: "another spelling of an address is served",
      file: "src/host/router.ts",
      find:
        "if (spelled !== undefined) return this.#elsewhere(visit, spelled);",
      replace: "",
    },
    {
      what: "onBeforeConnect is not waited for",
      file: "src/host/router.ts",
      find:
        "decision instanceof Response ? decision : this.#enter(visit, decision)",
      replace:
        "this.#enter(visit, decision instanceof Response ? { request } : decision)",
    },
    {
      what: "onBeforeRequest may not refuse",
      file: "src/host/router.ts",
      find:
        "if (decision instanceof Response) return withHeaders(decision, cors);",
      replace: "",
    },
    {
      what: "a refusal has no CORS headers",
      file: "src/host/router.ts",
      find:
        "if (decision instanceof Response) return withHeaders(decision, cors);",
      replace: "if (decision instanceof Response) return decision;",
    },
    {
      what: "an answer has no CORS headers",
      file: "src/host/router.ts",
      find:
        'return withHeaders(withHeaders(answer, cors), decision.headers, "append");',
      replace: 'return withHeaders(answer, decision.headers, "append");',
    },
    {
      what: "headers of a hook are lost",
      file: "src/host/router.ts",
      find:
        'return withHeaders(withHeaders(answer, cors), decision.headers, "append");',
      replace: "return withHeaders(answer, cors);",
    },
    {
      what: "what a hook throws lets the request in",
      file: "src/host/router.ts",
      find: "return internalError();",
      replace: "return { request };",
    },
    {
      what: "what a hook throws is not reported",
      file: "src/host/router.ts",
      find:
        'backend.emit( () => ({ type: "failed", stage, agent: className, name, error }), );',
      replace: "",
    },
    {
      what: "a hook that returns something strange lets the request in",
      file: "src/host/before_hook.ts",
      find: "if (isPlain && strange === undefined) return decision;",
      replace: "return decision as Admission;",
    },
    {
      what: "a hook has no deadline",
      file: "src/host/before_hook.ts",
      find: "isThenable(asked) ? await within(asked, ms, what) : asked;",
      replace: "await asked;",
    },
    {
      what: "the request that a hook puts in place is lost",
      file: "src/host/before_hook.ts",
      find: "if (decision instanceof Request) return { request: decision };",
      replace: "if (decision instanceof Request) return { request };",
    },
    {
      what: "a refusal is in no event",
      file: "src/host/refusals.ts",
      find: "this.#emit(() => (",
      replace: "(() => (",
    },
    {
      what: "a refusal is in no log",
      file: "src/host/refusals.ts",
      find: "if (line !== undefined) this.#log.warn(line);",
      replace: "if (line !== undefined) return refusal(status, text);",
    },
    {
      what: "a probe comes without the right to read it",
      file: "src/host/refusals.ts",
      find: 'headers.set("access-control-allow-origin", origin);',
      replace: "",
      tests: ["suite/refusals", "suite/before_hooks", "suite/guards"],
    },
    {
      what: "a probe reaches an instance",
      file: "src/host/visit.ts",
      find:
        'return queryValue(request.url, "_roam") === "probe" ? "probe" : "request";',
      replace: 'return "request";',
      tests: ["suite/refusals", "suite/before_hooks", "suite/guards"],
    },
    {
      what: "loopback pages reach a host that is not loopback",
      file: "src/host/origin.ts",
      find: "return LOOPBACK.test(itsHost) && LOOPBACK.test(host);",
      replace: "return LOOPBACK.test(itsHost);",
    },
    {
      what: "the scheme that a trusted proxy tells does not count",
      file: "src/host/origin.ts",
      find:
        "if (same && (scheme === undefined || scheme === itsScheme)) return true;",
      replace: "if (same) return true;",
    },
    {
      what: "an allowed origin is compared as it was written",
      file: "src/host/origin.ts",
      find: ": new Set(allowed.map((origin) => normalized(origin)));",
      replace: ": new Set(allowed);",
    },
    {
      what: "what follows the name is a part of it",
      file: "src/protocol/address.ts",
      find: "const stop = slash < 0 || slash > end ? end : slash;",
      replace: "const stop = end;",
    },
    {
      what: "an empty segment is a name",
      file: "src/protocol/address.ts",
      find: "if (stop <= start) return undefined;",
      replace: "",
    },
    {
      what: "a query in a fragment counts",
      file: "src/protocol/address.ts",
      find:
        'const hash = url.indexOf("#"); return hash < 0 ? url.length : hash;',
      replace: "return url.length;",
    },
    {
      what: "control characters are taken",
      file: "src/protocol/instance_name.ts",
      find:
        'if (CONTROL.test(name)) return "name must not contain control characters";',
      replace: "",
    },
    {
      what: "dots are taken",
      file: "src/protocol/instance_name.ts",
      find: "if (dots === undefined) return undefined;",
      replace: "return undefined;",
    },
    {
      what: "two classes have one URL name",
      file: "src/protocol/agent_name.ts",
      find: "if (exact.has(name)) {",
      replace: "if (false) {",
    },
    {
      what: "a guess that fits two classes names one",
      file: "src/protocol/agent_name.ts",
      find: "if (guesses.has(guess)) shared.add(guess);",
      replace: "",
    },
    {
      what: "a fallback that throws is not answered",
      file: "src/host/serve.ts",
      find:
        "return isThenable(answer) ? Promise.resolve(answer).catch(fail) : answer;",
      replace: "return answer;",
      tests: [
        "suite/refusals",
        "suite/errors",
        "suite/routing",
        "suite/guards",
        "suite/before_hooks",
      ],
    },
  ],
};
