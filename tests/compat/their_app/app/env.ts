import type { AgentNamespace } from "agents";
import type { Board } from "./agents/board.ts";
import type { ChatRoom } from "./agents/chat_room.ts";
import type { DeviceAgent } from "./agents/device_agent.ts";
import type { Reminders } from "./agents/reminders.ts";
import type { UserAgent } from "./agents/user_agent.ts";

export interface Env {
  Board: AgentNamespace<Board>;
  CHAT_ROOM: AgentNamespace<ChatRoom>;
  UserAgent: AgentNamespace<UserAgent>;
  DeviceAgent: AgentNamespace<DeviceAgent>;
  Reminders: AgentNamespace<Reminders>;
}
