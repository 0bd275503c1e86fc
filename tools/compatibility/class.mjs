// What an agent's class has.

export const agentClass = {
  title: "The class",
  rows: [
    {
      feature: "`class Agent<Env, State, Props>`",
      core: true,
      verdict: "better",
      note:
        "A plain class: it runs on Deno, Bun and Workers, and imports nothing of the platform. `durable(Class)` makes a Durable Object of it",
      tests: {
        "compat/their_app/their_app.test.ts": [
          "The app that has moved has right types, but for a state that it hands out to be changed",
          "moved, on ${runtime}: ${name}",
        ],
      },
    },
    {
      feature: "`this.name`",
      core: true,
      verdict: "same",
      note: "From the constructor on",
      tests: {
        "suite/worker_app.test.ts": ["this.name is there in the constructor"],
      },
    },
    {
      feature: "`onStart(props?)`",
      core: true,
      verdict: "better",
      note:
        "It has a deadline. Whoever waited for one that fails hears a code or a status, and no stack",
      tests: {
        "suite/errors.test.ts": [
          "concurrent first requests share one start, which comes before anything else",
          "onStart that fails (${act}) refuses who waits, and is tried again by the next",
        ],
        "suite/limits.test.ts": [
          "onStart that never settles: 1013 and 503 at its deadline; the next one starts a new instance",
        ],
        "suite/worker_app.test.ts": [
          "props reach onStart, once, and leave no trace",
        ],
        "compat/their_app/checks/greeting_checks.ts": [
          "onStart() has run before onConnect(), once, which sees id, tags and request",
        ],
      },
    },
    {
      feature: "`onConnect(connection, { request })`",
      core: true,
      verdict: "better",
      note:
        "The upgrade is complete before it runs, so a slow one keeps nobody from connecting. `connection.close()` in it refuses: the client sees that code and not one frame. `connection.accept()` lets it in early",
      tests: {
        "suite/handshake.test.ts": [
          "the upgrade is complete before onConnect is",
          "connection.close() in onConnect refuses: the code, and not one frame",
          "connection.accept() ends the hold while onConnect goes on",
          "ctx.request has URL, query, headers and cookies, also long after the upgrade",
        ],
        "compat/their_app/checks/greeting_checks.ts": [
          "connection.close() in onConnect() after an await refuses",
        ],
      },
    },
    {
      feature: "`onMessage(connection, message)`",
      core: true,
      verdict: "better",
      note:
        "Bytes are an `ArrayBuffer` everywhere; `static options = { serial: true }` runs handlers one after another",
      tests: {
        "suite/messages.test.ts": [
          "bytes arrive as ArrayBuffer, and come back",
          "1,000 messages come back in order",
          "handlers of other agents interleave at their awaits",
          "a serial agent handles messages one after another, also after one that fails",
        ],
        "compat/their_app/checks/connection_checks.ts": [
          "Bytes arrive as an ArrayBuffer",
        ],
      },
    },
    {
      feature: "`onClose(connection, code, reason, wasClean)`",
      core: true,
      verdict: "better",
      note: "Codes and reasons arrive as the peer sent them, on every runtime",
      tests: {
        "suite/closing.test.ts": [
          "onClose is called once, and last",
          "an abrupt end of TCP is 1006, not clean, and no error",
          "a close frame without a code is 1005, and comes back as such",
        ],
        "compat/their_app/checks/connection_checks.ts": [
          "onClose() has the code and the reason of the client",
        ],
      },
    },
    {
      feature: "`onError(connection, error)`, `onError(error)`",
      core: true,
      verdict: "better",
      note:
        "Always both arguments, or the error alone where an override has one parameter; once for each error, and a throw in it harms nobody",
      tests: {
        "suite/errors.test.ts": [
          "onMessage that fails (${act}) goes to onError once, and the connection lives on",
          "an onError with one parameter gets the error in it",
          "onError that fails (${act}) is reported, and that is all",
        ],
        "compat/their_app/checks/connection_checks.ts": [
          "onError() hears what onMessage() throws, and the connection lives on",
        ],
      },
    },
    {
      feature: "`onRequest(request)`",
      core: true,
      verdict: "better",
      note: "One that throws answers 500 without a word about why",
      tests: {
        "suite/routing.test.ts": [
          "a request reaches onRequest with method, headers, cookies, body and whole URL",
          "onRequest answers 404 Not implemented by default",
        ],
        "suite/errors.test.ts": [
          "onRequest that fails (${act}) answers 500 without a word about why",
        ],
        "compat/their_app/checks/routing_checks.ts": [
          "onRequest() answers HTTP with status, body and stream",
        ],
      },
    },
    {
      feature: "`getConnectionTags(connection, ctx)`",
      verdict: "same",
      note: "Nine tags of 1 to 256 characters, besides the id",
      tests: {
        "suite/handshake.test.ts": ["tags that are none close with 1011"],
        "unit/tags.test.ts": ["checkedTags() accepts nine tags and no tenth"],
        "compat/their_app/checks/connection_checks.ts": [
          "getConnections(tag) finds those with the tag",
        ],
      },
    },
    {
      feature: "`getConnection(id)`",
      core: true,
      verdict: "better",
      note: "It never throws: an id that is taken is given to nobody else",
      tests: {
        "suite/connections.test.ts": [
          "_pk that is taken, or no id, gets a fresh id, and the older connection is left alone",
        ],
        "compat/their_app/checks/connection_checks.ts": [
          "getConnection(id) finds one, and getCurrentAgent() who asks",
        ],
      },
    },
    {
      feature: "`getConnections(tag?)`",
      core: true,
      verdict: "same",
      tests: {
        "suite/connections.test.ts": [
          "getConnections() lists the live ones, by tag too",
        ],
        "compat/their_app/checks/connection_checks.ts": [
          "getConnections(tag) finds those with the tag",
        ],
      },
    },
    {
      feature: "`broadcast(message, without?)`",
      core: true,
      verdict: "better",
      note:
        "A socket that fails stops it for nobody else; a client that is not accepted yet gets it when it is",
      tests: {
        "suite/connections.test.ts": [
          "broadcast() reaches everybody, the sender too, and not the other instances",
          "broadcast(message, without) leaves these ids out",
          "a broadcast waits for a held connection, and is dropped when it is refused",
        ],
        "compat/their_app/checks/connection_checks.ts": [
          "broadcast() leaves out who is in `without`",
        ],
      },
    },
    {
      feature: "Hibernation",
      core: true,
      verdict: "same",
      note:
        "On Workers. Elsewhere an instance with connections stays in memory",
      except: ["deno", "bun", "node"],
      tests: {
        "suite/hibernation.test.ts": [
          "a connection outlives its object's time in memory: id, uri, tags, state, order, close",
          "frames that wake an object wait for its onStart, and onConnect is not called again",
          "a client that leaves while the object sleeps wakes it for onClose",
        ],
      },
    },
    {
      feature: "`static options`",
      core: true,
      verdict: "same",
      note:
        "`sendIdentityOnConnect`, `retry`, `hungScheduleTimeoutSeconds`, `keepAliveIntervalMs`; also `serial`, `parallelJobs`",
      tests: {
        "suite/messages.test.ts": [
          "identity is left out where the class says so",
        ],
        "compat/their_app/checks/greeting_checks.ts": [
          "sendIdentityOnConnect: false, and no state: only the MCP servers",
        ],
      },
    },
    {
      feature: "`getCurrentAgent()`",
      verdict: "same",
      note:
        "Past an `await` with the option `context`, an `AsyncLocalStorage`; `signal` besides",
      tests: {
        "suite/context.test.ts": [
          "getCurrentAgent() of many handlers at once is each one's own (${profile})",
          "getCurrentAgent() in onRequest knows the agent (${profile})",
        ],
        "suite/calls_server.test.ts": [
          "getCurrentAgent() knows all of a call behind an await with options.context",
        ],
        "compat/their_app/checks/connection_checks.ts": [
          "getConnection(id) finds one, and getCurrentAgent() who asks",
        ],
      },
    },
    {
      feature: "`destroy()`",
      verdict: "better",
      note: "The connections close with 1001, and the instance begins anew",
      tests: {
        "suite/state_sql.test.ts": [
          "destroy() removes state and database, closes with 1001, and the next instance begins anew",
        ],
      },
    },
    {
      feature: "``this.sql`…` ``",
      verdict: "same",
      note: "A database of each instance, on every runtime",
      tests: {
        "suite/state_sql.test.ts": [
          "sql binds what stands in ${} and returns rows",
          "sql of one instance knows nothing of another's",
        ],
        "compat/their_app/checks/connection_checks.ts": [
          "connection.setState() counts, and this.sql keeps",
        ],
      },
    },
    {
      feature: "What their SDK has stored",
      verdict: "better",
      note:
        "A Durable Object that changes over keeps its state, its tables, its schedules and its queue, on Workers",
      tests: {
        "compat/their_app/their_app.test.ts": [
          "Schedules and the queue that Cloudflare's SDK has stored go on when the app has moved",
          "State and rows that Cloudflare's SDK has stored are there when the app has moved, and stay",
        ],
      },
    },
    {
      feature: "`onAlarm()`",
      verdict: "same",
      note:
        "Elsewhere than on Workers: after the jobs that an instance was woken for",
      tests: {
        "suite/schedules.test.ts": [
          "onAlarm() is called without arguments after the jobs that were due",
        ],
        "compat/their_app/checks/time_checks.ts": [
          "onAlarm() comes after the jobs, without arguments",
        ],
      },
    },
    {
      feature:
        "`schedule()`, `scheduleEvery()`, `getScheduleById()`, `listSchedules()`, `cancelSchedule()`, `getSchedule()`, `getSchedules()`",
      verdict: "better",
      note:
        "Times in milliseconds, ties in the order of making, intervals that do not drift, `timeZone` for cron expressions, an own `id`, jobs that failed are kept, a signal for those that are cancelled or hang; stored in one commit with the state",
      tests: {
        "suite/schedules.test.ts": [
          "schedule() calls the method after its seconds, not before",
          "schedule() calls the method whenever a cron expression says so",
          "a schedule has the shape of its kind",
          "the method gets its payload, and the schedule without another key",
          "what may not be scheduled is refused, and nothing is stored",
          "what is due at the same time runs in the order in which it was made",
          "an own id replaces the schedule that has it",
          "equal cron expressions and intervals are one, and equal one-shots where asked for",
          "a method that throws is called again, then given up: onError once, the job kept",
          "scheduleEvery() keeps its times however long a call takes",
          "cancelSchedule() aborts the signal of a job that runs, and forgets it",
          "a job that hangs has its signal aborted, and others do not wait for it",
          "one-shots that pile up in onStart are refused at 100, with the cure",
        ],
        "suite/waking.test.ts": [
          "jobs outlive kill -9: what is overdue runs, what is not yet due waits",
          "destroy() in a job leaves nothing that wakes again",
        ],
        "compat/their_app/checks/time_checks.ts": [
          "A schedule has the shape of its kind",
          "What may not be scheduled is refused in these words",
          "A method gets its payload and its schedule, also for what is past",
          "Lists are in the order of the times, and take criteria",
          "A schedule is found and cancelled by its id, once",
          "What repeats is one, and one-shots are where they are asked to be",
          "A method that throws is called again, then given up, and the next job runs",
          "A method may schedule itself",
          "A job that runs is found until it ends, and cancelling it lets it run",
          "An interval comes for the first time when it has passed once",
        ],
      },
    },
    {
      feature: "`queue()`, `dequeue()` and their kin",
      verdict: "better",
      note: "What failed is kept, and may be tried again",
      tests: {
        "suite/queue.test.ts": [
          "queue() calls methods one after another, in the order of the items",
          "the method gets the payload and its item",
          "getQueue() and getQueues() find items that wait",
          "dequeue() and its kin remove items, and say how many",
          "an item that fails is kept, and later ones go on",
        ],
        "compat/their_app/checks/queue_checks.ts": [
          "Items of the queue run one after another, in their order",
          "A method of the queue gets its payload and its item",
          "Items that wait are found, replaced and removed",
          "An item that throws is given up, and later ones go on",
        ],
      },
    },
    {
      feature: "`retry()`",
      verdict: "same",
      tests: {
        "suite/queue.test.ts": [
          "retry() calls until it succeeds, and rejects with the last error",
        ],
        "compat/their_app/checks/queue_checks.ts": [
          "retry() tries as often as it is told",
        ],
      },
    },
    {
      feature: "`keepAlive()`, `keepAliveWhile()`",
      verdict: "same",
      note: "Elsewhere than on Workers they cost nothing but the memory",
      tests: {
        "suite/queue.test.ts": [
          "keepAliveWhile() resolves with what its work does",
        ],
        "compat/their_app/checks/queue_checks.ts": [
          "keepAlive() gives what ends it, and is no schedule",
        ],
      },
    },
    {
      feature: "`observability`, `subscribe(channel)`",
      verdict: "never",
      note:
        "The option `onEvent` hears of starts, connections, refusals and failures, on every runtime",
    },
    {
      feature: "Sub-agents: `subAgent()`, `/sub/` in URLs",
      verdict: "not yet",
      note: "Instances reach each other by `getAgentByName()`",
    },
  ],
};
