// How code that is written for Cloudflare's SDK schedules: it has to compile.
import {
  Agent,
  type FailedSchedule,
  type QueueItem,
  type Schedule,
} from "../../mod.ts";

interface Reminder {
  readonly text: string;
}

export class Planner extends Agent<unknown, { done: string[] }> {
  static override options = {
    retry: { maxAttempts: 5 },
    hungScheduleTimeoutSeconds: 60,
    keepAliveIntervalMs: 10_000,
    sendIdentityOnConnect: false,
  };

  override async onStart(): Promise<void> {
    await this.schedule("0 9 * * *", "digest", undefined, {
      idempotent: true,
      timeZone: "Europe/Berlin",
    });
    await this.scheduleEvery(60, "digest");
  }

  override onAlarm(): void {}

  async plan(): Promise<unknown> {
    const made: Schedule<Reminder> = await this.schedule<Reminder>(
      60,
      "remind",
      { text: "tea" },
      { retry: { maxAttempts: 2, baseDelayMs: 10, maxDelayMs: 20 }, id: "tea" },
    );
    const at: Schedule<string> = await this.schedule(new Date(), "digest", "x");
    // @ts-expect-error -- there is no such method
    await this.schedule(60, "nothing");
    // @ts-expect-error -- a time is a number, a text or a date
    await this.schedule([60], "digest");
    if (made.type === "delayed") made.delayInSeconds.toFixed();
    if (made.type === "cron") made.cron.trim();
    if (at.type === "interval") at.intervalSeconds.toFixed();
    const all: Schedule<string>[] = this.getSchedules({
      type: "cron",
      timeRange: { start: new Date(), end: new Date() },
    });
    const listed: Schedule<Reminder>[] = await this.listSchedules<Reminder>();
    const one: Schedule<Reminder> | undefined = this.getSchedule(made.id);
    const same = await this.getScheduleById<Reminder>(made.id);
    const cancelled: boolean = await this.cancelSchedule(made.id);
    const failed: FailedSchedule[] = await this.listFailedSchedules();
    const id: string = await this.queue("remind", { text: "now" });
    const item: QueueItem<Reminder> | undefined = await this.getQueue(id);
    const items: QueueItem<Reminder>[] = await this.getQueues("text", "now");
    const counts: number = await this.dequeueAll() +
      await this.dequeueAllByCallback("remind");
    const tried: number = await this.retry((attempt) => attempt * 2, {
      maxAttempts: 3,
      shouldRetry: (_error, next) => next < 3,
    });
    const release: () => void = await this.keepAlive();
    release();
    const result: string = await this.keepAliveWhile(async () => {
      return await Promise.resolve("x");
    });
    return [
      all,
      listed,
      one?.payload.text,
      same?.payload.text,
      cancelled,
      failed.map(({ error }) => error.trim()),
      item?.payload.text,
      items,
      counts,
      tried,
      result,
    ];
  }

  remind(reminder: Reminder, schedule: Schedule<Reminder>): void {
    this.setState({ done: [reminder.text, schedule.id] });
  }

  digest(): void {}
}
