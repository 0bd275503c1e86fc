// The counterpart of bench/servers/live.ts for Socket.IO: everybody is sent the whole object.
import { Server } from "socket.io";
import { boardOf, changed } from "../servers/board.ts";

const io = new Server({ transports: ["websocket"] });
let board = boardOf(100);

io.on("connection", (socket) => {
  socket.on("fill", (size) => io.emit("state", board = boardOf(size)));
  socket.on("change", (at) => io.emit("state", board = changed(board, at)));
});
io.listen(0);
console.log(`port ${io.httpServer.address().port}`);
