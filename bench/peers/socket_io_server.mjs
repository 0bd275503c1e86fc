// The counterpart of tests/fixtures/resume_server.ts for Socket.IO, with its recovery on.
import { Server } from "socket.io";

const io = new Server({
  connectionStateRecovery: { maxDisconnectionDuration: 30_000 },
  transports: ["websocket"],
  // As the other side: silence is noticed within twice that.
  pingInterval: 300,
  pingTimeout: 300,
});
let count = 0;
/** What came of the client that is broken. */
const heard = [];

io.on("connection", (socket) => {
  socket.on("tick", (size) => io.emit("down", ++count, "x".repeat(size)));
  socket.on("up", (number) => heard.push(number));
  socket.on("echo", (value, answer) => answer(value));
  socket.on("heard", (answer) => answer(heard));
});
io.listen(0);
console.log(`port ${io.httpServer.address().port}`);
