// One file for the runner, so that its parts share one server.
import "./connecting.ts";
import "./addressing.ts";
import "./fetching.ts";
import "./state.ts";
import "./refusals.ts";
import "./calls.ts";
import "./messages.ts";
import "./streams.ts";
import "./wire.ts";
import "./closing.ts";
import "./restarting.ts";
import "./converging.ts";
