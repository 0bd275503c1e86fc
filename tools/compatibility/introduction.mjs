/** What stands above the tables. */
export const introduction = `# Compatibility with Cloudflare's SDK

What npm \`agents\` (0.32) has for agents and their WebSockets, and what becomes
of it here. Features in bold are what a WebSocket app needs; the others are what
its users expect. Chat, MCP, email, workflows and voice are other products.

| here    |                                                             |
| ------- | ----------------------------------------------------------- |
| same    | it behaves as there                                         |
| better  | the same, and more: code that is written for it goes on     |
| not yet | it is missing, and will come                                |
| never   | it is missing, and another thing is there in its place      |

The last column has the number of tests that prove a row;
[the list](compatibility_proofs.md) has their titles, and a check compares both
pages with the tests. Those in \`tests/suite\` run over real sockets on all
runtimes, those in \`tests/compat\` against Cloudflare's own packages: an app
that is written for their SDK runs there and here, and our client talks to their
server.

How to move an app: [migrating](migrating.md).
`;

/** What stands above the proofs. */
export const proofs = `# Proofs of compatibility

The tests behind each row of [compatibility](compatibility.md), by file and
title.
`;
