// One client's end: the handshake, frames in and out, buffers, tags, broadcast.
export const connections = {
  tests: [
    "unit/send_queue",
    "unit/frame_buffer",
    "unit/tags",
    "unit/close_codes",
    "unit/connections",
    "unit/late_socket",
    "unit/published",
    "suite/handshake",
    "suite/connections",
    "suite/messages",
    "suite/emit",
    "suite/closing",
    "suite/errors",
    "suite/limits",
    "suite/crowded",
    "suite/slow_links",
    "suite/own_hooks",
  ],
  mutants: [
    {
      what: "a connection that is restored hears nothing that is published",
      file: "src/connections/connections.ts",
      find:
        "if (link.isShut) return; link.handshake?.resume(); this.#broadcast?.join(link);",
      replace: "if (!link.isShut) link.handshake?.resume();",
    },
    {
      what: "what is published overtakes what waits for a socket",
      file: "src/connections/broadcast.ts",
      find: "if (this.#topic === undefined || isHeld(link)) return;",
      replace: "if (this.#topic === undefined) return;",
    },
    {
      what: "outgoing frames do not wait for onConnect",
      file: "src/connections/link.ts",
      find: "} else this.handshake.send(data);",
      replace: "} else this.write(data);",
    },
    {
      what: "incoming frames do not wait for onConnect",
      file: "src/connections/inbound.ts",
      find:
        "} else if (peer.handshake !== undefined) { peer.handshake.receive(data);",
      replace: "} else if (false) {",
    },
    {
      what: "a frame of a connection that this side closed is heard",
      file: "src/connections/inbound.ts",
      find: "} else if (!peer.isShut) {",
      replace: "} else {",
      tests: ["suite/closing"],
      runtimes: ["workerd", "node"],
    },
    {
      what: "send() to a connection that has ended throws",
      file: "src/connections/link.ts",
      find: "assertSendable(data); if (this.isShut) return;",
      replace:
        'assertSendable(data); if (this.isShut) throw new Error("closed");',
    },
    {
      what: "a second close() throws",
      file: "src/connections/closable.ts",
      find:
        "if (!this.#shut && this.end === undefined) { this.#close(code, fitCloseReason(reason)); }",
      replace:
        'if (this.#shut || this.end !== undefined) throw new Error("closed"); this.#close(code, fitCloseReason(reason));',
    },
    {
      what: "a close reason is sent whole",
      file: "src/connections/closable.ts",
      find: "this.#close(code, fitCloseReason(reason));",
      replace: "this.#close(code, reason);",
    },
    {
      what: "close() takes any code",
      file: "src/connections/closable.ts",
      find: "assertSendableCloseCode(code); if",
      replace: "if",
    },
    {
      what: "onClose is called twice",
      file: "src/connections/closable.ts",
      find: "if (this.end !== undefined) return this.#released();",
      replace: "",
    },
    {
      what: "a peer that owes its close frame stays",
      file: "src/connections/connections.ts",
      find: "this.delete(link); host.shared(closing).add(link);",
      replace: "this.delete(link);",
    },
    {
      what: "the TCP connection of such a peer stays",
      file: "src/connections/closable.ts",
      find: "const isGone = this.socket?.terminate?.() === true;",
      replace: "const isGone = false;",
      tests: ["suite/slow_links"],
      runtimes: ["bun", "node"],
    },
    {
      what: "a slow reader is never closed",
      file: "src/connections/outbound.ts",
      find: 'this.#peer.cut(CloseCode.OVERLOAD, "slow consumer");',
      replace: "",
    },
    {
      what: "a peer that takes much is closed for what one turn has sent",
      file: "src/connections/outbound.ts",
      find:
        "this.#waiting = new SendQueue(this, limits.bufferedBytes, socketBytes);",
      replace: 'return this.#peer.cut(CloseCode.OVERLOAD, "slow consumer");',
    },
    {
      what: "a message of any size has the same time",
      file: "src/connections/send_queue.ts",
      find: ": GRACE_MS + sending / BYTES_PER_MS;",
      replace: ": GRACE_MS;",
    },
    {
      what: "what waits behind a large message has as long as that",
      file: "src/connections/send_queue.ts",
      find: "? SHORT_GRACE_MS : GRACE_MS +",
      replace: "? GRACE_MS + sending / BYTES_PER_MS : GRACE_MS +",
    },
    {
      what: "states that a newer one supersedes wait for the socket",
      file: "src/connections/send_queue.ts",
      find: 'if (kind === "state") { for',
      replace: "if (false) { for",
      tests: ["suite/slow_states"],
    },
    {
      what: "a close overtakes what waits for the socket",
      file: "src/connections/outbound.ts",
      find:
        "if (this.#waiting !== undefined) this.#last = { code, reason }; else",
      replace: "",
    },
    {
      what: "what waits for the socket is overtaken by what comes later",
      file: "src/connections/outbound.ts",
      find:
        "if (this.#waiting !== undefined) return this.#waiting.add(data, kind);",
      replace: "",
    },
    {
      what: "limits.messagesPerSecond does not count",
      file: "src/connections/inbound.ts",
      find: "if (limits.messagesPerSecond !== Infinity && !this.#isInRate()) {",
      replace: "if (false) {",
      tests: ["timing/floods"],
    },
    {
      what: "any number of messages of one connection is being handled",
      file: "src/connections/inbound.ts",
      find:
        "this.#pending <= pendingMessages && this.#pendingBytes <= pendingBytes",
      replace: "this.#pending > 0",
      tests: ["timing/floods"],
    },
    {
      what: "a client that floods has every turn",
      file: "src/connections/inbound.ts",
      find:
        "if (this.#inbox !== undefined || turns.isOver(peer, byteSize(data))) {",
      replace: "if (this.#inbox !== undefined) {",
      tests: ["timing/floods"],
    },
    {
      what: "a client that onConnect refused sees the first frames",
      file: "src/connections/handshake.ts",
      find: "if (!this.#candidate.isShut) return this.accept();",
      replace: "return this.accept();",
    },
    {
      what: "accept() waits for the end of onConnect",
      file: "src/connections/link.ts",
      find: "accept(): void { this.handshake?.accept(); }",
      replace: "accept(): void {}",
    },
    {
      what: "an onConnect that throws is accepted",
      file: "src/connections/handshake.ts",
      find:
        'else candidate.cut(CloseCode.INTERNAL, "internal error"); this.#deciding = false; this.#end();',
      replace: "else this.accept();",
    },
    {
      what: "nobody is told of an onConnect that takes too long",
      file: "src/connections/handshake.ts",
      find: "candidate.owner.invoker.fail(stage, error, candidate);",
      replace:
        "if (!late) candidate.owner.invoker.fail(stage, error, candidate);",
    },
    {
      what: "an onConnect that returns false lets in",
      file: "src/connections/candidate.ts",
      find: "if (result === false || result instanceof Response) {",
      replace: "if (result instanceof Response) {",
    },
    {
      what: "what onConnect sent comes before the first frames",
      file: "src/connections/handshake.ts",
      find:
        "candidate.accepted(); for (const data of this.#buffer?.outgoing ?? []) candidate.write(data);",
      replace:
        "for (const data of this.#buffer?.outgoing ?? []) candidate.write(data); candidate.accepted();",
    },
    {
      what: "what waits in a handshake has no bound",
      file: "src/connections/handshake.ts",
      find:
        "if (!this.#buffer.keepIncoming(data)) cutForBacklog(this.#candidate);",
      replace: "this.#buffer.keepIncoming(data);",
    },
    {
      what: "what onConnect sends has no bound",
      file: "src/connections/handshake.ts",
      find:
        "if (!this.#buffer.keepOutgoing(data)) cutForBacklog(this.#candidate);",
      replace: "this.#buffer.keepOutgoing(data);",
    },
    {
      what: "onConnect has no deadline",
      file: "src/connections/handshake.ts",
      find: "if (this.#deciding) host.shared(connecting).addOnce(this);",
      replace: "",
    },
    {
      what: "a message after one that closed the connection is heard",
      file: "src/connections/handshake.ts",
      find: "if (this.#candidate.isShut) break;",
      replace: "",
    },
    {
      what: "bytes that wait are the caller's own",
      file: "src/connections/frame_buffer.ts",
      find:
        'this.outgoing.push(typeof data === "string" ? data : copyBytes(data));',
      replace: "this.outgoing.push(data);",
    },
    {
      what: "bytes that wait are not counted off",
      file: "src/connections/frame_buffer.ts",
      find: "this.#incomingBytes -= byteSize(data);",
      replace: "",
    },
    {
      what: "a serial agent is handed messages of a connection that it closed",
      file: "src/connections/incoming.ts",
      find: "if (!client.isClosedHere) return invoker",
      replace: "return invoker",
    },
    {
      what: "two connections have one id",
      file: "src/connections/connections.ts",
      find: "WELL_FORMED_ID.test(wanted) && !this.#byId?.has(wanted);",
      replace: "WELL_FORMED_ID.test(wanted);",
    },
    {
      what: "any text is an id",
      file: "src/connections/connections.ts",
      find: "const usable = wanted !== null && WELL_FORMED_ID.test(wanted) &&",
      replace: "const usable = wanted !== null &&",
    },
    {
      what: "a tag is not looked at",
      file: "src/connections/connections.ts",
      find:
        "if (tag === undefined || link.tags.includes(tag)) yield link.connection;",
      replace: "yield link.connection;",
    },
    {
      what: "a closing connection is listed",
      file: "src/connections/connections.ts",
      find: "this.delete(link); host.shared(closing).add(link);",
      replace: "host.shared(closing).add(link);",
    },
    {
      what: "an instance has any number of connections",
      file: "src/connections/connections.ts",
      find: 'return link.cut(CloseCode.OVERLOAD, "too many connections");',
      replace: "",
    },
    {
      what: "broadcast() reaches those it is to leave out",
      file: "src/connections/broadcast.ts",
      find:
        "if (without === undefined || !without.includes(link.id)) link.send(data);",
      replace: "link.send(data);",
    },
    {
      what: "emit() reaches those who do not know events",
      file: "src/connections/broadcast.ts",
      find: "if (isEvent && !link.extended) continue;",
      replace: "",
    },
    {
      what: "a large emit() reaches those who do not know events",
      file: "src/connections/broadcast.ts",
      find: "if (isEvent && !link.extended) return false;",
      replace: "",
      runtimes: ["bun"],
    },
    {
      what: "connection.emit() reaches one that does not know events",
      file: "src/connections/connection.ts",
      find: "if (this.#link.extended) this.#link.tell(frame);",
      replace: "this.#link.tell(frame);",
    },
    {
      what: "a large broadcast reaches the one it is to leave out",
      file: "src/connections/broadcast.ts",
      find: "if (speaker !== excluded) speaker.send(data);",
      replace: "speaker.send(data);",
      runtimes: ["bun"],
    },
    {
      what: "a large broadcast does not reach the one that publishes",
      file: "src/connections/broadcast.ts",
      find: "if (speaker !== excluded) speaker.send(data);",
      replace: "",
      runtimes: ["bun"],
    },
    {
      what: "who joins later gets no large broadcast",
      file: "src/connections/broadcast.ts",
      find:
        "if (this.#topic === undefined || isHeld(link)) return; link.socket!.subscribe!(this.#topic);",
      replace: "",
      runtimes: ["bun"],
    },
    {
      what: "slow readers of large broadcasts are not looked at",
      file: "src/connections/broadcast.ts",
      find:
        "for (const link of this.#connections.links()) link.checkBuffered();",
      replace: "",
      runtimes: ["bun"],
    },
    {
      what: "a message that is too big is heard",
      file: "src/connections/inbound.ts",
      find: 'peer.cut(CloseCode.TOO_BIG, "message too big");',
      replace: "deliver(peer, data);",
    },
  ],
};
